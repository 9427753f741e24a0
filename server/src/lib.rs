//! The server: the HTTP API with its OpenAPI document and live events, and the maintenance duties. Any number of replicas may
//! share a database; none is special.

mod acceptance;
pub mod access;
mod api;
mod app;
mod auditor;
mod auth;
mod client;
mod cursor;
mod definitions;
mod docs;
pub mod enqueuer;
pub mod gates;
mod history;
mod idempotency;
mod limits;
mod live;
pub mod maintenance;
mod metrics;
mod openapi;
mod options;
mod payload;
mod prefer;
mod problem;
pub mod publisher;
mod refusal;
mod request_id;
mod routes;
mod running;
mod scheduling;
mod state;
mod tracing_context;
mod unique;
mod validation;
mod views;
mod waiters;
mod waiting;
mod weaving;
mod webhooks;

pub use app::App;
pub use client::{Client, ClientFile};
pub use openapi::{openapi, openapi_value};
pub use options::{ApiKey, ServerOptions};
pub use running::{Parts, RunningServer, StartError, server_options};
pub use state::ServerState;
