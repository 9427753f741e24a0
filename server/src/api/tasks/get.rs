//! `GET /tasks/{id}`

use autometrics::autometrics;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
};
use ruche_api::Task;
use sha2::{Digest, Sha256};

use super::{
    super::{Tag, names},
    existing,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views, waiting,
};

/// One task.
pub struct Get;

/// A task.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "made once per request, and almost always the large one")]
enum Got {
    /// The task.
    #[oai(status = 200)]
    Ok(
        Document<Task>,
        /// Changes with the task.
        #[oai(header = "ETag")]
        String,
    ),
    /// The task has not changed since the answer with the `ETag` given.
    #[oai(status = 304)]
    NotModified(
        /// As given.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The statuses only operations on one task have.
pub struct OfTask;

impl Refuses for OfTask {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Get {
    /// Get a task
    ///
    /// The whole task with its arguments and, once it has ended, its result or failure; while it waits, why. Poll it cheaply with `If-None-Match`,
    /// or follow `/api/v1/events`.
    #[oai(path = "/tasks/:id", method = "get", operation_id = "getTask")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn get_task(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
        /// `ETag` of an earlier answer.
        #[oai(name = "If-None-Match", validator(max_length = 1000))]
        if_none_match: Header<Option<String>>,
    ) -> Result<Got, Refusal<OfTask>> {
        let id = match names::task_id(&id) {
            Ok(id) => id,
            // The same path enqueues tasks of this name.
            Err(_) if shared.definitions.current().await?.get(&id).is_some() => {
                return Err(Problem::new(Code::MethodNotAllowed).allow("POST").into());
            }
            Err(problem) => return Err(problem.into()),
        };
        let view = existing(&shared, id).await?;
        let waiting = waiting::of(&shared, &view).await?;
        let task = Task { waiting, ..views::task(view) };
        let tag = tag(&task);
        let known =
            |known: &str| known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag);
        if if_none_match.0.as_deref().is_some_and(known) {
            return Ok(Got::NotModified(tag));
        }
        Ok(Got::Ok(Document(task), tag))
    }
}

/// A hash of what the answer says.
fn tag(task: &Task) -> String {
    let digest = Sha256::digest(serde_json::to_vec(task).unwrap_or_default());
    let digest: [u8; 32] = digest.into();
    format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&digest[..15]))
}
