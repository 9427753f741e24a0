//! `POST /tasks`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Header};
use ruche_api::EnqueueTask;

use super::{
    super::Tag,
    accepting::{Accepted, Asked, Enqueuing, enqueue},
    unique,
};
use crate::{acceptance::Desk, payload::JsonBody, problem::Problem, refusal::Refusal, state::Shared, tracing_context};

/// The generic way in.
pub struct Enqueue;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Enqueue {
    /// Enqueue a task
    ///
    /// Accepts one task. When the answer comes, the task is committed: it will run, whatever happens to this server.
    ///
    /// The arguments are checked against the task definition's JSON Schema. Each task definition has an endpoint of its own,
    /// too, with its arguments as the body.
    ///
    /// A task may be made the only one of its kind, with `unique`: 409 leads to the task that holds its key, or 200 has that task, as
    /// the policy says.
    ///
    /// With `Prefer: wait=N` the answer waits up to N seconds (at most 60) for the outcome: 201 with the ended task, or 202 with
    /// the task as it then stands.
    #[oai(path = "/tasks", method = "post", operation_id = "enqueueTask")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn enqueue_task(
        &self,
        shared: Data<&Shared>,
        body: JsonBody<EnqueueTask>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters. The same key with the same request is answered
        /// with the task accepted before; with another request it is refused.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
        /// `wait=N`: wait up to N seconds, at most 60, for the outcome (RFC 7240).
        #[oai(name = "Prefer", validator(max_length = 200))]
        prefer: Header<Option<String>>,
        /// The caller's span (W3C trace context); the attempts' spans become its children.
        #[oai(name = "traceparent", validator(max_length = 200))]
        traceparent: Header<Option<String>>,
    ) -> Result<Accepted, Refusal<Enqueuing>> {
        let mut wish: EnqueueTask = body.parse()?;
        let unique = wish.unique.take();
        let asked = Asked::read(idempotency_key.0.as_deref(), prefer.0.as_deref(), "enqueueTask", "", body.bytes())?;
        let definitions = shared.definitions.with(&wish.task).await?;
        let desk = Desk {
            definitions: &definitions,
            accept_unregistered: shared.options.accept_unregistered_tasks,
            trace: &tracing_context::of(traceparent.0.as_deref(), &*shared.clock),
            now: shared.clock.now(),
        };
        let registered = definitions.get(&wish.task).is_some();
        let task =
            desk.accept(wish, shared.clock.new_task_id()).map_err(|rejection| -> Problem { rejection.into_problem("") })?;
        match unique.map(|wish| crate::unique::read(wish, &task, "")).transpose()? {
            Some(unique) => Ok(unique::enqueue(&shared, task, unique, registered, asked).await?),
            None => Ok(enqueue(&shared, task, registered, asked).await?),
        }
    }
}
