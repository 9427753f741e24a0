//! Workers.

mod list;
mod one;
mod running;

pub use list::list;
pub use one::one;
