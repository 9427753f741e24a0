//! The command line of `ruche-worker`.

use clap::{Args, Parser, Subcommand};
use ruche_bootstrap::{
    ExitCode,
    args::{ConfigArgs, HealthcheckArgs, WaitArgs},
};

/// Runs tasks.
#[derive(Debug, Parser)]
#[command(name = "ruche-worker", version, args_conflicts_with_subcommands = true, after_long_help = ExitCode::table())]
pub struct Cli {
    /// What to do; run if left out.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to run.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run tasks until told to stop (the default)
    Run(RunArgs),
    /// Check the configuration and show what results
    CheckConfig(ConfigArgs),
    /// Print the definitions of the tasks this worker runs, one JSON object per line
    Tasks(ConfigArgs),
    /// Ask the worker on this machine whether it is ready; exits with 0 or 1
    Healthcheck(HealthcheckArgs),
}

/// `ruche-worker run`
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Queues to serve [default: default]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub queues: Option<Vec<String>>,
    /// Tasks to run at once [default: 128]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<u32>,
    /// How patient to be.
    #[command(flatten)]
    pub wait: WaitArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use ruche_bootstrap::config::Sources;
    use ruche_worker::settings::FullConfig;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_configuration_survives_a_round_trip() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ruche.toml");
        let dumped = FullConfig::default().to_toml();
        std::fs::write(&path, &dumped).unwrap();
        let config: FullConfig = Sources::default().file(Some(&path)).unwrap().load().unwrap();
        assert_eq!(config.to_toml(), dumped);
    }

    #[test]
    fn the_sample_configuration_is_valid() {
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ruche.example.toml");
        let config: FullConfig = Sources::default().file(Some(sample.as_ref())).unwrap().load().unwrap();
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
