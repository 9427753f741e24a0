//! `[broker]`

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value_or_file;
use crate::config::{ConfigError, ServiceUrl};

/// How tasks get to workers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BrokerConfig {
    /// `amqp://user:password@host:5672/vhost`, `amqps://...`, or `memory:` within one process (`ruche up` only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<ServiceUrl>,
    /// File that holds the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_file: Option<PathBuf>,
    /// Arguments of the queues that Ruche creates on RabbitMQ: `x-max-priority = 9` for priorities, which cost RabbitMQ some time
    /// for each message, or `x-queue-type = "quorum"`. Without any, queues are as a Celery application declares them by default;
    /// an application that declares them otherwise has to use the same arguments. Queues already there are used as they are.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub queue_arguments: BTreeMap<String, QueueArgument>,
}

/// A queue argument: text, a whole number, or true or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum QueueArgument {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl BrokerConfig {
    /// The address, if there is one.
    ///
    /// # Errors
    /// When it is given twice, its file cannot be read, or no broker is known by its scheme.
    pub fn address(&self) -> Result<Option<ServiceUrl>, ConfigError> {
        let url = value_or_file("broker.url", self.url.as_ref(), self.url_file.as_deref(), ServiceUrl::new)?;
        match url.as_ref().map(ServiceUrl::scheme).as_deref() {
            None | Some("amqp" | "amqps" | "memory") => Ok(url),
            Some(_) => Err(ConfigError::Invalid {
                key: "broker.url",
                reason: "expected amqp://user:password@host:5672/vhost, amqps://... or memory:".to_owned(),
            }),
        }
    }

    /// The address of a broker that other processes reach too.
    ///
    /// # Errors
    /// As [`Self::address`], and when there is none or it is `memory:`.
    pub fn shared_address(&self) -> Result<ServiceUrl, ConfigError> {
        let hint = "set broker.url_file, or RUCHE_BROKER__URL to amqp://user:password@host:5672/vhost";
        let url = self.address()?.ok_or(ConfigError::Missing { key: "broker.url", hint })?;
        if url.scheme() == "memory" {
            let reason = "memory: works within one process only (`ruche up`); this program needs amqp:// or amqps://".to_owned();
            return Err(ConfigError::Invalid { key: "broker.url", reason });
        }
        Ok(url)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.address().map(drop)
    }
}
