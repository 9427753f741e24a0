//! The configuration: one TOML file for all of Ruche's programs, and what overrides it.
//!
//! Defaults, then the file (`--config`, or `./ruche.toml` if there is one), then environment variables
//! (`RUCHE_SECTION__KEY`), then flags. Unknown keys are errors. Every secret has a twin that ends in `_file`.

mod error;
mod load;
pub mod schema;
mod secret;
mod sections;
mod tasks;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use error::ConfigError;
pub use load::{DEFAULT_FILE, PREFIX, Sources};
pub use secret::{Secret, ServiceUrl};
pub use sections::{
    artifacts::ArtifactsConfig,
    audit::AuditConfig,
    broker::{BrokerConfig, QueueArgument},
    database::DatabaseConfig,
    http::HttpConfig,
    maintenance::MaintenanceConfig,
    server::ServerConfig,
    telemetry::{LogFormat, TelemetryConfig},
    worker::WorkerConfig,
};
pub use tasks::SomeTasks;

/// The whole configuration. A program reads the sections it needs and leaves the others alone, so one file serves them all.
///
/// `T` is the section `tasks`: what it may hold is up to the worker's tasks, so only programs with a worker know it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, bound(deserialize = "T: Deserialize<'de> + Default", serialize = ""))]
#[schemars(bound = "T: JsonSchema + Default")]
pub struct Config<T = SomeTasks> {
    /// Where tasks are kept.
    pub database: DatabaseConfig,
    /// How tasks get to workers.
    pub broker: BrokerConfig,
    /// The API's address and key.
    pub http: HttpConfig,
    /// The API's limits.
    pub server: ServerConfig,
    /// How tasks are run.
    pub worker: WorkerConfig,
    /// What the built-in tasks may do.
    #[serde(skip_serializing)]
    pub tasks: T,
    /// How long ended tasks are kept.
    pub maintenance: MaintenanceConfig,
    /// Where files of tasks are kept, and how many of them.
    pub artifacts: ArtifactsConfig,
    /// What the audit log holds.
    pub audit: AuditConfig,
    /// Logs.
    pub telemetry: TelemetryConfig,
}

impl<T> Config<T> {
    /// Checks what can be checked without connecting anywhere: bounds, files of secrets, addresses.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.database.check()?;
        self.broker.check()?;
        self.http.check()?;
        self.server.check()?;
        self.worker.check()?;
        self.maintenance.check()?;
        self.artifacts.check()?;
        self.audit.check()?;
        self.telemetry.check()
    }

    /// The configuration as TOML, secrets shown as `***`; without keys that are not set and without the section `tasks`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("the configuration holds nothing that TOML cannot say")
    }
}

#[cfg(test)]
mod tests;
