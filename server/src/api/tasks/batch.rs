//! `POST /tasks/batch`

use std::{collections::HashMap, sync::Arc};

use autometrics::autometrics;
use bytes::Bytes;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Header};
use ruche_api::{EnqueueBatch, EnqueuedBatch, FieldError};
use ruche_domain::{NewTask, TaskId, TraceContext};
use ruche_store::{EnqueueAnswer, EnqueueRequest, UniqueAnswer, UniqueFate, UniqueRequest, UniqueTask};

use super::{
    super::Tag,
    accepting::{Asked, Enqueuing, key_full},
    unique,
};
use crate::{
    acceptance::Desk,
    definitions::DefinitionSet,
    metrics::Source,
    payload::{Document, JsonBody, parse},
    problem::{Code, Problem},
    refusal::Refusal,
    state::Shared,
    tracing_context,
};

/// A body this large is read and checked off the request's thread, so that other requests do not wait for it, in bytes.
const LARGE: usize = 64 * 1024;

/// Many at once.
pub struct Batch;

/// The accepted tasks.
#[derive(ApiResponse)]
enum Accepted {
    /// All tasks are committed.
    #[oai(status = 201)]
    Created(Document<EnqueuedBatch>),
    /// The same request was accepted before; these are its tasks.
    #[oai(status = 200)]
    Replayed(
        Document<EnqueuedBatch>,
        /// Always `true`.
        #[oai(header = "Idempotent-Replayed")]
        String,
    ),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Batch {
    /// Enqueue many tasks
    ///
    /// Accepts 1 to 10,000 tasks together or not at all, in one transaction: one wrong task refuses the batch, and `errors`
    /// points at it. The ids come in the order of the request.
    #[oai(path = "/tasks/batch", method = "post", operation_id = "enqueueBatch")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn enqueue_batch(
        &self,
        shared: Data<&Shared>,
        body: JsonBody<EnqueueBatch>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
        /// The caller's span (W3C trace context).
        #[oai(name = "traceparent", validator(max_length = 200))]
        traceparent: Header<Option<String>>,
    ) -> Result<Accepted, Refusal<Enqueuing>> {
        let asked = Asked::read(idempotency_key.0.as_deref(), None, "enqueueBatch", "", body.bytes())?;
        let trace = tracing_context::of(traceparent.0.as_deref(), &*shared.clock);
        let tasks = read(&shared, body.bytes().clone(), trace).await?;
        if tasks.iter().any(|task| task.unique.is_some()) {
            return Ok(store_unique(&shared, tasks, asked).await?);
        }
        Ok(store(&shared, tasks.into_iter().map(|task| task.task).collect(), asked).await?)
    }
}

async fn read(shared: &Shared, body: Bytes, trace: TraceContext) -> Result<Vec<UniqueTask>, Problem> {
    let definitions = shared.definitions.current().await?;
    match check(shared, &body, &trace, definitions).await? {
        // A worker may have registered it a moment ago.
        Err(Refused { unknown: Some(name), .. }) => {
            let definitions = shared.definitions.with(&name).await?;
            check(shared, &body, &trace, definitions).await?.map_err(|refused| refused.problem)
        }
        checked => checked.map_err(|refused| refused.problem),
    }
}

/// Why a batch is refused; `unknown` is the name that is not registered.
struct Refused {
    unknown: Option<String>,
    problem: Problem,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { unknown: None, problem }
    }
}

type Checked = Result<Vec<UniqueTask>, Refused>;

async fn check(shared: &Shared, body: &Bytes, trace: &TraceContext, known: Arc<DefinitionSet>) -> Result<Checked, Problem> {
    let large = body.len() > LARGE;
    let (shared, body, trace) = (Arc::clone(shared), body.clone(), trace.clone());
    let work = move || accept_all(&shared, &known, &body, &trace);
    if !large {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::new(Code::Internal))
}

