//! `GET /keys/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Key;

use super::{super::Tag, key_id, not_found, shown};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Looking at one key.
pub struct Get;

/// The statuses only this operation has.
struct Getting;

impl Refuses for Getting {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl Get {
    /// Get an API key
    ///
    /// A key without its secret; of a revoked or expired one, too, until it is pruned.
    #[oai(path = "/keys/:id", method = "get", operation_id = "getKey")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_key(
        &self,
        shared: Data<&Shared>,
        /// The key's id.
        id: Path<String>,
    ) -> Result<Document<Key>, Refusal<Getting>> {
        let (view, _digest) = shared.store.key(key_id(&id)?).await?.ok_or_else(not_found)?;
        Ok(Document(shown(view)))
    }
}
