//! `POST /workflows`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{CreateWorkflow, Workflow};

use super::{super::Tag, existing};
use crate::{
    acceptance::Desk,
    metrics::Source,
    payload::{Document, JsonBody},
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
}

/// The statuses only this operation has.
struct Creating;

impl Refuses for Creating {
    const STATUSES: &'static [u16] = &[413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl Create {
    /// Create a workflow
    ///
    /// Accepts tasks that wait for each other: chains, groups, chords, any graph without cycles. A node runs when all it depends
    /// on have ended, and may take their results as arguments.
    #[oai(path = "/workflows", method = "post", operation_id = "createWorkflow")]
    #[autometrics]
    async fn create_workflow(&self, shared: Data<&Shared>, body: JsonBody<CreateWorkflow>) -> Result<Created, Refusal<Creating>> {
        let wish = body.parse()?;
        for node in &wish.nodes {
            // Definitions that a worker stored just now are looked for once; what is known costs nothing.
            shared.definitions.with(&node.task.task).await?;
        }
        let definitions = shared.definitions.current().await?;
        let desk = Desk {
            definitions: &definitions,
            accept_unregistered: shared.options.accept_unregistered_tasks,
            trace: &tracing_context::of(None, &*shared.clock),
            now: shared.clock.now(),
        };
        let workflow = weaving::weave(wish, &desk, &*shared.clock)?;
        let handover = shared.store.create_workflow(&workflow).await?;
        for node in &workflow.nodes {
            let registered = definitions.get(node.task.name.as_str()).is_some();
            shared.metrics.enqueued.count(&node.task, registered, Source::Api, 1);
        }
        shared.publisher.hand_over(handover).await;
        let created = existing(&shared, workflow.id).await?;
        Ok(Created::Created(Document(created), format!("/api/v1/workflows/{}", workflow.id)))
    }
}
