//! Files.

use ruche_api::ArtifactPage;
use uuid::Uuid;

use super::{super::Ask, PAGE};

pub fn of_task(task: Uuid) -> Ask<ArtifactPage> {
    Ask::get(&["artifacts"]).query("task_id", Some(task)).query("limit", Some(PAGE))
}

/// Where its bytes are: an address for a link.
pub fn content_address(id: Uuid) -> String {
    format!("/api/v1/artifacts/{id}/content")
}
