//! What `http.request` may reach and sign with.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{address::Network, sign::InvalidSigningSecret};
use crate::tasks::{SecretSource, UnreadableSecret};

/// The section `http`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Lets requests reach loopback and private networks (RFC 1918, RFC 4193, RFC 6598). Link-local addresses, where clouds keep
    /// their metadata, and other reserved ones stay refused.
    pub allow_private_addresses: bool,
    /// Networks that requests may reach besides the public ones, whatever they are, e.g. `10.1.0.0/16`.
    pub allowed_networks: Vec<Network>,
    /// Most bytes of a response body that a task may ask to keep.
    pub max_response_bytes: usize,
    /// `User-Agent` of requests that bring none.
    pub user_agent: String,
    /// A PEM file with certificate authorities to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// Signing secrets by name: each a list, the newest first; while a secret is changed the list has two.
    pub signing_secrets: BTreeMap<String, Vec<SecretSource>>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            allow_private_addresses: false,
            allowed_networks: Vec::new(),
            max_response_bytes: 1024 * 1024,
            user_agent: concat!("Ruche/", env!("CARGO_PKG_VERSION")).to_owned(),
            ca_file: None,
            signing_secrets: BTreeMap::new(),
        }
    }
}

/// What is wrong with the section `http`.
#[derive(Debug, thiserror::Error)]
pub enum InvalidHttpConfig {
    /// A secret's file cannot be read.
    #[error("couldn't load http.signing_secrets.{name}")]
    Unreadable {
        /// The secret's name.
        name: String,
        /// Why.
        source: UnreadableSecret,
    },
    /// A secret has the wrong form.
    #[error("couldn't use http.signing_secrets.{name}")]
    Secret {
        /// The secret's name.
        name: String,
        /// Why.
        source: InvalidSigningSecret,
    },
    /// A name without secrets.
    #[error("http.signing_secrets.{0} is empty")]
    NoSecret(String),
    /// `ca_file` cannot be read.
    #[error("couldn't read http.ca_file {}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `ca_file` holds no certificates, or `user_agent` is no header value.
    #[error("couldn't set the HTTP client up: check http.ca_file and http.user_agent")]
    Client(#[from] reqwest::Error),
}
