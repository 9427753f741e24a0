//! A signed POST, for tasks that tell others of something.

use bytes::Bytes;
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use ruche_domain::Timestamp;
use url::Url;

use super::{
    client::Client,
    error::HttpError,
    retry_after,
    send::Hop,
    sign::{SigningKey, signed},
};

/// What is sent.
pub(crate) struct Letter<'a> {
    /// Where to.
    pub(crate) url: &'a str,
    /// What receivers know it by; the same at every try.
    pub(crate) id: String,
    /// JSON.
    pub(crate) body: String,
    /// What it is signed with, each key for itself.
    pub(crate) keys: &'a [SigningKey],
    /// The time.
    pub(crate) now: Timestamp,
}

/// What was answered.
pub(crate) struct Answered {
    /// The status.
    pub(crate) status: u16,
    /// How long the receiver wants to be left alone.
    pub(crate) after: Option<std::time::Duration>,
}

impl Client {
    /// Sends it, with the same care for addresses as `http.request`; follows no redirect and reads no body. The caller limits the
    /// time.
    pub(crate) async fn post(&self, letter: Letter<'_>) -> Result<Answered, HttpError> {
        let Letter { url, id, body, keys, now } = letter;
        let url = Url::parse(url).map_err(|_| HttpError::Url("the URL is not valid"))?;
        let body = Bytes::from(body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(signed(keys, &id, now.timestamp(), &body));
        let response = self.send(&Hop { method: Method::POST, url, headers, body }).await?;
        Ok(Answered { status: response.status().as_u16(), after: retry_after::wait(response.headers(), now) })
    }
}
