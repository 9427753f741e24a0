//! Pages of a list, by cursor: forward by a link, back by the browser's Back or to the first one.

use crate::prelude::*;

use super::icon::{Icon, icon};
use crate::{messages::words, router::router};

/// Links to the next and the first page, by the parameter `cursor`; nothing where there is only one page.
pub fn pager(next: Option<String>) -> View {
    let cursor = router().param("cursor");
    let is_first = cursor.get().is_none();
    if is_first && next.is_none() {
        return View::default();
    }
    let here = router().place_untracked();
    let first = (!is_first).then(|| {
        let address = here.clone().without("cursor").to_string();
        html! { a(class="button quiet", href=address) { (words::first_page()) } }
    });
    let next = next.map(|next| {
        let address = here.with("cursor", Some(&next)).to_string();
        html! { a(class="button", href=address, rel="next") { span { (words::next_page()) } (icon(Icon::ChevronRight)) } }
    });
    html! { nav(class="pager", "aria-label"=words::pages()) { (first) (next) } }
}
