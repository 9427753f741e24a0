//! Artifacts. Bodies are streamed, so nothing here has a limit of time in all.

use reqwest::{Body, Method, Response, header};
use ruche_api::{Artifact, ArtifactPage};
use ruche_domain::{ArtifactId, FileName, MediaType, TaskId};

use super::{ApiError, Client, PATIENCE};

impl Client {
    /// Uploads a file.
    ///
    /// # Errors
    /// When it is too large, among others.
    pub async fn upload(&self, name: &FileName, content_type: &MediaType, body: Body) -> Result<Artifact, ApiError> {
        let mut url = self.url("api/v1/artifacts");
        url.query_pairs_mut().append_pair("name", name.as_str());
        self.read(self.request_url(Method::POST, url).header(header::CONTENT_TYPE, content_type.as_str()).body(body)).await
    }

    /// A page of artifacts, newest first.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn artifacts(&self, task: Option<TaskId>, limit: u32, cursor: Option<&str>) -> Result<ArtifactPage, ApiError> {
        let mut url = self.url("api/v1/artifacts");
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string())
            .extend_pairs(task.map(|task| ("task_id", task.to_string())))
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    /// Facts of an artifact.
    ///
    /// # Errors
    /// When there is no such artifact, among others.
    pub async fn artifact(&self, id: ArtifactId) -> Result<Artifact, ApiError> {
        self.get(&format!("api/v1/artifacts/{id}")).await
    }

    /// Bytes of an artifact.
    ///
    /// # Errors
    /// When there is no such artifact, among others.
    pub(crate) async fn artifact_content(&self, id: ArtifactId) -> Result<Response, ApiError> {
        self.send(self.request(Method::GET, &format!("api/v1/artifacts/{id}/content"))).await
    }

    /// Deletes an artifact.
    ///
    /// # Errors
    /// When there is no such artifact, among others.
    pub async fn delete_artifact(&self, id: ArtifactId) -> Result<(), ApiError> {
        self.send(self.request(Method::DELETE, &format!("api/v1/artifacts/{id}")).timeout(PATIENCE)).await.map(drop)
    }
}
