//! Pages of lists: where one begins, and where the next.

use poem::Request;
use poem_openapi::{ApiResponse, types::Type};
use ruche_store::Page;
use serde::Serialize;

use crate::{
    cursor::{Place, Signer},
    payload::Document,
    problem::Problem,
    refusal::Refuses,
};

/// Rows on a page when nothing is said.
pub const LIMIT: u32 = 50;

/// A page.
#[derive(ApiResponse)]
pub enum Listed<T: Type + Serialize + Send> {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Document<T>,
        /// The address of the next page, `rel="next"` (RFC 8288), if there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// The statuses only lists have.
pub struct Listing;

impl Refuses for Listing {
    const STATUSES: &'static [u16] = &[422];
}

/// A list that is asked for a page.
pub struct Paging<'a> {
    /// The request, whose address the next page's follows.
    pub request: &'a Request,
    /// Who signs cursors.
    pub signer: &'a Signer,
    /// Which list, and with which filters: what cursors are bound to.
    pub listing: String,
}

impl Paging<'_> {
    /// After what the page begins.
    pub fn after<P: Place>(&self, cursor: Option<&str>) -> Result<Option<P>, Problem> {
        cursor.map(|text| self.signer.verify(&self.listing, text)).transpose()
    }

    /// A page of the store as the API shows it, each row by `view`, with the `Link` to the next.
    pub fn listed<W, T, P>(&self, page: Page<T, P>, view: impl FnMut(T) -> W::Row) -> Listed<W>
    where
        W: ruche_api::Page + Type + Serialize + Send,
        P: Place,
    {
        let cursor = page.next.map(|place| self.signer.sign(&self.listing, &place));
        let link = cursor.as_deref().map(|cursor| self.link(cursor));
        Listed::Ok(Document(W::new(page.rows.into_iter().map(view).collect(), cursor)), link)
    }

    /// The same request with another cursor, as a `Link` (RFC 8288).
    fn link(&self, cursor: &str) -> String {
        let uri = self.request.uri();
        let kept = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).filter(|(name, _)| name != "cursor");
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("cursor", cursor).finish();
        format!("<{}?{query}>; rel=\"next\"", uri.path())
    }
}
