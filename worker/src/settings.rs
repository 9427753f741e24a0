//! From the configuration to the engine.

use ruche_bootstrap::{
    Failure,
    config::{Config, ConfigError, WorkerConfig},
};

use crate::{
    EngineOptions, Registry,
    tasks::{BuiltInConfig, built_in},
};

/// The configuration with the section of the built-in tasks.
pub type FullConfig = Config<BuiltInConfig>;

/// The engine's options.
///
/// # Errors
/// When a name is invalid.
pub fn engine_options(config: &WorkerConfig) -> Result<EngineOptions, ConfigError> {
    Ok(EngineOptions {
        concurrency: usize::try_from(config.concurrency).unwrap_or(usize::MAX),
        lease: config.lease(),
        drain: config.drain(),
        cancel_grace: config.cancel_grace(),
        ..EngineOptions::new(config.node_name()?, config.queue_names()?)
    })
}

/// The built-in tasks.
///
/// # Errors
/// When their configuration is wrong, or names files that cannot be read.
pub fn registry(config: BuiltInConfig) -> Result<Registry, Failure> {
    let invalid = |error| Failure::new(ruche_bootstrap::ExitCode::Config, error).context("couldn't set the tasks up");
    built_in(config).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configurations_defaults_are_the_engines() {
        let config = WorkerConfig { name: Some("ruche@test".to_owned()), ..WorkerConfig::default() };
        let ours = engine_options(&config).unwrap();
        let engines = EngineOptions::new(ours.name.clone(), ours.queues.clone());
        assert_eq!(format!("{ours:?}"), format!("{engines:?}"));
    }
}
