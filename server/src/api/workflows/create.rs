//! `POST /workflows`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Header};
use ruche_api::{CreateWorkflow, Workflow};
use ruche_domain::WorkflowId;
use ruche_store::{NewWorkflow, WorkflowCreation};

use super::{
    super::{Tag, tasks::accepting::key_full},
    existing,
};
use crate::{
    acceptance::Desk,
    idempotency,
    metrics::Source,
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    tracing_context, weaving,
};

/// Creating.
pub struct Create;

/// The workflow.
#[derive(ApiResponse)]
enum Created {
    /// The workflow is committed.
    #[oai(status = 201)]
    Created(
        Document<Workflow>,
        /// Address of the workflow.
        #[oai(header = "Location")]
        String,
    ),
    /// The same request was accepted before; this is its workflow, as it stands now.
    #[oai(status = 200)]
    Replayed(
        Document<Workflow>,
        /// Address of the workflow.
        #[oai(header = "Location")]
        String,
        /// `true`.
        #[oai(header = "Idempotent-Replayed")]
        String,
    ),
}

/// The statuses only this operation has.
struct Creating;

impl Refuses for Creating {
    const STATUSES: &'static [u16] = &[409, 410, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl Create {
    /// Create a workflow
    ///
    /// Accepts tasks that wait for each other, together or not at all, in one transaction: a `chain`, a `group`, a `chord`, any
    /// nesting of these, or as `nodes` any graph without cycles. A node runs when all it depends on have ended, and may take their
    /// results as arguments: `{"$result": "<key>"}`.
    #[oai(path = "/workflows", method = "post", operation_id = "createWorkflow")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn create_workflow(
        &self,
        shared: Data<&Shared>,
        body: JsonBody<CreateWorkflow>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters. The same key with the same request is answered
        /// with the workflow accepted before; with another request it is refused.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Created, Refusal<Creating>> {
        let wish = body.parse()?;
        let key = idempotency_key.0.as_deref();
        let key = key.map(|key| idempotency::key(key, "createWorkflow", "", body.bytes())).transpose()?;
        let (workflow, pointers) = woven(&shared, wish).await?;
        let _held = key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
        match shared.store.create_workflow(&workflow, key.as_ref()).await? {
            WorkflowCreation::Created(handover) => {
                count(&shared, &workflow).await?;
                shared.publisher.hand_over(handover).await;
                Ok(Created::Created(Document(existing(&shared, workflow.id).await?), location(workflow.id)))
            }
            WorkflowCreation::Replayed(first) => {
                let found = shared.store.workflow(first).await?.map(crate::views::workflow);
                let found = found.ok_or_else(|| Problem::new(Code::WorkflowPruned))?;
                Ok(Created::Replayed(Document(found), location(first), "true".to_owned()))
            }
            WorkflowCreation::KeyReused => Err(Problem::new(Code::IdempotencyKeyReused).into()),
            WorkflowCreation::KeyFull(node) => {
                let pointer = pointers.get(node).map_or("", String::as_str);
                Err(key_full(&format!("{pointer}/task/concurrency_key")).into())
            }
        }
    }
}

/// The workflow as it can be stored, and where each node stands in the body.
async fn woven(shared: &Shared, wish: CreateWorkflow) -> Result<(NewWorkflow, Vec<String>), Problem> {
    let header = weaving::Header::of(&wish)?;
    let plan = weaving::plan(wish)?;
    for node in &plan.nodes {
        // Definitions that a worker stored just now are looked for once; what is known costs nothing.
        shared.definitions.with(&node.node.task.task).await?;
    }
    let definitions = shared.definitions.current().await?;
    let desk = Desk {
        definitions: &definitions,
        accept_unregistered: shared.options.accept_unregistered_tasks,
        trace: &tracing_context::of(None, &*shared.clock),
        now: shared.clock.now(),
    };
    let pointers = plan.nodes.iter().map(|node| node.node.pointer.clone()).collect();
    Ok((weaving::weave(header, plan, &desk, &*shared.clock)?, pointers))
}

async fn count(shared: &Shared, workflow: &NewWorkflow) -> Result<(), Problem> {
    let definitions = shared.definitions.current().await?;
    for node in &workflow.nodes {
        let registered = definitions.get(node.task.name.as_str()).is_some();
        shared.metrics.enqueued.count(&node.task, registered, Source::Api, 1);
    }
    Ok(())
}

fn location(id: WorkflowId) -> String {
    format!("/api/v1/workflows/{id}")
}
