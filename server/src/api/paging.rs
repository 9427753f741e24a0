//! Links between pages.

use poem::Request;

/// The address of the next page: the same request with another cursor, as a `Link` (RFC 8288).
pub fn link(request: &Request, path: &str, cursor: &str) -> String {
    let query = request.uri().query().unwrap_or_default();
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("cursor", cursor).finish();
    format!("<{path}?{query}>; rel=\"next\"")
}
