//! `GET /session`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::OpenApi;
use ruche_api::Session;

use super::{super::Tag, shown};
use crate::{
    access::caller::Caller,
    payload::Document,
    refusal::{Common, Refusal},
};

/// Who am I?
pub struct Show;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl Show {
    /// Who am I?
    ///
    /// The caller's name and role, by whatever it shows: a key, a session's cookie, or nothing where the server asks for no key.
    #[oai(path = "/session", method = "get", operation_id = "getSession")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_session(&self, who: Data<&Caller>) -> Result<Document<Session>, Refusal<Common>> {
        Ok(Document(shown(&who)))
    }
}
