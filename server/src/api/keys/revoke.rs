//! `DELETE /keys/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi, param::Path};

use super::{super::Tag, key_id, not_found};
use crate::{
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Taking keys back.
pub struct Revoke;

/// It is done.
#[derive(ApiResponse)]
enum Revoked {
    /// The key is revoked, now or before.
    #[oai(status = 204)]
    Done,
}

/// The statuses only this operation has.
struct Revoking;

impl Refuses for Revoking {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl Revoke {
    /// Revoke an API key
    ///
    /// The key and the sessions opened with it are refused by every server within 5 s, by this one as a rule at once. Event streams
    /// that are open end within a minute. Revoking a key twice does no harm.
    #[oai(path = "/keys/:id", method = "delete", operation_id = "revokeKey")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn revoke_key(
        &self,
        shared: Data<&Shared>,
        /// The key's id.
        id: Path<String>,
    ) -> Result<Revoked, Refusal<Revoking>> {
        let id = key_id(&id)?;
        if !shared.store.revoke_key(id, shared.clock.now()).await? {
            return Err(not_found().into());
        }
        shared.gate.verified.forget_key(id);
        Ok(Revoked::Done)
    }
}
