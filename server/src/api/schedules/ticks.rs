//! `GET /schedules/{name}/ticks`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Path, Query},
};
use ruche_api::TickPage;
use ruche_domain::{Tick, Timestamp};
use ruche_store::TickCursor;

use super::{
    super::{Tag, names},
    existing,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Ticks on a page when nothing is said.
const LIMIT: u32 = 50;

/// History.
pub struct Ticks;

/// A page.
#[derive(ApiResponse)]
enum Listed {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<TickPage>,
        /// The address of the next page, `rel="next"` (RFC 8288), if there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// The statuses only this operation has.
struct Listing;

impl Refuses for Listing {
    const STATUSES: &'static [u16] = &[404, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Schedules")]
impl Ticks {
    /// List a schedule's ticks
    ///
    /// What became of its ticks, the latest first: the task each has made, or why it made none. The 2,000 decided last are kept.
    /// Ticks that were missed together are told as one. Follow `next_cursor` for the next page.
    #[oai(path = "/schedules/:name/ticks", method = "get", operation_id = "listScheduleTicks")]
    #[autometrics]
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
    ) -> Result<Listed, Refusal<Listing>> {
        let name = names::schedule_name(&name)?;
        let list = format!("ticks of {name}");
        let limit = limit.0.unwrap_or(LIMIT);
        let after = cursor.0.as_deref().map(|text| shared.cursors.verify_named(&list, text)).transpose()?;
        let after = after.as_deref().map(place).transpose()?;
        existing(&shared, &name).await?;
        // One more than asked for tells whether there is a next page.
        let mut rows = shared.store.ticks(&name, after, limit + 1).await?;
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows.last().filter(|_| has_more).map(|last| shared.cursors.sign_named(&list, &position(last)));
        let link = next_cursor.as_deref().map(|cursor| names::next_link(request, cursor));
        let data = rows.into_iter().map(views::tick).collect();
        Ok(Listed::Ok(Document(TickPage { data, next_cursor, has_more }), link))
    }
}

fn position(tick: &Tick) -> String {
    format!("{} {}", tick.tick_at.timestamp_micros(), tick.kind)
}

/// The inverse of [`position`]; signed, so wrong only if an older version made it.
fn place(text: &str) -> Result<TickCursor, Problem> {
    let parts = text.split_once(' ').and_then(|(micros, kind)| {
        let tick_at = Timestamp::from_timestamp_micros(micros.parse().ok()?)?;
        Some(TickCursor { tick_at, kind: kind.parse().ok()? })
    });
    parts.ok_or_else(|| Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list"))
}
