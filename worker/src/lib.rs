//! Writing tasks and running them.
//!
//! A task is a struct of arguments that implements [`Task`]; [`Registry`] collects tasks; the engine claims, runs and records
//! them.

mod arguments;
mod context;
mod engine;
mod error;
mod registry;
pub mod settings;
mod task;
pub mod tasks;

#[cfg(any(test, feature = "test-support"))]
pub use context::TestContext;
pub use context::{Input, Output, Reports, TaskArtifacts, TaskContext};
pub use engine::{Engine, EngineOptions, InvalidEngineOptions, StartError};
pub use error::TaskError;
pub use registry::{DuplicateTask, Registry};
pub use task::{Task, TaskDefaults};
