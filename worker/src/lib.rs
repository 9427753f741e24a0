//! Writing tasks and running them.
//!
//! A task is a struct of arguments that implements [`Task`]; [`Registry`] collects tasks; the engine claims, runs and records
//! them.

mod context;
mod error;
mod registry;
mod task;
pub mod tasks;

pub use context::{Reports, TaskContext};
pub use error::TaskError;
pub use registry::{DuplicateTask, Registry};
pub use task::{Task, TaskDefaults};
