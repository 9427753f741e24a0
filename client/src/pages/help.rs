//! Help.

use crate::prelude::*;

use crate::{messages::help as m, ui::layout::heading};

/// The page.
pub fn help() -> View {
    heading(m::title(), None, View::default())
}
