//! `GET /operations`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::OperationList;

use super::{
    super::{
        Tag,
        paging::{LIMIT, Listed, Listing, Paging},
    },
    accepting::shown,
};
use crate::{refusal::Refusal, state::Shared};

/// Browsing.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Bulk")]
impl List {
    /// List operations
    ///
    /// Operations, newest first. Those that have ended are kept as long as cancelled tasks. Follow `next_cursor` for the next
    /// page. Cursors are opaque and signed.
    #[oai(path = "/operations", method = "get", operation_id = "listOperations")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_operations(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Operations on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<OperationList>, Refusal<Listing>> {
        let paging = Paging { request, signer: &shared.cursors, listing: "operations".to_owned() };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.operations(after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, shown))
    }
}
