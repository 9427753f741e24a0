//! `POST /tasks/{name}`: one handler, which the document shows as one endpoint per task definition.

use autometrics::autometrics;
use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use ruche_api::{AnyJson, EnqueueTask, TaskState, Unique, UniquePolicy};

use super::{
    super::{Tag, names},
    accepting::{Accepted, Asked, EnqueuingTyped, enqueue},
    unique,
};
use crate::{
    acceptance::{Desk, Rejection},
    payload::JsonBody,
    problem::{Code, Problem},
    refusal::Refusal,
    state::Shared,
    tracing_context,
    validation::Base,
};

/// The typed way in.
pub struct EnqueueTyped;

/// The body is the keyword arguments.
const BASE: Base<'static> = Base { args: "", kwargs: "" };

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl EnqueueTyped {
    /// Enqueue a task by name
    ///
    /// The body is the task's arguments.
    #[oai(path = "/tasks/:name", method = "post", operation_id = "enqueueTyped")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    #[expect(clippy::too_many_arguments, reason = "one per documented parameter")]
    async fn enqueue_typed(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        name: Path<String>,
        body: JsonBody<AnyJson>,
        /// Queue to wait in.
        #[oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$"))]
        queue: Query<Option<String>>,
        /// How urgent it is, 9 most.
        #[oai(validator(maximum(value = "9")))]
        priority: Query<Option<u8>>,
        /// Not to run before this time. Not together with `countdown_ms`.
        eta: Query<Option<DateTime<Utc>>>,
        /// Not to run before so many milliseconds have passed. Not together with `eta`.
        #[oai(validator(maximum(value = "315360000000")))]
        countdown_ms: Query<Option<u64>>,
        /// Not to start after this time.
        expires_at: Query<Option<DateTime<Utc>>>,
        /// Attempts in all, the first included.
        #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
        max_attempts: Query<Option<u32>>,
        /// Longest time one attempt may run, in milliseconds.
        #[oai(validator(minimum(value = "1"), maximum(value = "604800000")))]
        timeout_ms: Query<Option<u64>>,
        /// What the task is counted by where its queue limits each key, e.g. a tenant.
        #[oai(validator(min_length = 1, max_length = 255))]
        concurrency_key: Query<Option<String>>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
        /// `wait=N`: wait up to N seconds, at most 60, for the outcome (RFC 7240).
        #[oai(name = "Prefer", validator(max_length = 200))]
        prefer: Header<Option<String>>,
        /// The caller's span (W3C trace context).
        #[oai(name = "traceparent", validator(max_length = 200))]
        traceparent: Header<Option<String>>,
        /// What tasks of this name are told apart by; makes it the only one of its kind, as each of the parameters does whose name
        /// begins with `unique`.
        #[oai(validator(min_length = 1, max_length = 255))]
        unique_key: Query<Option<String>>,
        /// Whether tasks with other arguments are of another kind.
        unique_args: Query<Option<bool>>,
        /// A task holds its key for no longer than this after it was accepted, in milliseconds.
        #[oai(validator(minimum(value = "1"), maximum(value = "2678400000")))]
        unique_period_ms: Query<Option<u64>>,
        /// A task holds its key while it is in one of these states, separated by commas.
        #[oai(validator(min_length = 1, max_length = 100, pattern = "^[a-z]+(,[a-z]+)*$"))]
        unique_states: Query<Option<String>>,
        /// What is done while another task holds the key.
        unique_policy: Query<Option<UniquePolicy>>,
        /// With `debounce`: how long after it was accepted a task may be put off at most, in milliseconds.
        #[oai(validator(minimum(value = "1"), maximum(value = "2678400000")))]
        unique_max_wait_ms: Query<Option<u64>>,
    ) -> Result<Accepted, Refusal<EnqueuingTyped>> {
        let wished = Unique {
            key: unique_key.0,
            args: unique_args.0,
            period_ms: unique_period_ms.0,
            states: unique_states.0.as_deref().map(states).transpose()?,
            policy: unique_policy.0,
            max_wait_ms: unique_max_wait_ms.0,
        };
        let name = names::task_name("name", &name)?;
        let definitions = shared.definitions.with(name.as_str()).await?;
        let registered = definitions.get(name.as_str()).is_some();
        let wish = EnqueueTask {
            kwargs: Some(body.parse()?),
            queue: queue.0,
            priority: priority.0,
            eta: names::time("eta", eta.0)?,
            countdown_ms: countdown_ms.0,
            expires_at: names::time("expires_at", expires_at.0)?,
            max_attempts: max_attempts.0,
            timeout_ms: timeout_ms.0,
            concurrency_key: concurrency_key.0,
            ..EnqueueTask::named(name.as_str())
        };
        if wish.eta.is_some() && wish.countdown_ms.is_some() {
            return Err(Problem::of_parameter(Code::ConflictingParameters, "countdown_ms", "not together with eta").into());
        }
        let query = request.uri().query().unwrap_or_default();
        let operation = format!("enqueueTyped {name}");
        let asked = Asked::read(idempotency_key.0.as_deref(), prefer.0.as_deref(), &operation, query, body.bytes())?;
        let desk = Desk {
            definitions: &definitions,
            accept_unregistered: shared.options.accept_unregistered_tasks,
            trace: &tracing_context::of(traceparent.0.as_deref(), &*shared.clock),
            now: shared.clock.now(),
        };
        let task = desk.accept_at(wish, shared.clock.new_task_id(), &BASE).map_err(problem_of)?;
        if wished == Unique::default() {
            return Ok(enqueue(&shared, task, registered, asked).await?);
        }
        let unique = crate::unique::read(wished, &task, "").map_err(Problem::of_query)?;
        Ok(unique::enqueue(&shared, task, unique, registered, asked).await?)
    }
}

fn states(words: &str) -> Result<Vec<TaskState>, Problem> {
    let state = |word: &str| word.parse::<ruche_domain::TaskState>().map(Into::into);
    words
        .split(',')
        .map(state)
        .collect::<Result<_, _>>()
        .map_err(|error| Problem::of_parameter(Code::UnknownState, "unique_states", error.to_string()))
}

/// Here the name is part of the path, so an unknown one is a path that does not exist.
fn problem_of(rejection: Rejection) -> Problem {
    match rejection {
        Rejection::Unknown(near) if near.is_empty() => Problem::new(Code::DefinitionNotFound),
        Rejection::Unknown(near) => Problem::new(Code::DefinitionNotFound).detail(format!("did you mean {}?", near.join(" or "))),
        invalid @ Rejection::Invalid(..) => invalid.into_problem(""),
    }
}
