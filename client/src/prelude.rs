//! What every view uses: Sycamore's prelude, with this crate's lighter ways to follow signals.

pub use sycamore::prelude::*;

pub use crate::reactive::{create_effect, create_memo, create_selector};
