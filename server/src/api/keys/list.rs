//! `GET /keys`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::KeyPage;

use super::{
    super::{
        Tag,
        paging::{LIMIT, Listed, Listing, Paging},
    },
    shown,
};
use crate::{refusal::Refusal, state::Shared};

/// Browsing keys.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl List {
    /// List API keys
    ///
    /// Keys, newest first, without their secrets; revoked and expired ones too, until they are pruned. The configured key is not
    /// among them.
    #[oai(path = "/keys", method = "get", operation_id = "listKeys")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_keys(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Keys on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<KeyPage>, Refusal<Listing>> {
        let paging = Paging { request, signer: &shared.cursors, listing: "keys".to_owned() };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.keys(after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, shown))
    }
}
