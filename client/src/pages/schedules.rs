//! Schedules.

use sycamore::prelude::*;

use crate::{messages::schedules as m, ui::layout::heading};

/// The page.
pub fn list() -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn create() -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn one(_name: String) -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn edit(_name: String) -> View {
    heading(m::title(), None, View::default())
}
