//! `GET /workflows`

use autometrics::autometrics;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query};
use ruche_api::WorkflowPage;

use super::super::{Tag, names};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Workflows on a page when nothing is said.
const LIMIT: u32 = 50;

/// The list that cursors are made for.
const LIST: &str = "workflows";

/// Browsing.
pub struct List;

/// A page.
#[derive(ApiResponse)]
enum Listed {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<WorkflowPage>,
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

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl List {
    /// List workflows
    ///
    /// Workflows, the latest first. Follow `next_cursor` for the next page. Cursors are opaque and signed.
    #[oai(path = "/workflows", method = "get", operation_id = "listWorkflows")]
    #[autometrics]
    async fn list_workflows(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// Workflows on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed, Refusal<Listing>> {
        let limit = limit.0.unwrap_or(LIMIT);
        let after = cursor.0.as_deref().map(|text| shared.cursors.verify_named(LIST, text)).transpose()?;
        let after = after.as_deref().map(names::workflow_id).transpose()?;
        // One more than asked for tells whether there is a next page.
        let mut rows = shared.store.workflows(after, limit + 1).await?;
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| has_more).map(|row| row.id.to_string());
        let next_cursor = last.map(|id| shared.cursors.sign_named(LIST, &id));
        let link = next_cursor.as_deref().map(|cursor| names::next_link(request, cursor));
        let data = rows.into_iter().map(|row| views::workflow_summary(&row)).collect();
        Ok(Listed::Ok(Document(WorkflowPage { data, next_cursor, has_more }), link))
    }
}
