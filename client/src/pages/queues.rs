//! Queues.

mod bulk;
mod facts;
mod lanes;
mod limits;
mod list;
mod one;
mod pace;
mod pausing;
pub(super) mod rate;
mod why;

pub use list::list;
pub use one::one;
