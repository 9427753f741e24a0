//! The mail server and what may be sent through it.

use std::path::PathBuf;

use lettre::{Address, message::Mailbox, transport::smtp};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::tasks::UnreadableSecret;

/// The section `email`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailConfig {
    /// The mail server's name.
    pub host: String,
    /// Its port; 587 for `starttls`, 465 for `implicit`, 25 for `none` by default.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: EmailTls,
    /// A PEM file with certificate authorities to trust besides the machine's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// User name; needs `password_file`.
    #[serde(default)]
    pub username: Option<String>,
    /// File with the password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The sender, e.g. `Shop <shop@example.com>`.
    pub from: String,
    /// Domains that may be written to (not their subdomains); empty means any.
    #[serde(default)]
    pub allowed_recipient_domains: Vec<String>,
    /// Longest time for a whole delivery, in milliseconds.
    #[serde(default = "two_minutes")]
    pub timeout_ms: u64,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailTls {
    /// TLS after STARTTLS; without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// None. For a relay on the same machine; refused together with a password.
    None,
}

impl EmailTls {
    /// The port that the protocol has by convention (RFC 8314, RFC 5321).
    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

fn two_minutes() -> u64 {
    120_000
}

/// What is wrong with the section `email`.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEmailConfig {
    /// The sender is no address.
    #[error("email.from is no address")]
    From(#[source] lettre::address::AddressError),
    /// Only one of the two.
    #[error("email.username and email.password_file need each other")]
    HalfCredentials,
    /// Anybody on the way could read it.
    #[error("a password needs email.tls = \"starttls\" or \"implicit\"")]
    PasswordInTheClear,
    /// The password's file cannot be read.
    #[error("couldn't load email.password_file")]
    Password(#[from] UnreadableSecret),
    /// `ca_file` cannot be read.
    #[error("couldn't read email.ca_file {}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `ca_file` holds no certificates, or `host` is no name.
    #[error("couldn't set TLS up: check email.ca_file and email.host")]
    Tls(#[source] smtp::Error),
}

/// Whom messages come from and may go to.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) from: Mailbox,
    domains: Vec<String>,
}

impl Rules {
    pub(super) fn new(config: &EmailConfig) -> Result<Self, InvalidEmailConfig> {
        let from = config.from.parse().map_err(InvalidEmailConfig::From)?;
        Ok(Self { from, domains: config.allowed_recipient_domains.iter().map(|domain| domain.to_lowercase()).collect() })
    }

    /// Whether messages may go to the address.
    pub(super) fn permit(&self, address: &Address) -> bool {
        self.domains.is_empty() || self.domains.contains(&address.domain().to_lowercase())
    }
}
