//! `DELETE /artifacts/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};

use super::{super::Tag, OfArtifact, artifact_id, not_found};
use crate::{refusal::Refusal, state::Shared};

/// Deleting.
pub struct Delete;

/// Nothing is left to see.
#[derive(ApiResponse)]
enum Deleted {
    /// The artifact is gone.
    #[oai(status = 204)]
    Gone,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Artifacts")]
impl Delete {
    /// Delete an artifact
    ///
    /// It is gone at once for everybody; who is reading its bytes may come to their end. They are deleted within a minute.
    #[oai(path = "/artifacts/:id", method = "delete", operation_id = "deleteArtifact")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn delete_artifact(&self, shared: Data<&Shared>, id: Path<String>) -> Result<Deleted, Refusal<OfArtifact>> {
        if shared.store.doom_artifact(artifact_id(&id)?, shared.clock.now()).await? {
            return Ok(Deleted::Gone);
        }
        Err(not_found().into())
    }
}
