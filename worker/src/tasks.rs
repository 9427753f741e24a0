//! The built-in tasks. One file per task; add yours here.

mod command_run;
mod email_send;
mod http_request;
mod image_resize;
mod noop;
mod secret;
mod sleep;
mod table_convert;
mod webhook_deliver;
#[cfg(test)]
mod workbench;

use schemars::JsonSchema;
use serde::Deserialize;

pub use command_run::{CommandConfig, CommandOutcome, CommandRun, InvalidCommandConfig, ProgramConfig};
pub use email_send::{EmailConfig, EmailSend, EmailSent, EmailTls, InvalidEmailConfig};
pub use http_request::{
    HttpConfig, HttpMethod, HttpRequest, HttpResponse, InvalidHttpConfig, LargeBody, Network, Sign, StatusPattern,
};
pub use image_resize::{Fit, ImageKind, ImageResize, ImageResized};
pub use noop::Noop;
pub use secret::{Secret, SecretSource, UnreadableSecret};
pub use sleep::Sleep;
pub use table_convert::{BadRows, TableConvert, TableConverted, TableFormat, ValueTypes};
pub(crate) use webhook_deliver::{Deliveries, Ledger};
pub use webhook_deliver::{DeliveryOutcome, WebhookDeliver, WebhookDelivered};

use crate::{DuplicateTask, Registry};

/// What the built-in tasks may do and reach. By default: public HTTP addresses only, no program, no mail server.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BuiltInConfig {
    /// `http.request`.
    pub http: HttpConfig,
    /// `command.run`.
    pub command: CommandConfig,
    /// `email.send`; without it the task is registered and fails with `not_configured`.
    pub email: Option<EmailConfig>,
}

/// Why the built-in tasks cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum BuiltInError {
    /// A mistake in this crate.
    #[error(transparent)]
    Duplicate(#[from] DuplicateTask),
    /// The section `http` is wrong.
    #[error("the configuration of http.request is wrong")]
    Http(#[from] InvalidHttpConfig),
    /// The section `command` is wrong.
    #[error("the configuration of command.run is wrong")]
    Command(#[from] InvalidCommandConfig),
    /// The section `email` is wrong.
    #[error("the configuration of email.send is wrong")]
    Email(#[from] InvalidEmailConfig),
}

/// A registry with every built-in task. Reads the secrets' files and the certificate authorities.
///
/// # Errors
/// When the configuration contradicts itself or names files that cannot be read.
pub fn built_in(config: BuiltInConfig) -> Result<Registry, BuiltInError> {
    Ok(Registry::new()
        .with(http_request::Client::new(config.http)?)
        .with(command_run::Programs::new(config.command)?)
        .with(email_send::Mailer::new(config.email)?)
        .task::<HttpRequest>()?
        .task::<CommandRun>()?
        .task::<EmailSend>()?
        .task::<ImageResize>()?
        .task::<TableConvert>()?
        .task::<Noop>()?
        .task::<Sleep>()?
        .task::<WebhookDeliver>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tasks_are_registered_with_nothing_configured() {
        let names: Vec<String> =
            built_in(BuiltInConfig::default()).unwrap().definitions().iter().map(|d| d.name.to_string()).collect();
        assert_eq!(
            names,
            [
                "command.run",
                "email.send",
                "http.request",
                "image.resize",
                "ruche.noop",
                "ruche.sleep",
                "table.convert",
                "webhook.deliver"
            ]
        );
    }

    #[test]
    fn an_unknown_key_in_the_configuration_is_refused() {
        for bad in [
            r#"{"htttp":{}}"#,
            r#"{"http":{"allow_private":true}}"#,
            r#"{"command":{"shell":"sh"}}"#,
            r#"{"email":{"password":"x"}}"#,
        ] {
            assert!(serde_json::from_str::<BuiltInConfig>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_argument_has_a_description() {
        for definition in built_in(BuiltInConfig::default()).unwrap().definitions() {
            let schema: serde_json::Value = definition.arguments.decode().unwrap();
            assert!(!definition.description.is_empty(), "{}", definition.name);
            for (field, schema) in schema["properties"].as_object().unwrap() {
                assert!(schema.get("description").is_some(), "{}: {field}", definition.name);
            }
        }
    }
}
