//! Dead letters.

use crate::prelude::*;

use crate::{messages::dead_letters as m, ui::layout::heading};

/// The page.
pub fn list() -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn one(_fingerprint: String) -> View {
    heading(m::title(), None, View::default())
}
