//! `DELETE /schedules/{name}`

use autometrics::autometrics;
use poem::{Request, http::header, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
};
use ruche_store::DeleteAnswer;

use super::{
    super::{Tag, names},
    expected, not_found, stale,
};
use crate::{
    problem::Problem,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Deleting.
pub struct Delete;

/// Nothing is left.
#[derive(ApiResponse)]
enum Deleted {
    /// The schedule is gone.
    #[oai(status = 204)]
    Gone,
}

/// The statuses only this operation has.
struct Deleting;

impl Refuses for Deleting {
    const STATUSES: &'static [u16] = &[404, 412];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Delete {
    /// Delete a schedule
    ///
    /// With its history. The tasks it has made stay.
    #[oai(path = "/schedules/:name", method = "delete", operation_id = "deleteSchedule")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn delete_schedule(
        &self,
        shared: Data<&Shared>,
        name: Path<String>,
        /// `ETag` of the schedule that is deleted; whatever there is if left out.
        #[oai(name = "If-Match", validator(min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$"))]
        if_match: Header<Option<String>>,
        request: &Request,
    ) -> Result<Deleted, Refusal<Deleting>> {
        let name = names::schedule_name(&name)?;
        let expected = match if_match.0 {
            Some(tag) => expected(&tag),
            // A tag that is no text must not count as none.
            None if request.headers().contains_key(header::IF_MATCH) => {
                return Err(Problem::parameter("If-Match", "visible ASCII characters").into());
            }
            None => None,
        };
        match shared.store.delete_schedule(&name, expected).await? {
            DeleteAnswer::NotFound => Err(not_found().into()),
            DeleteAnswer::Stale(revision) => Err(stale(revision).into()),
            DeleteAnswer::Deleted => Ok(Deleted::Gone),
        }
    }
}
