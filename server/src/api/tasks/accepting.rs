//! What enqueuing one task comes to, by whichever endpoint.

use std::time::Duration;

use poem_openapi::ApiResponse;
use ruche_api::{FieldError, Task};
use ruche_domain::{NewTask, TaskId};
use ruche_store::{EnqueueAnswer, EnqueueRequest, IdempotencyKey};

use super::{existing, location};
use crate::{
    idempotency,
    metrics::Source,
    payload::Document,
    prefer,
    problem::{Code, Problem},
    refusal::Refuses,
    state::Shared,
    views,
    waiters::Waiter,
};

/// The accepted task.
#[derive(ApiResponse)]
pub enum Accepted {
    /// The task is committed; with `Prefer: wait` it has ended.
    #[oai(status = 201)]
    Created(
        Document<Task>,
        /// Address of the task.
        #[oai(header = "Location")]
        String,
        /// The preferences that were honoured.
        #[oai(header = "Preference-Applied")]
        Option<String>,
    ),
    /// The same request was accepted before, or another task stands for a unique one; this is that task, as it stands now.
    #[oai(status = 200)]
    Replayed(
        Document<Task>,
        /// Address of the task.
        #[oai(header = "Location")]
        String,
        /// `true` when the same request was accepted before.
        #[oai(header = "Idempotent-Replayed")]
        Option<String>,
        /// The preferences that were honoured.
        #[oai(header = "Preference-Applied")]
        Option<String>,
        /// For a unique task: `existing` when this one holds its key and is unchanged, `replaced` when this one has taken over its
        /// arguments.
        #[oai(header = "Deduplicated")]
        Option<String>,
    ),
    /// The task is committed, and had not ended when the wait asked for was over.
    #[oai(status = 202)]
    Waiting(
        Document<Task>,
        /// Address of the task.
        #[oai(header = "Location")]
        String,
        /// The preferences that were honoured.
        #[oai(header = "Preference-Applied")]
        String,
        /// When to look again, in seconds.
        #[oai(header = "Retry-After")]
        u32,
    ),
}

/// The statuses only the enqueuing operations have.
pub struct Enqueuing;

impl Refuses for Enqueuing {
    const STATUSES: &'static [u16] = &[409, 410, 413, 415, 422];
}

/// The statuses only the typed endpoints have.
pub struct EnqueuingTyped;

impl Refuses for EnqueuingTyped {
    const STATUSES: &'static [u16] = &[404, 409, 410, 413, 415, 422];
}

/// What the headers ask for.
pub struct Asked {
    /// Recognises a repeated request.
    pub key: Option<IdempotencyKey>,
    /// How long to wait for the outcome.
    pub wait: Option<Duration>,
}

impl Asked {
    /// Reads the headers. The request is `operation` with this query and body.
    pub fn read(key: Option<&str>, prefer: Option<&str>, operation: &str, query: &str, body: &[u8]) -> Result<Self, Problem> {
        let key = key.map(|key| idempotency::key(key, operation, query, body)).transpose()?;
        Ok(Self { key, wait: prefer::wait(prefer) })
    }
}

/// Stores the task, and waits for its outcome where asked to.
pub async fn enqueue(shared: &Shared, task: NewTask, registered: bool, asked: Asked) -> Result<Accepted, Problem> {
    let Asked { key, wait } = asked;
    let _held = key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
    // Before it can end, so that its end is not missed.
    let waiter = wait.map(|patience| (shared.waiters.expect(task.id), patience));
    let request = EnqueueRequest { tasks: vec![task.clone()], idempotency: key };
    match shared.enqueuer.enqueue(request).await? {
        EnqueueAnswer::KeyFull(_) => Err(key_full("/concurrency_key")),
        EnqueueAnswer::KeyReused => Err(Problem::new(Code::IdempotencyKeyReused)),
        EnqueueAnswer::Replayed(ids) => replayed(shared, ids.first().copied(), wait).await,
        EnqueueAnswer::Created => {
            shared.metrics.enqueued.count(&task, registered, Source::Api, 1);
            created(shared, &task, waiter).await
        }
    }
}

/// The problem of a task whose key is full; `pointer` is where the key stands in the body.
pub fn key_full(pointer: &str) -> Problem {
    let (code, detail) = (Code::KeyFull.as_str().to_owned(), "as many tasks of this key have not ended as may".to_owned());
    Problem::new(Code::KeyFull).errors(vec![FieldError { pointer: Some(pointer.to_owned()), parameter: None, code, detail }])
}

/// The answer for a task that was inserted, once its outcome was waited for where asked to.
pub async fn created(shared: &Shared, task: &NewTask, waiter: Option<(Waiter<'_>, Duration)>) -> Result<Accepted, Problem> {
    let Some((waiter, patience)) = waiter else {
        return Ok(Accepted::Created(Document(views::accepted(task)), location(task.id), None));
    };
    let ended = waiter.wait(patience, &shared.shutdown).await;
    waited(shared, task.id, ended, patience).await
}

async fn waited(shared: &Shared, id: TaskId, ended: bool, patience: Duration) -> Result<Accepted, Problem> {
    let task = Document(views::task(existing(shared, id).await?));
    let applied = prefer::applied(patience);
    if ended {
        return Ok(Accepted::Created(task, location(id), Some(applied)));
    }
    Ok(Accepted::Waiting(task, location(id), applied, 1))
}

/// The answer for a request that was accepted before.
pub async fn replayed(shared: &Shared, id: Option<TaskId>, wait: Option<Duration>) -> Result<Accepted, Problem> {
    let id = id.ok_or_else(|| Problem::new(Code::Internal))?;
    let task = as_it_stands(shared, id, wait).await?;
    Ok(Accepted::Replayed(task, location(id), Some("true".to_owned()), wait.map(prefer::applied), None))
}

/// The answer for a unique task that this one stands for; `how` is the word of the header.
pub async fn stood_for(shared: &Shared, id: TaskId, how: &str, wait: Option<Duration>) -> Result<Accepted, Problem> {
    let task = as_it_stands(shared, id, wait).await?;
    Ok(Accepted::Replayed(task, location(id), None, wait.map(prefer::applied), Some(how.to_owned())))
}

async fn as_it_stands(shared: &Shared, id: TaskId, wait: Option<Duration>) -> Result<Document<Task>, Problem> {
    if let Some(patience) = wait {
        await_end(shared, id, patience).await?;
    }
    let view = shared.store.task(id).await?.ok_or_else(|| Problem::new(Code::TaskPruned))?;
    Ok(Document(views::task(view)))
}

/// Waits until a task that may have ended before has ended, for at most `patience`.
pub async fn await_end(shared: &Shared, id: TaskId, patience: Duration) -> Result<(), Problem> {
    let waiter = shared.waiters.expect(id);
    let ended = shared.store.states(&[id]).await?.iter().any(|(_, state)| state.is_terminal());
    if !ended {
        waiter.wait(patience, &shared.shutdown).await;
    }
    Ok(())
}
