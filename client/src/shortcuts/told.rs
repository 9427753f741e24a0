//! The shortcuts in words.

use std::borrow::Cow;

use crate::prelude::*;

use super::step::pages;
use crate::messages::shortcuts as m;

/// All of them, with what they do.
pub fn list() -> View {
    let single = [
        (vec!["/"], m::filter()),
        (vec!["j"], m::next_row()),
        (vec!["k"], m::row_before()),
        (vec!["Enter"], m::open_row()),
        (vec!["x"], m::select_row()),
        (vec!["?"], m::show()),
    ];
    let pages = pages().into_iter().map(|(letter, _, name)| (vec!["g", letter], m::go_to(&name)));
    let all: Vec<View> = single.into_iter().chain(pages).map(|(keys, told)| pair(keys, told)).collect();
    html! { dl(class="help-pairs shortcuts") { (all) } }
}

fn pair(keys: Vec<&'static str>, told: Cow<'static, str>) -> View {
    let keys: Vec<View> = keys.into_iter().map(|key| html! { kbd { (key) } " " }).collect();
    html! { div(class="help-pair") { dt { (keys) } dd { (told) } } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn every_shortcut_is_told() {
        let html = rendered("/help", Role::Viewer, list);
        for key in ["/", "j", "k", "x", "?", "g"] {
            assert!(html.contains(&format!(">{key}</kbd>")), "{key}: {html}");
        }
        assert!(html.contains("Dead letters") && html.contains("Operations"), "{html}");
    }
}
