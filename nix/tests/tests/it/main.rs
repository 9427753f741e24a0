//! The service model and what is rendered from it.

mod agreement;
mod compose;
mod files;
mod flake;
mod golden;
mod images;
mod kubernetes;
mod lock;
mod model;
mod sources;
mod yaml;
