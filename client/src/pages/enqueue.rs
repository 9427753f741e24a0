//! Enqueuing a task.

use sycamore::prelude::*;

use crate::{messages::enqueue as m, ui::layout::heading};

/// The page.
pub fn enqueue() -> View {
    heading(m::title(), None, View::default())
}
