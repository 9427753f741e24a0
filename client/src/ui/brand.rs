//! The mark: three cells of a comb.

use crate::prelude::*;

/// The mark.
pub fn mark() -> View {
    const CELL: &str = "M0-5.2 4.5-2.6V2.6L0 5.2-4.5 2.6V-2.6Z";
    html! {
        svg(class="mark", viewBox="0 0 24 24", "aria-hidden"="true") {
            path(class="mark-1", d=CELL, transform="translate(12 6.4)")
            path(class="mark-2", d=CELL, transform="translate(7 15.2)")
            path(class="mark-3", d=CELL, transform="translate(17 15.2)")
        }
    }
}
