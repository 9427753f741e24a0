//! Operations.

use crate::prelude::*;
use uuid::Uuid;

use crate::{messages::operations as m, ui::layout::heading};

/// The page.
pub fn list() -> View {
    heading(m::title(), None, View::default())
}

/// The page.
pub fn one(_id: Uuid) -> View {
    heading(m::title(), None, View::default())
}
