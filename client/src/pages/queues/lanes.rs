//! The lanes of concurrency keys: who has all the places it may have, and how many stand behind.

use crate::prelude::*;
use ruche_api::HeldKey;

use crate::{
    messages::queues as m,
    ui::{layout::card, notice::empty},
};

/// Places drawn one by one, at most; beyond, a lane is only told in numbers.
const DRAWN: u32 = 24;

/// The lanes of full keys, of which each may have `most` places.
pub fn card_of(most: u32, keys: Vec<HeldKey>) -> View {
    let body = if keys.is_empty() { empty(m::lanes_none(), View::default()) } else { lanes(most, keys) };
    card(m::lanes(), View::default(), html! { p(class="muted") { (m::lanes_told()) } (body) })
}

fn lanes(most: u32, keys: Vec<HeldKey>) -> View {
    let longest = keys.iter().map(|key| key.waiting).max().unwrap_or(1).max(1);
    let lanes: Vec<View> = keys.into_iter().map(|key| lane(most, longest, key)).collect();
    html! { ul(class="lanes") { (lanes) } }
}

fn lane(most: u32, longest: u32, HeldKey { key, running, waiting }: HeldKey) -> View {
    const WIDE: u32 = 320;
    let places: Vec<View> = (0..most.min(DRAWN))
        .map(|place| {
            let class = if place < running { "lane-place taken" } else { "lane-place" };
            html! { rect(class=class, x=(place * 14).to_string(), y="3", width="11", height="14", rx="3") }
        })
        .collect();
    let begins = most.min(DRAWN) * 14 + 6;
    let long =
        (u64::from(WIDE.saturating_sub(begins).max(40)) * u64::from(waiting) / u64::from(longest)).max(u64::from(waiting.min(2)));
    let told = m::lane_told(&key, running, waiting);
    html! {
        li(class="lane") {
            code(class="lane-key") { (key) }
            svg(class="lane-drawing", viewBox=format!("0 0 {WIDE} 20"), width=WIDE.to_string(), height="20", "aria-hidden"="true") {
                (places)
                rect(class="lane-waiting", x=begins.to_string(), y="6", width=long.to_string(), height="8", rx="4")
            }
            span(class="lane-told") { (told) }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn a_lane_shows_its_places_and_who_stands_behind() {
        let keys = vec![HeldKey { key: "tenant-7".to_owned(), running: 2, waiting: 40 }];
        let html = rendered("/queues/mail", Role::Viewer, || card_of(3, keys));
        assert_eq!((html.matches("lane-place taken").count(), html.matches("lane-place").count()), (2, 3), "{html}");
        assert!(html.contains("tenant-7: 2 running, 40 waiting"), "{html}");
    }
}
