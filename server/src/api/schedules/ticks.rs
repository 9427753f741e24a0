//! `GET /schedules/{name}/ticks`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use ruche_api::TickPage;

use super::{
    super::{
        Tag, names,
        paging::{LIMIT, Listed, Paging},
    },
    existing,
};
use crate::{
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// History.
pub struct Ticks;

/// The statuses only this operation has.
struct Known;

impl Refuses for Known {
    const STATUSES: &'static [u16] = &[404, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Ticks {
    /// List a schedule's ticks
    ///
    /// What became of its ticks, the latest first: the task each has made, or why it made none. The 2,000 decided last are kept.
    /// Ticks that were missed together are told as one. Follow `next_cursor` for the next page.
    #[oai(path = "/schedules/:name/ticks", method = "get", operation_id = "listScheduleTicks")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_schedule_ticks(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        name: Path<String>,
        /// Ticks on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<TickPage>, Refusal<Known>> {
        let name = names::schedule_name(&name)?;
        let paging = Paging { request, signer: &shared.cursors, listing: format!("ticks of {name}") };
        let after = paging.after(cursor.0.as_deref())?;
        existing(&shared, &name).await?;
        let page = shared.store.ticks(&name, after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, views::tick))
    }
}
