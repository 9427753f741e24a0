//! `GET /operations/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Operation;

use super::{
    super::{Tag, names::operation_id},
    accepting::{existing, shown},
};
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

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Bulk")]
impl Get {
    /// Get an operation
    ///
    /// What was asked for, and how far it has come.
    #[oai(path = "/operations/:id", method = "get", operation_id = "getOperation")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_operation(
        &self,
        shared: Data<&Shared>,
        /// The operation.
        id: Path<String>,
    ) -> Result<Document<Operation>, Refusal<Getting>> {
        Ok(Document(shown(existing(&shared, operation_id(&id)?).await?)))
    }
}
