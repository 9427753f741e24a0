//! `GET /openapi.json`: the document of what is registered now.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::Data,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{each_operation, openapi_value};
use crate::{definitions::DefinitionSet, problem::Problem, state::Shared};

/// The document as last written.
pub struct Served {
    asks_for_key: bool,
    last: Mutex<Option<Written>>,
}

#[derive(Clone)]
struct Written {
    version: u64,
    text: Bytes,
    tag: String,
}

impl Served {
    /// Nothing written yet. A server that asks for no key does not say that it does.
    pub fn new(asks_for_key: bool) -> Self {
        Self { asks_for_key, last: Mutex::new(None) }
    }

    fn of(&self, definitions: &DefinitionSet) -> Written {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = last.as_ref().filter(|written| written.version == definitions.version) {
            return written.clone();
        }
        let written = self.write(definitions);
        *last = Some(written.clone());
        written
    }

    fn write(&self, definitions: &DefinitionSet) -> Written {
        let known: Vec<_> = definitions.sorted().into_iter().cloned().collect();
        let mut document: Value = openapi_value(&known);
        if !self.asks_for_key {
            each_operation(&mut document, |_, operation| {
                operation.as_object_mut().map(|operation| operation.remove("security"));
            });
        }
        let text = Bytes::from(document.to_string());
        let digest: [u8; 32] = Sha256::digest(&text).into();
        let tag = format!("\"{}\"", digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        Written { version: definitions.version, text, tag }
    }
}

/// Serves it.
#[handler]
pub async fn serve_document(shared: Data<&Shared>, headers: &HeaderMap) -> poem::Result<Response> {
    let definitions = shared.definitions.current().await.map_err(Problem::from)?;
    let Written { text, tag, .. } = shared.document.of(&definitions);
    let answer = Response::builder().header(header::CACHE_CONTROL, "no-cache").header(header::ETAG, &tag);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(answer.content_type("application/json").body(text))
}