fn accept_all(shared: &Shared, definitions: &DefinitionSet, body: &[u8], trace: &TraceContext) -> Checked {
    let batch: EnqueueBatch = parse(body)?;
    if batch.tasks.is_empty() || batch.tasks.len() > EnqueueBatch::MAX_TASKS {
        let detail = format!("1 to {} tasks", EnqueueBatch::MAX_TASKS);
        let error = FieldError { pointer: Some("/tasks".to_owned()), parameter: None, code: "size".to_owned(), detail };
        return Err(Problem::new(Code::InvalidBody).errors(vec![error]).into());
    }
    let accept_unregistered = shared.options.accept_unregistered_tasks;
    let desk = Desk { definitions, accept_unregistered, trace, now: shared.clock.now() };
    let mut tasks = Vec::with_capacity(batch.tasks.len());
    for (index, mut wish) in batch.tasks.into_iter().enumerate() {
        let unique = wish.unique.take();
        let unknown = (!accept_unregistered && definitions.get(&wish.task).is_none()).then(|| wish.task.clone());
        let task = desk.accept(wish, shared.clock.new_task_id());
        let base = || format!("/tasks/{index}");
        let task = task.map_err(|rejection| Refused { unknown, problem: rejection.into_problem(&base()) })?;
        let unique = unique.map(|wish| crate::unique::read(wish, &task, &base())).transpose()?;
        tasks.push(UniqueTask { task, unique });
    }
    Ok(tasks)
}

async fn store(shared: &Shared, tasks: Vec<NewTask>, asked: Asked) -> Result<Accepted, Problem> {
    let _held = asked.key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let counts = kinds(&tasks);
    let request = EnqueueRequest { tasks, idempotency: asked.key };
    match shared.enqueuer.enqueue(request).await? {
        EnqueueAnswer::Created => {
            count(shared, counts).await?;
            Ok(Accepted::Created(answer(&ids)))
        }
        EnqueueAnswer::Replayed(ids) => Ok(Accepted::Replayed(answer(&ids), "true".to_owned())),
        EnqueueAnswer::KeyFull(index) => Err(key_full(&format!("/tasks/{index}/concurrency_key"))),
        EnqueueAnswer::KeyReused => Err(Problem::new(Code::IdempotencyKeyReused)),
    }
}

/// Stores tasks of which some are to be unique.
async fn store_unique(shared: &Shared, tasks: Vec<UniqueTask>, asked: Asked) -> Result<Accepted, Problem> {
    let _held = asked.key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
    let wishes: Vec<NewTask> = tasks.iter().map(|wish| wish.task.clone()).collect();
    let fates = match shared.enqueuer.enqueue_unique(UniqueRequest { tasks, idempotency: asked.key }).await? {
        UniqueAnswer::Accepted(fates) => fates,
        UniqueAnswer::Replayed(ids) => return Ok(Accepted::Replayed(answer(&ids), "true".to_owned())),
        UniqueAnswer::KeyReused => return Err(Problem::new(Code::IdempotencyKeyReused)),
        UniqueAnswer::KeyFull(index) => return Err(key_full(&format!("/tasks/{index}/concurrency_key"))),
        UniqueAnswer::Held { index, by } => return Err(unique::held(&format!("/tasks/{index}"), by)),
    };
    let is_new = |fate: &UniqueFate| matches!(fate, UniqueFate::Created(_));
    let new: Vec<NewTask> = wishes.into_iter().zip(&fates).filter(|(_, fate)| is_new(fate)).map(|(task, _)| task).collect();
    count(shared, kinds(&new)).await?;
    let mut body = answer(&fates.iter().map(|fate| fate.id()).collect::<Vec<_>>());
    let before: Vec<u32> = (0..).zip(&fates).filter(|(_, fate)| !is_new(fate)).map(|(index, _)| index).collect();
    body.0.deduplicated = (!before.is_empty()).then_some(before);
    Ok(Accepted::Created(body))
}

async fn count(shared: &Shared, counts: Vec<(NewTask, u64)>) -> Result<(), Problem> {
    let definitions = shared.definitions.current().await?;
    for (example, count) in counts {
        let registered = definitions.get(example.name.as_str()).is_some();
        shared.metrics.enqueued.count(&example, registered, Source::Batch, count);
    }
    Ok(())
}

fn answer(ids: &[TaskId]) -> Document<EnqueuedBatch> {
    Document(EnqueuedBatch { ids: ids.iter().map(|id| id.as_uuid()).collect(), deduplicated: None })
}

/// One task of each name and queue, with how many there are.
fn kinds(tasks: &[NewTask]) -> Vec<(NewTask, u64)> {
    let mut kinds: HashMap<(&str, &str), (&NewTask, u64)> = HashMap::new();
    for task in tasks {
        kinds.entry((task.name.as_str(), task.queue.as_str())).or_insert((task, 0)).1 += 1;
    }
    kinds.into_values().map(|(task, count)| (task.clone(), count)).collect()
}
