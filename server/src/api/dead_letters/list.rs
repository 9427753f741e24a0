//! `GET /dead-letters`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::DeadLetterPage;

use super::{
    super::{
        Tag,
        paging::{LIMIT, Listed, Listing, Paging},
    },
    MOST_COUNTED, shown,
};
use crate::{refusal::Refusal, state::Shared};

/// Browsing.
pub struct List;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::DeadLetters")]
impl List {
    /// List dead letters
    ///
    /// Failed tasks, grouped by fingerprint: a task name, a kind of error, and a message but for numbers, ids and quoted texts.
    /// Groups come in the order of their fingerprints, each counted exactly up to 1,000. Follow `next_cursor` for the next page.
    /// `GET /tasks?fingerprint=` lists a group's tasks.
    #[oai(path = "/dead-letters", method = "get", operation_id = "listDeadLetters")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
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
    ) -> Result<Listed<DeadLetterPage>, Refusal<Listing>> {
        let paging = Paging { request, signer: &shared.cursors, listing: "dead-letters".to_owned() };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.dead_letters(after.as_ref(), limit.0.unwrap_or(LIMIT), MOST_COUNTED).await?;
        Ok(paging.listed(page, shown))
    }
}
