//! API keys and the audit log.

use reqwest::Method;
use ruche_api::{AuditPage, CreateKey, CreatedKey, KeyPage};
use ruche_domain::KeyId;

use super::{ApiError, Client, PATIENCE};
use crate::args::audit::AuditFilterArgs;

impl Client {
    /// Makes a key.
    ///
    /// # Errors
    /// When it was not made.
    pub async fn create_key(&self, key: &CreateKey) -> Result<CreatedKey, ApiError> {
        self.read(self.request(Method::POST, "api/v1/keys").json(key).timeout(PATIENCE)).await
    }

    /// A page of keys, newest first.
    ///
    /// # Errors
    /// When the server does not answer, or the caller is no admin.
    pub async fn keys(&self, limit: u32, cursor: Option<&str>) -> Result<KeyPage, ApiError> {
        let mut url = self.url("api/v1/keys");
        url.query_pairs_mut().append_pair("limit", &limit.to_string()).extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// When there is no such key, among others.
    pub async fn revoke_key(&self, id: KeyId) -> Result<(), ApiError> {
        self.send(self.request(Method::DELETE, &format!("api/v1/keys/{id}")).timeout(PATIENCE)).await.map(drop)
    }

    /// A page of the audit log, newest first.
    ///
    /// # Errors
    /// When the server does not answer, or the caller is no admin.
    pub async fn audit(&self, filter: &AuditFilterArgs, limit: u32, cursor: Option<&str>) -> Result<AuditPage, ApiError> {
        let mut query: Vec<(&str, String)> = vec![("limit", limit.to_string())];
        let mut add = |name, value: Option<String>| query.extend(value.map(|value| (name, value)));
        add("actor", filter.actor.as_ref().map(ToString::to_string));
        add("action", filter.action.clone());
        add("target", filter.target.clone());
        add("from", filter.from.map(|at| at.to_rfc3339()));
        add("before", filter.before.map(|at| at.to_rfc3339()));
        add("cursor", cursor.map(ToOwned::to_owned));
        let mut url = self.url("api/v1/audit");
        url.query_pairs_mut().extend_pairs(query);
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }
}
