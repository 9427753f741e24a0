//! `GET /operations`

use autometrics::autometrics;
use chrono::DateTime;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query};
use ruche_api::OperationList;
use ruche_store::OperationCursor;
use uuid::Uuid;

use super::{super::Tag, accepting::shown, paging};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Operations on a page when nothing is said.
const LIMIT: u32 = 50;

/// The list's name in its cursors.
const NAME: &str = "operations";

/// Browsing.
pub struct List;

/// A page.
#[derive(ApiResponse)]
enum Listed {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<OperationList>,
        /// The address of the next page, `rel="next"` (RFC 8288), if there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// The statuses only this operation has.
struct Listing;

impl Refuses for Listing {
    const STATUSES: &'static [u16] = &[422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Bulk")]
impl List {
    /// List operations
    ///
    /// Operations, newest first. Those that have ended are kept as long as cancelled tasks. Follow `next_cursor` for the next
    /// page. Cursors are opaque and signed.
    #[oai(path = "/operations", method = "get", operation_id = "listOperations")]
    #[autometrics]
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
    ) -> Result<Listed, Refusal<Listing>> {
        let after = cursor.0.as_deref().map(|text| verify(&shared, text)).transpose()?;
        let page = shared.store.operations(after, limit.0.unwrap_or(LIMIT)).await?;
        let next_cursor = page.next.map(|next| sign(&shared, next));
        let link = next_cursor.as_deref().map(|cursor| paging::link(request, "/api/v1/operations", cursor));
        let has_more = next_cursor.is_some();
        let data = page.rows.into_iter().map(shown).collect();
        Ok(Listed::Ok(Document(OperationList { data, next_cursor, has_more }), link))
    }
}

fn sign(shared: &Shared, cursor: OperationCursor) -> String {
    let mut position = cursor.created_at.timestamp_micros().to_be_bytes().to_vec();
    position.extend_from_slice(cursor.id.as_uuid().as_bytes());
    shared.cursors.sign_place(NAME, &position)
}

fn verify(shared: &Shared, text: &str) -> Result<OperationCursor, Problem> {
    let position = shared.cursors.verify_place(NAME, text)?;
    let read = || {
        let (at, id) = position.split_first_chunk::<8>()?;
        let created_at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
        Some(OperationCursor { created_at, id: Uuid::from_slice(id).ok()?.into() })
    };
    // Signed by us, so of the right form; unless another version made it.
    read().ok_or_else(|| Problem::new(Code::InvalidCursor))
}
