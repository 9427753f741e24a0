//! The API's operations, one file per resource, each as a function that makes the request.

pub mod about;
pub mod access;
pub mod artifacts;
pub mod dead_letters;
pub mod definitions;
pub mod operations;
pub mod queues;
pub mod schedules;
pub mod stats;
pub mod tasks;
pub mod webhooks;
pub mod workers;
pub mod workflows;

/// Rows per page.
pub const PAGE: u32 = 50;
