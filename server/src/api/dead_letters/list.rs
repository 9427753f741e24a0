//! `GET /dead-letters`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query};
use ruche_api::DeadLetterPage;
use ruche_domain::Fingerprint;

use super::{
    super::{Tag, paging},
    MOST_COUNTED, shown,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Groups on a page when nothing is said.
const LIMIT: u32 = 50;

/// The list's name in its cursors.
const NAME: &str = "dead-letters";

/// Browsing.
pub struct List;

/// A page.
#[derive(ApiResponse)]
enum Listed {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<DeadLetterPage>,
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

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::DeadLetters")]
impl List {
    /// List dead letters
    ///
    /// Failed tasks, grouped by fingerprint: a task name, a kind of error, and a message but for numbers, ids and quoted texts.
    /// Groups come in the order of their fingerprints, each counted exactly up to 1,000. Follow `next_cursor` for the next page.
    /// `GET /tasks?fingerprint=` lists a group's tasks.
    #[oai(path = "/dead-letters", method = "get", operation_id = "listDeadLetters")]
    #[autometrics]
    async fn list_dead_letters(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Groups on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed, Refusal<Listing>> {
        let after = cursor.0.as_deref().map(|text| verify(&shared, text)).transpose()?;
        let page = shared.store.dead_letters(after.as_ref(), limit.0.unwrap_or(LIMIT), MOST_COUNTED).await?;
        let next_cursor = page.next.map(|next| shared.cursors.sign_place(NAME, next.as_str().as_bytes()));
        let link = next_cursor.as_deref().map(|cursor| paging::link(request, "/api/v1/dead-letters", cursor));
        let has_more = next_cursor.is_some();
        let data = page.rows.into_iter().map(shown).collect();
        Ok(Listed::Ok(Document(DeadLetterPage { data, next_cursor, has_more }), link))
    }
}

fn verify(shared: &Shared, text: &str) -> Result<Fingerprint, Problem> {
    let position = shared.cursors.verify_place(NAME, text)?;
    // Signed by us, so of the right form; unless another version made it.
    let read = std::str::from_utf8(&position).ok().and_then(|print| print.parse().ok());
    read.ok_or_else(|| Problem::new(Code::InvalidCursor))
}
