//! The overview.

use sycamore::prelude::*;

use crate::{messages::overview as m, ui::layout::heading};

/// The page.
pub fn overview() -> View {
    heading(m::title(), None, View::default())
}
