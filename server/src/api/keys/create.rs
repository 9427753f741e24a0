//! `POST /keys`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{CreateKey, CreatedKey};
use ruche_domain::KeyName;

use super::{super::Tag, shown};
use crate::{
    access::{IssueError, caller::Caller, issue},
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Making keys.
pub struct Create;

/// The new key.
#[derive(ApiResponse)]
enum Created {
    /// The key, with its secret.
    #[oai(status = 201)]
    Ok(
        Document<CreatedKey>,
        /// Address of the key.
        #[oai(header = "Location")]
        String,
    ),
}

/// The statuses only this operation has.
struct Creating;

impl Refuses for Creating {
    const STATUSES: &'static [u16] = &[409, 413, 415, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl Create {
    /// Create an API key
    ///
    /// Makes a key and shows its secret, this one time: the server keeps only a digest of it. Keys have the form
    /// `rk_<32 hexadecimal digits>_<64 hexadecimal digits>`, so that ones that leaked are easily found.
    #[oai(path = "/keys", method = "post", operation_id = "createKey")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn create_key(
        &self,
        shared: Data<&Shared>,
        who: Data<&Caller>,
        body: JsonBody<CreateKey>,
    ) -> Result<Created, Refusal<Creating>> {
        let CreateKey { name, role, expires_at } = body.parse()?;
        let name = KeyName::new(&name).map_err(|error| Problem::of_field("/name", "pattern", error.to_string()))?;
        let issued = issue(&*shared.store, &*shared.clock, &who.name, name, role.into(), expires_at).await.map_err(refused)?;
        let location = format!("/api/v1/keys/{}", issued.key.id);
        let created = CreatedKey { secret: issued.token.reveal(), key: shown(issued.key) };
        Ok(Created::Ok(Document(created), location))
    }
}

fn refused(error: IssueError) -> Problem {
    match error {
        IssueError::ReservedName(_) => Problem::of_field("/name", "reserved", error.to_string()),
        IssueError::Expiry => Problem::of_field("/expires_at", "out_of_range", error.to_string()),
        IssueError::TooMany => Problem::new(Code::TooManyKeys),
        IssueError::Store(error) => error.into(),
    }
}
