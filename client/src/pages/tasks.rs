//! The list of tasks.

use sycamore::prelude::*;

use crate::{messages::tasks as m, ui::layout::heading};

/// The page.
pub fn tasks() -> View {
    heading(m::title(), None, View::default())
}
