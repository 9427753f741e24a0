//! Operations: changes of many tasks at once.

mod list;
mod one;
mod told;

pub use list::list;
pub use one::one;
