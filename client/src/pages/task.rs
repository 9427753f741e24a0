//! One task.

use sycamore::prelude::*;
use uuid::Uuid;

use crate::{messages::task as m, ui::layout::heading};

/// The page.
pub fn task(_id: Uuid) -> View {
    heading(m::title(), None, View::default())
}
