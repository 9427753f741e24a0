//! Workers.

use sycamore::prelude::*;

use crate::{messages::workers as m, ui::layout::heading};

/// The page.
pub fn list() -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn one(_name: String) -> View {
    heading(m::title(), None, View::default())
}
