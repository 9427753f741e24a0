//! Dead letters: failed tasks, by what went wrong.

mod list;
mod one;
mod tasks;

pub use list::list;
pub use one::one;
