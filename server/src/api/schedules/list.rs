//! `GET /schedules`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::SchedulePage;

use super::super::{
    Tag,
    paging::{LIMIT, Listed, Listing, Paging},
};
use crate::{refusal::Refusal, state::Shared, views};

/// Browsing.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl List {
    /// List schedules
    ///
    /// Schedules, by name. Follow `next_cursor` for the next page. Cursors are opaque and signed.
    #[oai(path = "/schedules", method = "get", operation_id = "listSchedules")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_schedules(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Schedules on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<SchedulePage>, Refusal<Listing>> {
        let paging = Paging { request, signer: &shared.cursors, listing: "schedules".to_owned() };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.schedules(after.as_ref(), limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, views::schedule))
    }
}
