//! `GET /artifacts/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Artifact;

use super::{super::Tag, OfArtifact, artifact_id, not_found, shown};
use crate::{payload::Document, refusal::Refusal, state::Shared};

/// Looking at one artifact.
pub struct Get;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Artifacts")]
impl Get {
    /// Get an artifact's facts
    ///
    /// Its name, size, checksum and whose it is; `/content` below it has its bytes.
    #[oai(path = "/artifacts/:id", method = "get", operation_id = "getArtifact")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_artifact(&self, shared: Data<&Shared>, id: Path<String>) -> Result<Document<Artifact>, Refusal<OfArtifact>> {
        let view = shared.store.artifact(artifact_id(&id)?).await?.ok_or_else(not_found)?;
        Ok(Document(shown(view)))
    }
}
