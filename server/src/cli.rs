//! The command line of `ruche-server`.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};
use ruche_bootstrap::{
    ExitCode,
    args::{ConfigArgs, HealthcheckArgs, WaitArgs},
};

/// Serves the API and runs the maintenance duties.
#[derive(Debug, Parser)]
#[command(name = "ruche-server", version, args_conflicts_with_subcommands = true, after_long_help = ExitCode::table())]
pub struct Cli {
    /// What to do; serve if left out.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until told to stop (the default)
    Serve(ServeArgs),
    /// Bring the database to this version's schema
    Migrate(MigrateArgs),
    /// Check the configuration and show what results
    CheckConfig(ConfigArgs),
    /// Print the OpenAPI document, without any worker's tasks
    Openapi,
    /// Ask the server on this machine whether it is ready; exits with 0 or 1
    Healthcheck(HealthcheckArgs),
}

/// `ruche-server serve`
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Address and port of the API; any other than loopback needs an API key [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// How patient to be.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// `ruche-server migrate`
#[derive(Debug, Clone, Args)]
pub struct MigrateArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How patient to be.
    #[command(flatten)]
    pub wait: WaitArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use ruche_bootstrap::config::{Config, Sources};

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_configuration_survives_a_round_trip() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ruche.toml");
        let config: Config = Config::default();
        std::fs::write(&path, config.to_toml()).unwrap();
        assert_eq!(Sources::default().file(Some(&path)).unwrap().load::<ruche_bootstrap::config::SomeTasks>().unwrap(), config);
    }

    #[test]
    fn the_sample_configuration_is_valid() {
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ruche.example.toml");
        let config: Config = Sources::default().file(Some(sample.as_ref())).unwrap().load().unwrap();
        config.check().unwrap();
    }

    /// `RUCHE_UPDATE_GOLDEN=1` rewrites the text.
    #[test]
    fn the_help_is_the_kept_one() {
        let mut command = Cli::command();
        command.build();
        let mut text = command.render_long_help().to_string();
        for subcommand in command.get_subcommands_mut().filter(|subcommand| subcommand.get_name() != "help") {
            let help = subcommand.render_long_help();
            text += &format!("\n---- {}\n\n{help}", subcommand.get_name());
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/help.txt");
        if std::env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
            std::fs::write(path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == text, "{path} is out of date: run the tests with RUCHE_UPDATE_GOLDEN=1 and look at the difference");
    }
}
