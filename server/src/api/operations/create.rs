//! `POST /operations`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Header};
use ruche_api::NewOperation;

use super::{
    super::Tag,
    accepting::{Accepted, Accepting, Asked, accept, preview},
    filter,
};
use crate::{payload::JsonBody, refusal::Refusal, state::Shared};

/// Accepting.
pub struct Create;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Bulk")]
impl Create {
    /// Change many tasks
    ///
    /// Cancels, retries, deletes, moves or re-prioritises every task that matches the filter and was accepted before. The server
    /// works the tasks off in small transactions beside everything else, newest first; `GET /operations/{id}` tells how far it has
    /// come. Tasks in states in which the action changes nothing are not looked at.
    ///
    /// With `dry_run` nothing is changed: the answer counts the tasks that would be, exactly up to 10,000 in each state.
    ///
    /// A queued task that is moved may still be taken from its former queue, where a message of it is under way.
    #[oai(path = "/operations", method = "post", operation_id = "createOperation")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn create_operation(
        &self,
        shared: Data<&Shared>,
        body: JsonBody<NewOperation>,
        /// Makes it safe to repeat the request: 1 to 200 visible ASCII characters. The same key with the same request is answered
        /// with the operation accepted before; with another request it is refused.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"))]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Accepted, Refusal<Accepting>> {
        let wish = body.parse()?;
        let (action, filter) = filter::checked(&wish)?;
        if wish.dry_run == Some(true) {
            return Ok(preview(&shared, &action, &filter).await?);
        }
        let asked = Asked { key: idempotency_key.0.as_deref(), endpoint: "createOperation", path: "", body: body.bytes() };
        Ok(accept(&shared, action, filter, &asked).await?.into())
    }
}
