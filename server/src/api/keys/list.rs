//! `GET /keys`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query};
use ruche_api::KeyPage;

use super::{super::Tag, super::next_page, shown};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Keys on a page when nothing is said.
const LIMIT: u32 = 50;

/// What its cursors are bound to.
const LISTING: &str = "keys";

/// Browsing keys.
pub struct List;

/// A page.
#[derive(ApiResponse)]
enum Listed {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<KeyPage>,
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

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl List {
    /// List API keys
    ///
    /// Keys, newest first, without their secrets; revoked and expired ones too, until they are pruned. The configured key is not
    /// among them.
    #[oai(path = "/keys", method = "get", operation_id = "listKeys")]
    #[autometrics]
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
    ) -> Result<Listed, Refusal<Listing>> {
        let after = cursor.0.as_deref().map(|text| shared.cursors.verify_position(text, LISTING)).transpose()?;
        let listing = shared.store.keys(after, limit.0.unwrap_or(LIMIT)).await?;
        let next_cursor = listing.next.map(|next| shared.cursors.sign_position(next, LISTING));
        let link = next_cursor.as_deref().map(|cursor| next_page(request, cursor));
        let has_more = next_cursor.is_some();
        Ok(Listed::Ok(Document(KeyPage { data: listing.rows.into_iter().map(shown).collect(), next_cursor, has_more }), link))
    }
}
