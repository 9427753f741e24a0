//! `POST /artifacts`

use std::time::Duration;

use autometrics::autometrics;
use futures::StreamExt;
use poem::{Request, http::header, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query};
use ruche_api::Artifact;
use ruche_artifacts::Writer;
use ruche_domain::{FileName, MediaType};

use super::{super::Tag, shown, tag};
use crate::{
    payload::{Document, RawBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// Longest pause between two pieces of a body: who sends nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// Uploading.
pub struct Upload;

/// It is kept.
#[derive(ApiResponse)]
enum Uploaded {
    /// The artifact, with its checksum.
    #[oai(status = 201)]
    Ok(
        Document<Artifact>,
        /// Address of the artifact.
        #[oai(header = "Location")]
        String,
        /// SHA-256 of the bytes, in quotes.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The statuses only this operation has.
struct Uploading;

impl Refuses for Uploading {
    const STATUSES: &'static [u16] = &[413, 422];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Artifacts")]
impl Upload {
    /// Upload an artifact
    ///
    /// The body is the file, of whatever `Content-Type`; it is not held in memory, and may be larger than other bodies
    /// (`artifacts.max_bytes`). Nobody sees the artifact before the answer. Pass its id to a task.
    #[oai(path = "/artifacts", method = "post", operation_id = "uploadArtifact")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn upload_artifact(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// What the file is called: no path, no control characters.
        name: Query<String>,
        body: RawBody,
    ) -> Result<Uploaded, Refusal<Uploading>> {
        let refuse = |detail: String| Problem::of_parameter(Code::InvalidFileName, "name", detail);
        let name = FileName::new(&name).map_err(|error| refuse(error.to_string()))?;
        let mut writer = shared.artifacts.create(None, name, content_type(request)?).await.map_err(Problem::from)?;
        if let Err(problem) = receive(&mut writer, body).await {
            writer.abort().await;
            return Err(problem.into());
        }
        let view = writer.finish().await.map_err(Problem::from)?;
        let (location, tag) = (format!("/api/v1/artifacts/{}", view.id), tag(&view.sha256));
        Ok(Uploaded::Ok(Document(shown(view)), location, tag))
    }
}

fn content_type(request: &Request) -> Result<MediaType, Problem> {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else { return Ok(MediaType::unknown()) };
    let read = value.to_str().ok().and_then(|text| MediaType::new(text).ok());
    read.ok_or_else(|| Problem::parameter("Content-Type", ruche_domain::InvalidMediaType.to_string()))
}

async fn receive(writer: &mut Writer, body: RawBody) -> Result<(), Problem> {
    let mut pieces = body.0.into_bytes_stream();
    loop {
        let piece = tokio::time::timeout(PATIENCE, pieces.next()).await;
        let silent = |_| Problem::new(Code::BadRequest).detail(format!("nothing came for {} s", PATIENCE.as_secs()));
        match piece.map_err(silent)? {
            None => return Ok(()),
            Some(Err(_)) => return Err(Problem::new(Code::BadRequest)),
            Some(Ok(piece)) => writer.write(piece).await?,
        }
    }
}
