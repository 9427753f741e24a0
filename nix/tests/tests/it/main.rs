//! The service model and what is rendered from it.

mod compose;
mod files;
mod golden;
mod kubernetes;
mod lock;
mod model;
mod yaml;
