//! `GET /dead-letters/{fingerprint}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::DeadLetter;

use super::{super::Tag, existing, fingerprint as parsed, shown};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Looking.
pub struct Get;

/// The statuses only this operation has.
struct Getting;

impl Refuses for Getting {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::DeadLetters")]
impl Get {
    /// Get dead letters of one kind
    ///
    /// One group of failed tasks. `GET /tasks?fingerprint=` lists them.
    #[oai(path = "/dead-letters/:fingerprint", method = "get", operation_id = "getDeadLetter")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_dead_letter(
        &self,
        shared: Data<&Shared>,
        /// The group's fingerprint.
        fingerprint: Path<String>,
    ) -> Result<Document<DeadLetter>, Refusal<Getting>> {
        Ok(Document(shown(existing(&shared, &parsed(&fingerprint)?).await?)))
    }
}
