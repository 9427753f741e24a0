//! The HTTP API: one file per operation, with the statuses only it has.

mod artifacts;
mod audit;
mod dead_letters;
mod definitions;
mod events;
mod health;
mod keys;
mod names;
mod operations;
mod paging;
mod problems;
mod queues;
mod schedules;
mod session;
mod stats;
mod task_limits;
mod tasks;
mod webhooks;
pub mod workers;
mod workflows;

use poem::{
    Response, Route, get, handler,
    http::{StatusCode, header},
};
use poem_openapi::{OpenApi, OpenApiService, Tags};

use crate::{docs, openapi};

/// What the document groups operations by.
#[derive(Tags)]
pub enum Tag {
    /// Enqueue tasks, follow them, stop and retry them.
    Tasks,
    /// Change many tasks at once.
    Bulk,
    /// Tasks that failed for good, by what went wrong.
    DeadLetters,
    /// What can be enqueued.
    Definitions,
    /// Where tasks wait.
    Queues,
    /// Enqueue tasks at times of their own.
    Schedules,
    /// Tasks that wait for each other.
    Workflows,
    /// Files that tasks make and take in.
    Artifacts,
    /// Have others told of what happens to tasks.
    Webhooks,
    /// Who runs them.
    Workers,
    /// What happens, as it happens.
    Events,
    /// Numbers at a glance.
    Stats,
    /// API keys, logging in, and who did what.
    Access,
    /// For load balancers and Prometheus; open, no API key is asked for.
    Operations,
}

/// Paths that are served and are not in the document.
pub const HIDDEN: &[&str] =
    &["/", "/docs", "/docs/init.js", "/docs/swagger-ui.js", "/docs/swagger-ui.css", "/openapi.json", "/problems/{code}"];

/// The documented operations.
pub fn service() -> OpenApiService<impl OpenApi + 'static, ()> {
    let operations = (
        tasks::operations(),
        schedules::operations(),
        (keys::operations(), session::operations(), audit::Audit),
        (operations::operations(), dead_letters::operations()),
        (queues::changes(), task_limits::operations()),
        (workflows::operations(), artifacts::operations(), webhooks::operations()),
        (definitions::Definitions, queues::Queues, workers::Workers, stats::StatsApi, events::Events, health::Health),
    );
    OpenApiService::new(operations, "Ruche", env!("CARGO_PKG_VERSION"))
}

/// What is served at [`HIDDEN`].
pub fn pages() -> Route {
    Route::new()
        .at("/", get(home))
        .at("/docs", get(docs::page))
        .at("/docs/init.js", get(docs::init))
        .at("/docs/swagger-ui.js", get(docs::script))
        .at("/docs/swagger-ui.css", get(docs::style))
        .at("/openapi.json", get(openapi::serve_document))
        .at("/problems/:code", get(problems::explain))
}

/// Until there is something else to show.
#[handler]
fn home() -> Response {
    Response::builder().status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, "/docs").finish()
}
