//! Workflows.

mod create;
mod graph;
mod list;
mod node;
mod nodes;
mod one;
mod plan;

pub use create::create;
pub use list::list;
pub use one::one;
