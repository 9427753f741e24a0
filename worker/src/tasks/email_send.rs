//! `email.send`: one message over SMTP.
//!
//! The server, the sender and the domains that may be written to are the configuration's; the caller gives recipients and
//! content. Nothing that a caller gives can become a header or a command of its own.

mod config;
mod deliver;
mod error;
mod message;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use config::{EmailConfig, EmailTls, InvalidEmailConfig};
pub(crate) use deliver::Mailer;

use crate::{Task, TaskContext, TaskDefaults, TaskError};

/// Sends an email through the worker's mail server. Tried again when the server cannot be reached or says "later" (4xx). All
/// attempts carry the same `Message-ID`, so that a message that was delivered twice can be recognised.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"to": ["Ada <ada@example.com>"], "subject": "Your order", "text": "It is on its way."}))]
pub struct EmailSend {
    /// Recipients: addresses, or names with addresses such as `Ada <ada@example.com>`. At most 50 of all kinds.
    #[schemars(length(min = 1, max = 50))]
    to: Vec<String>,
    /// Recipients of a copy.
    #[serde(default)]
    #[schemars(length(max = 50))]
    cc: Vec<String>,
    /// Recipients of a copy whom the others do not see.
    #[serde(default)]
    #[schemars(length(max = 50))]
    bcc: Vec<String>,
    /// Whom answers go to, if not the sender.
    #[serde(default)]
    reply_to: Option<String>,
    /// The subject.
    #[schemars(length(max = 998))]
    subject: String,
    /// The message as plain text. At least one of `text` and `html` is needed.
    #[serde(default)]
    text: Option<String>,
    /// The message as HTML.
    #[serde(default)]
    html: Option<String>,
    /// More headers, of: `Auto-Submitted`, `In-Reply-To`, `List-Id`, `List-Unsubscribe`, `List-Unsubscribe-Post`, `References`,
    /// `X-Entity-Ref-ID`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// A message that the mail server has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmailSent {
    /// Its `Message-ID`.
    pub message_id: String,
    /// How many recipients it went to.
    pub recipients: usize,
    /// How long that took.
    pub duration_ms: u64,
}

impl Task for EmailSend {
    const NAME: &'static str = "email.send";
    type Output = EmailSent;

    fn defaults() -> TaskDefaults {
        TaskDefaults { timeout: Some(Duration::from_secs(300)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<EmailSent, TaskError> {
        let mailer = context.resource::<Mailer>();
        Ok(mailer.send(self, context).await?)
    }
}
