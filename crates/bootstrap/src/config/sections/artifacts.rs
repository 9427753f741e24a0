//! `[artifacts]`

use std::{path::PathBuf, time::Duration};

use ruche_artifacts::{Limits, Place, S3Place};
use ruche_domain::artifact::completion::TaskAllowance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{value_or_file, within};
use crate::config::{ConfigError, Secret};

/// Where files of tasks are kept, and how many of them. Server and workers have to share the place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ArtifactsConfig {
    /// A directory, or `s3://bucket/prefix`. If it is not set: `artifacts` beside the database's file, if it has one; else
    /// `ruche-artifacts` where the program was started; if that cannot be written, artifacts are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the S3 service is, if it is not Amazon's: `https://minio.example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The bucket's region; `us-east-1` if not set, neither here nor by `AWS_REGION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Id of the access key. Without one the `AWS_*` variables and the machine's role are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<Secret>,
    /// File that holds the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id_file: Option<PathBuf>,
    /// The access key's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<Secret>,
    /// File that holds the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_access_key_file: Option<PathBuf>,
    /// Whether the endpoint may be plain HTTP.
    pub allow_http: bool,
    /// Largest artifact, in bytes.
    pub max_bytes: u64,
    /// Largest sum of the artifacts that one task keeps, in bytes.
    pub max_task_bytes: u64,
    /// How long an artifact is kept, in days; one of a task no longer than the task.
    pub keep_days: u32,
}

impl Default for ArtifactsConfig {
    fn default() -> Self {
        Self {
            location: None,
            endpoint: None,
            region: None,
            access_key_id: None,
            access_key_id_file: None,
            secret_access_key: None,
            secret_access_key_file: None,
            allow_http: false,
            max_bytes: 1024 * 1024 * 1024,
            max_task_bytes: 4 * 1024 * 1024 * 1024,
            keep_days: 7,
        }
    }
}

impl ArtifactsConfig {
    /// Largest artifact that may be allowed: what S3 takes in 10,000 parts.
    const LARGEST: u64 = 64 * 1024 * 1024 * 1024;

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            bytes: self.max_bytes,
            task: TaskAllowance { bytes: self.max_task_bytes, artifacts: Limits::TASK_ARTIFACTS },
            retention: Duration::from_secs(u64::from(self.keep_days) * 86_400),
        }
    }

    /// Where bytes are kept, if it is said.
    ///
    /// # Errors
    /// When the location is none, a secret's file cannot be read, or half of an access key is given.
    pub fn place(&self) -> Result<Option<Place>, ConfigError> {
        let key = self.key()?;
        let Some(location) = &self.location else { return Ok(None) };
        let Some(rest) = location.strip_prefix("s3://") else {
            if location.is_empty() || location.contains("://") {
                return Err(invalid("artifacts.location", "expected a directory or s3://bucket/prefix"));
            }
            return Ok(Some(Place::Directory(PathBuf::from(location))));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains(['@', '?', '#', ':']) {
            return Err(invalid("artifacts.location", "expected s3://bucket/prefix; keys and endpoint have keys of their own"));
        }
        let (bucket, prefix) = (bucket.to_owned(), prefix.trim_matches('/').to_owned());
        let (endpoint, region, allow_http) = (self.endpoint.clone(), self.region.clone(), self.allow_http);
        Ok(Some(Place::S3(Box::new(S3Place { bucket, prefix, endpoint, region, key, allow_http }))))
    }

    fn key(&self) -> Result<Option<(String, String)>, ConfigError> {
        let (id, secret) = ("artifacts.access_key_id", "artifacts.secret_access_key");
        let id = value_or_file(id, self.access_key_id.as_ref(), self.access_key_id_file.as_deref(), Secret::new)?;
        let secret = value_or_file(secret, self.secret_access_key.as_ref(), self.secret_access_key_file.as_deref(), Secret::new)?;
        match (id, secret) {
            (Some(id), Some(secret)) => Ok(Some((id.reveal().to_owned(), secret.reveal().to_owned()))),
            (None, None) => Ok(None),
            _ => Err(invalid("artifacts.access_key_id", "an access key has an id and a secret; set both or none")),
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("artifacts.max_bytes", self.max_bytes, 1..=Self::LARGEST)?;
        within("artifacts.max_task_bytes", self.max_task_bytes, 1..=1_024 * Self::LARGEST)?;
        within("artifacts.keep_days", self.keep_days, 1..=3_660)?;
        if let Some(endpoint) = &self.endpoint {
            let secure = endpoint.starts_with("https://") || (self.allow_http && endpoint.starts_with("http://"));
            if !secure || endpoint.contains('@') {
                return Err(invalid("artifacts.endpoint", "expected https://host, or http://host with artifacts.allow_http"));
            }
        }
        self.place().map(drop)
    }
}

fn invalid(key: &'static str, reason: &str) -> ConfigError {
    ConfigError::Invalid { key, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(location: &str) -> Result<Option<String>, ConfigError> {
        let config = ArtifactsConfig { location: Some(location.to_owned()), ..ArtifactsConfig::default() };
        config.check()?;
        Ok(config.place()?.map(|place| place.to_string()))
    }

    #[test]
    fn a_location_is_a_directory_or_a_bucket() {
        assert_eq!(ArtifactsConfig::default().place().unwrap().map(|place| place.to_string()), None);
        for (location, expected) in [
            ("/var/lib/ruche", "/var/lib/ruche"),
            ("files", "files"),
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/", "s3://bucket"),
            ("s3://bucket/a/b/", "s3://bucket/a/b"),
        ] {
            assert_eq!(at(location).unwrap().as_deref(), Some(expected));
        }
        for bad in ["", "s3://", "s3:///a", "s3://key:geheim@bucket", "gs://bucket", "file:///x"] {
            let error = at(bad).unwrap_err().to_string();
            assert!(error.starts_with("artifacts.location: ") && !error.contains("geheim"), "{bad}: {error}");
        }
    }

    #[test]
    fn the_limits_defaults_are_the_configurations() {
        assert_eq!(ArtifactsConfig::default().limits(), Limits::default());
    }
}
