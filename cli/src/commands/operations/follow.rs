//! Waiting for an operation's end.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ruche_api::{Operation, OperationState};
use ruche_bootstrap::{ExitCode, Failure};

use super::print;
use crate::{api::Client, args::OutputArgs, output};

/// Between looks.
const LOOK: Duration = Duration::from_millis(250);

/// Waits until the operation has ended, with a bar on a terminal, and prints it; with `detach` prints it as it is. `expected` is
/// how many tasks it will look at, where that is known.
///
/// # Errors
/// When the server does not answer.
pub async fn follow(
    client: &Client,
    mut operation: Operation,
    expected: Option<u64>,
    detach: bool,
    output: OutputArgs,
) -> Result<ExitCode, Failure> {
    let bar = (!detach && !output.json && output::is_terminal()).then(|| bar(expected));
    while !detach && !operation.state.is_terminal() {
        if let Some(bar) = &bar {
            bar.set_position(operation.matched);
        }
        tokio::time::sleep(LOOK).await;
        operation = client.operation(operation.id.into()).await?;
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    print(&operation, output)?;
    let well = matches!(operation.state, OperationState::Succeeded) || !operation.state.is_terminal();
    Ok(if well { ExitCode::Success } else { ExitCode::TaskFailed })
}

fn bar(expected: Option<u64>) -> ProgressBar {
    let (bar, template) = match expected {
        Some(expected) => (ProgressBar::new(expected), "{spinner} [{bar:30}] {pos}/{len} tasks {elapsed} eta {eta}"),
        None => (ProgressBar::no_length(), "{spinner} {pos} tasks {elapsed}"),
    };
    let bar = bar.with_style(ProgressStyle::with_template(template).expect("the template is sound"));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
