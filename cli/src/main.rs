//! The `ruche` command.

use clap::Parser;
use ruche::{args::Cli, commands};

fn main() -> std::process::ExitCode {
    ruche_bootstrap::run(commands::run(Cli::parse()))
}
