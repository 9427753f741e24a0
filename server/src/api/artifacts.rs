//! Artifacts.

mod content;
mod delete;
mod disposition;
mod get;
mod list;
mod upload;

use std::fmt::Write as _;

use poem_openapi::OpenApi;
use ruche_api::Artifact;
use ruche_artifacts::ArtifactError;
use ruche_domain::{ArtifactId, ParseArtifactIdError};
use ruche_store::ArtifactView;

use crate::{
    problem::{Code, Problem},
    refusal::Refuses,
};

/// The operations on artifacts.
pub fn operations() -> impl OpenApi + 'static {
    (upload::Upload, list::List, get::Get, content::Content, delete::Delete)
}

/// The statuses of operations on one artifact.
struct OfArtifact;

impl Refuses for OfArtifact {
    const STATUSES: &'static [u16] = &[404];
}

fn artifact_id(text: &str) -> Result<ArtifactId, Problem> {
    text.parse().map_err(|error: ParseArtifactIdError| Problem::parameter("id", error.to_string()))
}

fn not_found() -> Problem {
    Problem::new(Code::ArtifactNotFound)
}

impl From<ArtifactError> for Problem {
    fn from(error: ArtifactError) -> Self {
        match error {
            ArtifactError::NotFound(_) => not_found(),
            ArtifactError::TooLarge(most) => {
                Self::new(Code::BodyTooLarge).detail(format!("an artifact has at most {most} bytes"))
            }
            ArtifactError::Store(error) => error.into(),
            ArtifactError::Objects(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the object store does not answer");
                Self::new(Code::ArtifactsUnavailable).retry_after(5)
            }
            ArtifactError::Missing(_) => {
                tracing::error!(%error, "the bytes of an artifact are missing");
                Self::new(Code::ArtifactsUnavailable)
                    .detail("the artifact's bytes are not in this server's object store")
                    .retry_after(60)
            }
            // Nothing that uploads is an attempt; and who is given up has taken an hour over nothing.
            ArtifactError::TaskFull(..) | ArtifactError::Lost => Self::new(Code::ArtifactsUnavailable).retry_after(5),
        }
    }
}

fn shown(view: ArtifactView) -> Artifact {
    let ArtifactView { id, owner, name, content_type, size, sha256, created_at, expires_at } = view;
    Artifact {
        id: id.into(),
        name: name.to_string(),
        content_type: content_type.to_string(),
        size,
        sha256: hex(&sha256),
        task_id: owner.map(|owner| owner.id.into()),
        attempt: owner.map(|owner| owner.attempt),
        created_at,
        expires_at,
    }
}

/// The entity tag: bytes never change, so their checksum is it.
fn tag(sha256: &[u8; 32]) -> String {
    format!("\"{}\"", hex(sha256))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string never fails");
        text
    })
}
