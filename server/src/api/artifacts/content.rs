//! `GET /artifacts/{id}/content`

use std::ops::Range;

use autometrics::autometrics;
use futures::TryStreamExt;
use poem::{
    Body, IntoResponse, Request, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
    web::Data,
};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
    payload::Payload,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use ruche_domain::artifact::range::Wanted;
use ruche_store::ArtifactView;

use super::{super::Tag, artifact_id, disposition, tag};
use crate::{
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Reading bytes.
pub struct Content;

/// The bytes, or a part of them.
struct Sent(Response);

/// The statuses only this operation has.
struct Sending;

impl Refuses for Sending {
    const STATUSES: &'static [u16] = &[404, 416];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Artifacts")]
impl Content {
    /// Get an artifact's bytes
    ///
    /// The file, to be saved and not to be shown: it may be anything. Bytes of an id never change; `ETag` is their checksum.
    #[oai(path = "/artifacts/:id/content", method = "get", operation_id = "getArtifactContent")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn get_artifact_content(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        id: Path<String>,
        /// Which bytes: `bytes=0-1023`, `bytes=1024-`, `bytes=-512`. Another unit, several ranges and nonsense are left aside.
        #[oai(name = "Range", validator(max_length = 200))]
        range: Header<Option<String>>,
        /// `ETag` that the range is for; of others everything is sent.
        #[oai(name = "If-Range", validator(max_length = 200))]
        if_range: Header<Option<String>>,
        /// `ETag` of what the caller has already.
        #[oai(name = "If-None-Match", validator(max_length = 1000))]
        if_none_match: Header<Option<String>>,
    ) -> Result<Sent, Refusal<Sending>> {
        let view = shared.artifacts.facts(artifact_id(&id)?).await.map_err(Problem::from)?;
        let tag = tag(&view.sha256);
        if if_none_match.0.as_deref().is_some_and(|known| matches(known, &tag)) {
            return Ok(Sent(Response::builder().status(StatusCode::NOT_MODIFIED).header(header::ETAG, tag).finish()));
        }
        let wanted = match range.0.as_deref() {
            Some(range) if if_range.0.as_deref().is_none_or(|known| known == tag) => Wanted::of(range, view.size),
            _ => Wanted::Whole,
        };
        let (status, part) = match wanted {
            Wanted::Whole => (StatusCode::OK, 0..view.size),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Unsatisfiable => return Err(beyond(view.size).into()),
        };
        let body =
            if request.method() == poem::http::Method::HEAD { Body::empty() } else { body(&shared, &view, part.clone()).await? };
        Ok(Sent(answer(&view, tag, status, &part, body)))
    }
}

async fn body(shared: &Shared, view: &ArtifactView, part: Range<u64>) -> Result<Body, Problem> {
    let reader = shared.artifacts.read(view, part).await?;
    // The status is sent by now: a broken connection is how the caller hears of it.
    Ok(Body::from_bytes_stream(
        reader
            .inspect_err(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "couldn't send an artifact to its end");
            })
            .map_err(std::io::Error::other),
    ))
}

fn answer(view: &ArtifactView, tag: String, status: StatusCode, part: &Range<u64>, body: Body) -> Response {
    let mut response = body.into_response();
    response.set_status(status);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        // All of them are ASCII: media types, tags and numbers by their rules, names because they are escaped.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, view.content_type.as_str());
    set(header::CONTENT_LENGTH, &(part.end - part.start).to_string());
    set(header::CONTENT_DISPOSITION, &disposition::attachment(&view.name));
    set(header::ACCEPT_RANGES, "bytes");
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "private, no-cache");
    // Should a browser show it all the same, it is nobody's page and may do nothing.
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    if status == StatusCode::PARTIAL_CONTENT {
        set(header::CONTENT_RANGE, &format!("bytes {}-{}/{}", part.start, part.end - 1, view.size));
    }
    response
}

/// A list of tags, of which a weak one (`W/`) is as good here, or `*`.
fn matches(known: &str, tag: &str) -> bool {
    known.trim() == "*" || known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

fn beyond(size: u64) -> Problem {
    Problem::new(Code::RangeNotSatisfiable).detail(format!("it has {size} bytes")).content_range(format!("bytes */{size}"))
}

impl Payload for Sent {
    const CONTENT_TYPE: &'static str = "*/*";

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema { format: Some("binary"), ..MetaSchema::new("string") }))
    }
}

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Sent {
    fn meta() -> MetaResponses {
        let content = || vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: Self::schema_ref() }];
        let answer = |status, description, content, names: &[&str]| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: names.iter().map(|name| described(name)).collect(),
        };
        let responses = vec![
            answer(200, "All of it.", content(), &["ETag", "Content-Disposition", "Accept-Ranges"]),
            answer(206, "A part of it.", content(), &["ETag", "Content-Disposition", "Accept-Ranges", "Content-Range"]),
            answer(304, "The caller has it.", Vec::new(), &["ETag"]),
        ];
        MetaResponses { responses }
    }

    fn register(_: &mut Registry) {}
}

fn described(name: &str) -> MetaHeader {
    let description = match name {
        "ETag" => "SHA-256 of all its bytes, in quotes.",
        "Content-Disposition" => "`attachment`, with its name (RFC 6266).",
        "Content-Range" => "Which bytes, of how many.",
        _ => "`bytes`.",
    };
    let (name, description) = (name.to_owned(), Some(description.to_owned()));
    MetaHeader { name, description, required: true, deprecated: false, schema: String::schema_ref() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_are_found_in_lists() {
        for known in ["\"a\"", "*", "W/\"a\"", "\"b\", \"a\""] {
            assert!(matches(known, "\"a\""), "{known}");
        }
        for other in ["", "a", "\"b\"", "\"ab\"", "\"A\""] {
            assert!(!matches(other, "\"a\""), "{other}");
        }
    }

    #[test]
    fn headers_of_a_hostile_artifact_stay_headers() {
        let view = ArtifactView {
            id: uuid::Uuid::nil().into(),
            owner: None,
            name: ruche_domain::FileName::new("\"; filename=\"evil.html").unwrap(),
            content_type: ruche_domain::MediaType::new("text/html").unwrap(),
            size: 3,
            sha256: [0; 32],
            created_at: chrono::DateTime::UNIX_EPOCH,
            expires_at: chrono::DateTime::UNIX_EPOCH,
        };
        let headers = answer(&view, "\"t\"".to_owned(), StatusCode::OK, &(0..3), Body::empty()).headers().clone();
        assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"_; filename=_evil.html\""));
        assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
        assert_eq!(headers["content-length"], "3");
    }
}
