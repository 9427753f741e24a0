//! JSON bodies, read and written by serde in one pass; the OpenAPI schema is that of the wire type.

mod optional;
mod raw;

use std::marker::PhantomData;

use bytes::Bytes;
use poem::{IntoResponse, Request, RequestBody, Response};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions,
    payload::Payload,
    registry::{MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::Type,
};
use ruche_api::FieldError;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    limits::{self, MaxBody},
    problem::{Code, Problem},
    state::Shared,
    validation,
};

pub use optional::OptionalBody;
pub use raw::RawBody;

const JSON: &str = "application/json";

/// A JSON body of the shape `T`, not yet read as such.
pub struct JsonBody<T> {
    bytes: Bytes,
    shape: PhantomData<fn() -> T>,
}

impl<T> JsonBody<T> {
    /// The body as it came.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<T: DeserializeOwned + Type> JsonBody<T> {
    /// Reads it.
    pub fn parse(&self) -> Result<T, Problem> {
        let read = parse(&self.bytes)?;
        // Serde takes an array as the values of an object's fields; the document does not.
        if self.bytes.trim_ascii_start().starts_with(b"{") {
            return Ok(read);
        }
        let error =
            FieldError { pointer: Some(String::new()), parameter: None, code: "type".into(), detail: "not an object".into() };
        Err(Problem::new(Code::InvalidBody).errors(vec![error]))
    }
}

/// Reads a JSON document of shape `T`; when it is not of that shape, its schema says what is wrong and where.
pub fn parse<T: DeserializeOwned + Type>(bytes: &[u8]) -> Result<T, Problem> {
    limits::check_depth(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => validation::explain(&T::name(), bytes, &error),
        _ => Problem::new(Code::InvalidJson).detail(format!("line {}, column {}", error.line(), error.column())),
    })
}

impl<'a, T: Type> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _options: ExtractParamOptions<()>) -> poem::Result<Self> {
        check_content_type(request)?;
        let shared = request.data::<Shared>().ok_or_else(|| Problem::new(Code::Internal))?;
        let body = body.take().map_err(|_| Problem::new(Code::Internal))?;
        let most = request.data::<MaxBody>().map_or(shared.options.max_body_bytes, |most| most.0);
        let bytes = body.into_bytes_limit(most).await?;
        Ok(Self { bytes, shape: PhantomData })
    }
}

fn check_content_type(request: &Request) -> Result<(), Problem> {
    let essence = request.content_type().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let subtype = essence.to_ascii_lowercase();
    if subtype == JSON || (subtype.starts_with("application/") && subtype.ends_with("+json")) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType).detail("send the body as application/json"))
}

/// A JSON document to answer with.
pub struct Document<T>(pub T);

impl<T: Type> Payload for Document<T> {
    const CONTENT_TYPE: &'static str = JSON;

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Serialize + Send> IntoResponse for Document<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => Response::builder().content_type(JSON).body(body),
            Err(error) => {
                tracing::error!(%error, "couldn't write an answer");
                poem::Error::from(Problem::new(Code::Internal)).into_response()
            }
        }
    }
}

impl<T: Type> ApiResponse for Document<T> {
    fn meta() -> MetaResponses {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        let ok = MetaResponse { description: "", status: Some(200), status_range: None, content, headers: Vec::new() };
        MetaResponses { responses: vec![ok] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
