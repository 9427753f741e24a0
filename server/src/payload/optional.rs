//! Bodies that may be left out.

use bytes::Bytes;
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;

use super::JsonBody;
use crate::{
    problem::{Code, Problem},
    state::Shared,
};

/// A JSON body of the shape `T`, or no body.
pub struct OptionalBody<T>(Option<JsonBody<T>>);

impl<T: DeserializeOwned + Type> OptionalBody<T> {
    /// Reads it, if there is one.
    pub fn parse(&self) -> Result<Option<T>, Problem> {
        self.0.as_ref().map(JsonBody::parse).transpose()
    }
}

impl<'a, T: Type> ApiExtractor<'a> for OptionalBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        JsonBody::<T>::request_meta().map(|meta| MetaRequest { required: false, ..meta })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _options: ExtractParamOptions<()>) -> poem::Result<Self> {
        let shared = request.data::<Shared>().ok_or_else(|| Problem::new(Code::Internal))?;
        let body = body.take().map_err(|_| Problem::new(Code::Internal))?;
        let bytes: Bytes = body.into_bytes_limit(shared.options.max_body_bytes).await?;
        if bytes.is_empty() && !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(Self(None));
        }
        super::check_content_type(request)?;
        Ok(Self(Some(JsonBody { bytes, shape: std::marker::PhantomData })))
    }
}
