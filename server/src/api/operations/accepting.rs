//! What accepting an operation comes to, by whichever endpoint.

use poem_openapi::ApiResponse;
use ruche_api::{Operation, OperationPreview, SkippedTask, StateCount};
use ruche_domain::{OperationAction, OperationId};
use ruche_store::{NewOperation, OperationAnswer, OperationView, TaskFilter};

use super::not_found;
use crate::{
    idempotency,
    payload::Document,
    problem::{Code, Problem},
    refusal::Refuses,
    state::Shared,
};

/// Where counting stops in each state.
const MOST_COUNTED: u32 = 10_000;

/// The accepted operation.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "made once per request")]
pub enum Accepted {
    /// What would be changed; nothing was.
    #[oai(status = 200)]
    Previewed(Document<OperationPreview>),
    /// The operation is committed, and goes on by itself.
    #[oai(status = 202)]
    Accepted(
        Document<Operation>,
        /// Address of the operation.
        #[oai(header = "Location")]
        String,
        /// `true` when the same request was accepted before: this is its operation, as it stands now.
        #[oai(header = "Idempotent-Replayed")]
        Option<String>,
    ),
}

/// What is told of an accepted operation.
pub struct Told {
    /// The operation.
    pub operation: Document<Operation>,
    /// Its address.
    pub location: String,
    /// `true` if the same request was accepted before.
    pub replayed: Option<String>,
}

impl From<Told> for Accepted {
    fn from(told: Told) -> Self {
        let Told { operation, location, replayed } = told;
        Self::Accepted(operation, location, replayed)
    }
}

/// The statuses only the accepting endpoint has.
pub struct Accepting;

impl Refuses for Accepting {
    const STATUSES: &'static [u16] = &[409, 410, 413, 415, 422];
}

/// What recognises a request of this endpoint, by its header.
pub struct Asked<'a> {
    /// The header `Idempotency-Key`.
    pub key: Option<&'a str>,
    /// The endpoint.
    pub endpoint: &'a str,
    /// What is in its path.
    pub path: &'a str,
    /// Its body.
    pub body: &'a [u8],
}

/// Counts what an operation would change.
pub async fn preview(shared: &Shared, action: &OperationAction, filter: &TaskFilter) -> Result<Accepted, Problem> {
    let counts = shared.store.preview_operation(action, filter, MOST_COUNTED).await?;
    let states: Vec<_> = counts
        .iter()
        .map(|counted| StateCount {
            state: counted.state.into(),
            count: counted.count,
            at_least: counted.count >= u64::from(MOST_COUNTED),
        })
        .collect();
    let preview = OperationPreview {
        action: super::filter::shown_action(action).0,
        count: states.iter().map(|counted| counted.count).sum(),
        at_least: states.iter().any(|counted| counted.at_least),
        states,
    };
    Ok(Accepted::Previewed(Document(preview)))
}

/// Stores the operation.
pub async fn accept(shared: &Shared, action: OperationAction, filter: TaskFilter, asked: &Asked<'_>) -> Result<Told, Problem> {
    let key = asked.key.map(|key| idempotency::key(key, asked.endpoint, asked.path, asked.body)).transpose()?;
    let _held = key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
    let id = OperationId::from(shared.clock.new_task_id().as_uuid());
    let operation = NewOperation { id, action, filter, created_at: shared.clock.now() };
    match shared.store.create_operation(&operation, key.as_ref()).await? {
        OperationAnswer::Created => Ok(told(OperationView::pending(operation), false)),
        OperationAnswer::KeyReused => Err(Problem::new(Code::IdempotencyKeyReused)),
        OperationAnswer::TooMany => Err(Problem::new(Code::TooManyOperations).retry_after(10)),
        OperationAnswer::Replayed(first) => {
            let view = shared.store.operation(first).await?.ok_or_else(|| Problem::new(Code::OperationPruned))?;
            Ok(told(view, true))
        }
    }
}

fn told(view: OperationView, replayed: bool) -> Told {
    let location = format!("/api/v1/operations/{}", view.operation.id);
    Told { operation: Document(shown(view)), location, replayed: replayed.then(|| "true".to_owned()) }
}

/// The operation, or a problem.
pub async fn existing(shared: &Shared, id: OperationId) -> Result<OperationView, Problem> {
    shared.store.operation(id).await?.ok_or_else(not_found)
}

/// The operation as the API shows it.
pub fn shown(view: OperationView) -> Operation {
    let OperationView { operation, state, matched, changed, skipped, samples, error, started_at, finished_at } = view;
    let NewOperation { id, action, filter, created_at } = operation;
    let (action, parameters) = super::filter::shown_action(&action);
    Operation {
        id: id.as_uuid(),
        action,
        filter: super::filter::shown(filter),
        parameters,
        state: state.into(),
        matched,
        changed,
        skipped,
        skipped_tasks: samples
            .into_iter()
            .map(|skipped| SkippedTask { id: skipped.id.as_uuid(), reason: skipped.reason.into() })
            .collect(),
        error,
        created_at,
        started_at,
        finished_at,
    }
}
