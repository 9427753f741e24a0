//! What can be wrong with a configuration.

use std::{io, path::PathBuf};

/// The configuration is wrong. Messages name the key and where it was set, never the value of a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("couldn't read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is no TOML. The line itself is not shown: it may hold a secret.
    #[error("{path}, line {line}: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// Keys are unknown, or values of the wrong type.
    #[error("{0}")]
    Values(String),
    /// A secret is given twice.
    #[error("both {key} and {key}_file are set; set one of them")]
    Twice {
        /// The key.
        key: &'static str,
    },
    /// A file named by a `_file` key cannot be used.
    #[error("{key}_file: couldn't read {path}: {reason}")]
    SecretFile {
        /// The key without `_file`.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A key that is needed is not set.
    #[error("{key} is not set; {hint}")]
    Missing {
        /// The key.
        key: &'static str,
        /// How to set it.
        hint: &'static str,
    },
    /// A value is out of its bounds, or of no known form.
    #[error("{key}: {reason}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// Why.
        reason: String,
    },
    /// The address is reachable from elsewhere and there is no API key.
    #[error(
        "refusing to listen on {0} without an API key; set http.api_key_file or RUCHE_HTTP__API_KEY, or make one with `ruche keys create --direct` and set http.require_key"
    )]
    NoApiKey(std::net::SocketAddr),
}
