//! Settings.

use crate::prelude::*;

use crate::{messages::settings as m, ui::layout::heading};

/// The page.
pub fn settings() -> View {
    heading(m::title(), None, View::default())
}
