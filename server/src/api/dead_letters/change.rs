//! `POST /dead-letters/{fingerprint}/replay`, `POST /dead-letters/{fingerprint}/discard`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
};
use ruche_api::Operation;
use ruche_domain::OperationAction;
use ruche_store::TaskFilter;

use super::{
    super::{
        Tag,
        operations::{Asked, Told, accept},
    },
    existing, fingerprint as parsed,
};
use crate::{
    payload::Document,
    problem::Problem,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Replaying and discarding.
pub struct Change;

/// The operation.
#[derive(ApiResponse)]
enum Changing {
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

/// The statuses only these operations have.
struct ChangingAll;

impl Refuses for ChangingAll {
    const STATUSES: &'static [u16] = &[404, 409, 410, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::DeadLetters")]
impl Change {
    /// Replay dead letters
    ///
    /// Retries every failed task of the group, by an operation whose address is in `Location`.
    #[oai(path = "/dead-letters/:fingerprint/replay", method = "post", operation_id = "replayDeadLetters")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn replay_dead_letters(
        &self,
        shared: Data<&Shared>,
        /// The group's fingerprint.
        fingerprint: Path<String>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Changing, Refusal<ChangingAll>> {
        let key = idempotency_key.0.as_deref();
        Ok(change(&shared, &fingerprint, key, OperationAction::Retry, "replayDeadLetters").await?)
    }

    /// Discard dead letters
    ///
    /// Deletes every failed task of the group, with its attempts and logs, by an operation whose address is in `Location`.
    #[oai(path = "/dead-letters/:fingerprint/discard", method = "post", operation_id = "discardDeadLetters")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn discard_dead_letters(
        &self,
        shared: Data<&Shared>,
        /// The group's fingerprint.
        fingerprint: Path<String>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Changing, Refusal<ChangingAll>> {
        let key = idempotency_key.0.as_deref();
        Ok(change(&shared, &fingerprint, key, OperationAction::Delete, "discardDeadLetters").await?)
    }
}

async fn change(
    shared: &Shared,
    fingerprint: &str,
    key: Option<&str>,
    action: OperationAction,
    endpoint: &str,
) -> Result<Changing, Problem> {
    let print = parsed(fingerprint)?;
    if key.is_none() {
        // A repeated request may find that the first one has done its work.
        existing(shared, &print).await?;
    }
    let filter = TaskFilter { fingerprint: Some(print), ..TaskFilter::default() };
    let asked = Asked { key, endpoint, path: fingerprint, body: b"" };
    let Told { operation, location, replayed } = accept(shared, action, filter, &asked).await?;
    Ok(Changing::Accepted(operation, location, replayed))
}
