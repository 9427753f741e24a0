//! Files that tasks made, and uploaded ones.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A file: what is known of it, not its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Artifact {
    /// Id, a UUID that sorts by time.
    pub id: Uuid,
    /// What it is called. Names need not differ, but among the artifacts of one task.
    pub name: String,
    /// What its bytes are, as whoever made it says; nobody has checked it.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, as 64 hexadecimal digits.
    pub sha256: String,
    /// The task that made it; null for an upload.
    pub task_id: Option<Uuid>,
    /// Number of the attempt that made it; null for an upload.
    pub attempt: Option<u32>,
    /// When it was complete.
    pub created_at: DateTime<Utc>,
    /// From when on it is deleted; one of a task goes with its task, if that is earlier.
    pub expires_at: DateTime<Utc>,
}

/// A page of artifacts, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ArtifactPage {
    /// The artifacts.
    pub data: Vec<Artifact>,
    /// Pass it as `cursor`, with the same filter, for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}
