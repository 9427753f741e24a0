//! `[database]`

use std::{path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{value_or_file, within};
use crate::config::{ConfigError, ServiceUrl};

/// Where tasks are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host/name`, or `sqlite:/path/to/file`. `ruche up` keeps a file in its data directory if this is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<ServiceUrl>,
    /// File that holds the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_file: Option<PathBuf>,
    /// Connections one process opens at most (PostgreSQL).
    pub max_connections: u32,
    /// Longest wait for a free connection, in seconds.
    pub acquire_timeout_seconds: u64,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: None, url_file: None, max_connections: 16, acquire_timeout_seconds: 10 }
    }
}

impl DatabaseConfig {
    /// The address, if there is one.
    ///
    /// # Errors
    /// When it is given twice, its file cannot be read, or no database is known by its scheme.
    pub fn address(&self) -> Result<Option<ServiceUrl>, ConfigError> {
        let url = value_or_file("database.url", self.url.as_ref(), self.url_file.as_deref(), ServiceUrl::new)?;
        match url.as_ref().map(ServiceUrl::scheme).as_deref() {
            None | Some("postgres" | "postgresql" | "sqlite") => Ok(url),
            Some(_) => Err(ConfigError::Invalid {
                key: "database.url",
                reason: "expected postgres://user:password@host/name or sqlite:/path/to/file".to_owned(),
            }),
        }
    }

    /// The address, which has to be there.
    ///
    /// # Errors
    /// As [`Self::address`], and when there is none.
    pub fn required_address(&self) -> Result<ServiceUrl, ConfigError> {
        let hint = "set database.url_file, or RUCHE_DATABASE__URL to postgres://user:password@host/name or sqlite:/path/to/file";
        self.address()?.ok_or(ConfigError::Missing { key: "database.url", hint })
    }

    /// Longest wait for a free connection.
    #[must_use]
    pub const fn acquire_timeout(&self) -> Duration {
        Duration::from_secs(self.acquire_timeout_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("database.max_connections", self.max_connections, 2..=1_000)?;
        within("database.acquire_timeout_seconds", self.acquire_timeout_seconds, 1..=300)?;
        self.address().map(drop)
    }
}
