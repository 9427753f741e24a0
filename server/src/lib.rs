//! ruche-server

pub mod enqueuer;
pub mod maintenance;
pub mod publisher;
