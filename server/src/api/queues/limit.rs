//! `PATCH /queues/{name}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{FieldError, Queue, QueueChange};
use ruche_domain::limit::QueueLimits;

use super::{
    super::{Tag, names},
    one_or_empty,
};
use crate::{
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Limiting.
pub struct Limit;

/// The statuses only this operation has.
struct Limiting;

impl Refuses for Limiting {
    const STATUSES: &'static [u16] = &[413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Limit {
    /// Limit a queue
    ///
    /// Sets how many of the queue's tasks run at once and start per time, in all and per `concurrency_key`, across all workers.
    /// The limits replace the former ones; `{}` lifts them. What runs goes on, and counts. Keys take turns, one task each, so
    /// that none waits for another's backlog; within a key the most urgent and oldest task is first. The queue need not exist
    /// yet.
    #[oai(path = "/queues/:name", method = "patch", operation_id = "changeQueue")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn change_queue(
        &self,
        shared: Data<&Shared>,
        /// The queue.
        name: Path<String>,
        body: JsonBody<QueueChange>,
    ) -> Result<Document<Queue>, Refusal<Limiting>> {
        let name = names::queue_name("name", &name)?;
        let limits = QueueLimits::from(body.parse()?.limits);
        limits.check().map_err(|wrong| {
            let (pointer, detail) = (Some(format!("/limits{}", wrong.field)), wrong.rule.to_owned());
            let error = FieldError { pointer, parameter: None, code: "range".to_owned(), detail };
            Problem::new(Code::InvalidBody).errors(vec![error])
        })?;
        let limits = Some(limits).filter(|limits| !limits.is_empty());
        shared.store.limit(&name, limits.as_ref(), shared.clock.now()).await?;
        tracing::info!(queue = %name, limited = limits.is_some(), "limits changed");
        shared.publisher.gates().refresh().await?;
        Ok(Document(one_or_empty(&shared, &name).await?))
    }
}
