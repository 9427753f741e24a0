//! Dead letters: failed tasks, by what went wrong.

mod list;
mod one;

pub use list::list;
pub use one::one;
