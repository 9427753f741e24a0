//! `ruche completions`

use clap::CommandFactory;
use ruche_bootstrap::{ExitCode, Failure};

use crate::{
    args::{Cli, CompletionsArgs},
    output,
};

/// Prints the script.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ruche", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::Success)
}
