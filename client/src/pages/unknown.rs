//! There is no such page.

use crate::prelude::*;

use crate::{
    messages::{errors, navigation},
    ui::{layout::heading, notice::empty},
};

/// The page.
pub fn unknown() -> View {
    let home = html! { a(class="button", href="/") { (navigation::overview()) } };
    html! {
        (heading(errors::page_not_found(), None, View::default()))
        (empty(errors::page_not_found_hint(), home))
    }
}
