//! What happens, as it happens.

use autometrics::autometrics;
use poem::{IntoResponse, Response, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Query},
    payload::Payload,
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use ruche_api::{ResetEvent, SummaryEvent, TaskEvent};

use super::{Tag, names};
use crate::{
    access::{caller::Caller, lasting},
    live::{self, EventFilter, LastSeen},
    problem::Problem,
    refusal::{Common, Refusal},
    state::Shared,
};

/// Events.
pub struct Events;

/// A stream of events.
#[derive(ApiResponse)]
enum Streamed {
    /// The stream; it ends when the server shuts down, and clients reconnect.
    #[oai(status = 200)]
    Ok(EventText),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Events")]
impl Events {
    /// Stream events
    ///
    /// Server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>), as they happen:
    ///
    /// | event | data | when |
    /// |---|---|---|
    /// | `task.state` | TaskEvent | a task entered a state |
    /// | `task.cancel_requested` | TaskEvent | a running task was asked to stop |
    /// | `task.progress` | TaskEvent | a task reported progress |
    /// | `task.log` | TaskEvent | a task wrote log lines |
    /// | `summary` | SummaryEvent | so many tasks changed at once that only their numbers are told |
    /// | `registry` | `{}` | a task definition, queue or worker changed |
    /// | `reset` | ResetEvent | events were lost: fetch afresh what you show |
    ///
    /// Filters narrow the `task.*` events; the others always come. A client that reconnects with `Last-Event-ID` gets what it
    /// missed, or `reset` first when that is no longer known (ids are of one server process). A comment every 15 s shows that
    /// the stream lives; it ends within a minute after its caller's key or session. Events are a convenience and may be lost; the
    /// database is the truth.
    #[oai(path = "/events", method = "get", operation_id = "streamEvents")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn stream_events(
        &self,
        shared: Data<&Shared>,
        who: Data<&Caller>,
        /// Only events of this task.
        #[oai(validator(max_length = 36, min_length = 36))]
        id: Query<Option<String>>,
        /// Only events of tasks of this name.
        #[oai(validator(max_length = 200, min_length = 1, pattern = "^[A-Za-z0-9._:/-]{1,200}$"))]
        task: Query<Option<String>>,
        /// Only events of tasks in this queue.
        #[oai(validator(max_length = 100, min_length = 1, pattern = "^[A-Za-z0-9._:-]{1,100}$"))]
        queue: Query<Option<String>>,
        /// Id of the last event seen.
        #[oai(name = "Last-Event-ID", validator(max_length = 100))]
        last_event_id: Header<Option<String>>,
    ) -> Result<Streamed, Refusal<Common>> {
        let filter = filter(id.0.as_deref(), task.0.as_deref(), queue.0.as_deref())?;
        let stream = live::open(
            &shared,
            filter,
            &LastSeen(last_event_id.0.as_deref()),
            lasting::until_refused(shared.0.clone(), who.0.clone()),
        )?;
        Ok(Streamed::Ok(EventText(stream)))
    }
}

fn filter(id: Option<&str>, task: Option<&str>, queue: Option<&str>) -> Result<EventFilter, Problem> {
    Ok(EventFilter {
        id: id.map(names::task_id).transpose()?,
        name: task.map(|name| names::task_name("task", name)).transpose()?,
        queue: queue.map(|name| names::queue_name("queue", name)).transpose()?,
    })
}

/// The stream as the document describes it.
struct EventText(live::Stream);

impl Payload for EventText {
    const CONTENT_TYPE: &'static str = "text/event-stream";

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")))
    }

    fn register(registry: &mut Registry) {
        TaskEvent::register(registry);
        SummaryEvent::register(registry);
        ResetEvent::register(registry);
    }
}

impl IntoResponse for EventText {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
