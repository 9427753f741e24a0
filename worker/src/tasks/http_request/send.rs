//! One attempt: the request, its redirects, the answer.

use std::time::Instant;

use bytes::Bytes;
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION},
};
use url::{Host, Url};

use super::{
    HttpRequest,
    address::{AddressPolicy, Blocked},
    client::Client,
    error::HttpError,
    headers,
    response::{HttpResponse, kept_headers, read_body},
    retry_after,
    sign::{SIGNATURE_HEADERS, signed},
    status,
};
use crate::TaskContext;

/// Longest URL, in bytes.
const LONGEST_URL: usize = 8_192;

/// One request to one host.
pub(super) struct Hop {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Client {
    /// Sends the request, follows its redirects and judges the answer. The caller limits the time.
    pub(super) async fn run(&self, request: HttpRequest, context: &TaskContext) -> Result<HttpResponse, HttpError> {
        let started = Instant::now();
        let mut hop = self.first_hop(&request, context)?;
        let mut redirects = 0;
        let response = loop {
            let response = self.send(&hop).await?;
            match hop.next(&response) {
                Some(next) if request.follow_redirects > 0 => {
                    redirects += 1;
                    if redirects > request.follow_redirects {
                        return Err(HttpError::Redirect("redirected more often than follow_redirects allows"));
                    }
                    hop = next?;
                }
                _ => break response,
            }
        };
        let status = response.status().as_u16();
        context.info(format!("{} {} answered {status}", hop.method, hop.url.host_str().unwrap_or_default()));
        judge(&request, &response, context)?;
        let headers = kept_headers(response.headers());
        let limit = request.max_response_bytes.min(self.max_response_bytes);
        let (body, truncated) = read_body(response, limit, request.on_large_body).await?;
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(HttpResponse { status, headers, body, truncated, duration_ms, redirects, attempt: context.attempt() })
    }

    pub(super) async fn send(&self, hop: &Hop) -> Result<reqwest::Response, HttpError> {
        check(&hop.url, &self.policy)?;
        let request = self.http.request(hop.method.clone(), hop.url.clone()).headers(hop.headers.clone());
        let request = if hop.body.is_empty() { request } else { request.body(hop.body.clone()) };
        Ok(request.send().await?)
    }

    fn first_hop(&self, request: &HttpRequest, context: &TaskContext) -> Result<Hop, HttpError> {
        if request.url.len() > LONGEST_URL {
            return Err(HttpError::Url("the URL is longer than 8192 bytes"));
        }
        let url = Url::parse(&request.url).map_err(|_| HttpError::Url("the URL is not valid"))?;
        let mut headers = headers::parse(&request.headers)?;
        if let Some(trace) = context.trace() {
            let value = HeaderValue::from_str(trace.as_str()).expect("a traceparent consists of hexadecimal digits and dashes");
            headers.entry("traceparent").or_insert(value);
        }
        if request.json.is_some() {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        let text = request.body.as_deref().or(request.json.as_ref().map(ruche_domain::RawJson::as_str));
        let body = Bytes::copy_from_slice(text.unwrap_or_default().as_bytes());
        if let Some(sign) = &request.sign {
            let keys = self.keys.get(&sign.secret).ok_or(HttpError::UnknownSecret)?;
            let (id, timestamp) = (context.id().to_string(), context.clock().now().timestamp());
            headers.extend(signed(keys, &id, timestamp, &body));
        }
        let method = request.method.map_or(if text.is_some() { Method::POST } else { Method::GET }, Method::from);
        Ok(Hop { method, url, headers, body })
    }
}

impl Hop {
    /// Where a redirect leads; `None` if the answer is no redirect.
    fn next(&self, response: &reqwest::Response) -> Option<Result<Self, HttpError>> {
        let status = response.status();
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.headers().get(LOCATION)?;
        Some(
            location
                .to_str()
                .map_err(|_| HttpError::Redirect("the redirect's target is not valid"))
                .and_then(|to| self.redirect(status, to)),
        )
    }

    fn redirect(&self, status: StatusCode, location: &str) -> Result<Self, HttpError> {
        let target = self.url.join(location).ok().filter(|_| location.len() <= LONGEST_URL);
        let url = target.ok_or(HttpError::Redirect("the redirect's target is not valid"))?;
        if self.url.scheme() == "https" && url.scheme() != "https" {
            return Err(HttpError::Redirect("redirected from https to an insecure address"));
        }
        let (mut method, mut headers, mut body) = (self.method.clone(), self.headers.clone(), self.body.clone());
        // RFC 9110, sections 15.4.2 to 15.4.4: what browsers do with POST, and what 303 asks for.
        let to_get = match status.as_u16() {
            303 => method != Method::HEAD,
            301 | 302 => method == Method::POST,
            _ => false,
        };
        if to_get {
            (method, body) = (Method::GET, Bytes::new());
            headers.remove(CONTENT_TYPE);
            SIGNATURE_HEADERS.iter().for_each(|name| drop(headers.remove(*name)));
        }
        if url.origin() != self.url.origin() {
            headers::keep_harmless(&mut headers);
        }
        Ok(Self { method, url, headers, body })
    }
}

/// What has to hold of every URL on the way. Names are checked when they are resolved; addresses never are resolved, so they are
/// checked here, in the one form to which `Url` brings all their spellings.
fn check(url: &Url, policy: &AddressPolicy) -> Result<(), HttpError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(HttpError::Url("the URL must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HttpError::Url("the URL must not contain a user name or password"));
    }
    let permitted = match url.host() {
        Some(Host::Ipv4(address)) => policy.permits(address.into()),
        Some(Host::Ipv6(address)) => policy.permits(address.into()),
        Some(Host::Domain(name)) => !name.is_empty(),
        None => return Err(HttpError::Url("the URL has no host")),
    };
    if permitted { Ok(()) } else { Err(Blocked.into()) }
}

fn judge(request: &HttpRequest, response: &reqwest::Response, context: &TaskContext) -> Result<(), HttpError> {
    let status = response.status().as_u16();
    if status::any(&request.expected_statuses, status) {
        return Ok(());
    }
    let retry = status::is_transient(status) || status::any(&request.retry_statuses, status);
    Err(HttpError::Status { status, retry, after: retry_after::wait(response.headers(), context.clock().now()) })
}
