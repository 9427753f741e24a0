//! The audit log.

use crate::prelude::*;

use crate::{messages::audit as m, ui::layout::heading};

/// The page.
pub fn audit() -> View {
    heading(m::title(), None, View::default())
}
