//! `ruche enqueue`

pub mod arguments;
mod help;
mod unique;

use std::time::Duration;

use clap::CommandFactory;
use ruche_api::{Definition, EnqueueTask};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{TaskId, TaskName};
use tokio::time::Instant;

use super::task;
use crate::{
    api::{Client, as_json},
    args::{Cli, OutputArgs, enqueue::EnqueueArgs},
    output,
};

/// Enqueues a task; waits for it if asked to.
pub async fn run(args: EnqueueArgs) -> Result<ExitCode, Failure> {
    let name = match (&args.name, args.help) {
        (Some(name), true) => return help::of_task(&args.server, name).await,
        (None, true) => return own_help(),
        (Some(name), false) => name.clone(),
        (None, false) => {
            return Err(Failure::message(ExitCode::Usage, "name the task to enqueue; `ruche definitions` lists them"));
        }
    };
    let client = Client::new(&args.server)?;
    let definition = match arguments::needs_definition(&args.arguments) {
        true => definition_of(&client, &name).await?,
        false => None,
    };
    let request = request(&args, &name, definition.as_ref())?;
    let accepted = client.enqueue(&request, args.idempotency_key.as_deref()).await?;
    match args.wait {
        None => {
            if args.output.json {
                output::json(&accepted)?
            } else {
                output::line(accepted.id.to_string())?
            };
            Ok(ExitCode::Success)
        }
        Some(seconds) => wait(&client, accepted.id.into(), Duration::from_secs(seconds), args.output).await,
    }
}

fn own_help() -> Result<ExitCode, Failure> {
    let mut command = Cli::command();
    command.build();
    let enqueue = command.find_subcommand_mut("enqueue").expect("the command line has `enqueue`");
    output::line(enqueue.render_long_help().to_string().trim_end())?;
    Ok(ExitCode::Success)
}

/// `None` for a task that only other workers know.
pub async fn definition_of(client: &Client, name: &TaskName) -> Result<Option<Definition>, Failure> {
    let definitions = client.definitions().await?.data;
    Ok(definitions.into_iter().find(|definition| definition.name == name.as_str()))
}

fn request(args: &EnqueueArgs, name: &TaskName, definition: Option<&Definition>) -> Result<EnqueueTask, Failure> {
    Ok(EnqueueTask {
        kwargs: arguments::keyword(&args.arguments, definition)?,
        args: args.args.as_deref().map(|text| arguments::json("--args", text)).transpose()?,
        queue: args.queue.as_ref().map(ToString::to_string),
        priority: args.priority,
        eta: args.eta,
        countdown_ms: args.countdown.map(|seconds| millis("--countdown", seconds)).transpose()?,
        expires_at: args.expires_at,
        max_attempts: args.max_attempts,
        concurrency_key: args.concurrency_key.as_ref().map(ToString::to_string),
        timeout_ms: args.timeout.map(|seconds| millis("--timeout", seconds)).transpose()?,
        unique: unique::wish(&args.unique)?,
        ..EnqueueTask::named(name.as_str())
    })
}

/// Seconds on the command line, as the API takes them.
pub fn millis(flag: &str, seconds: f64) -> Result<u64, Failure> {
    let length = Duration::try_from_secs_f64(seconds).ok().and_then(|length| u64::try_from(length.as_millis()).ok());
    length.ok_or_else(|| Failure::message(ExitCode::Usage, format!("{flag}: expected a number of seconds, 0 or more")))
}

/// Waits for the task to end; [`ExitCode::Temporary`] when it has not by then.
async fn wait(client: &Client, id: TaskId, patience: Duration, output: OutputArgs) -> Result<ExitCode, Failure> {
    let deadline = Instant::now() + patience;
    let result = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up: the header takes whole seconds.
        let result = client.result(id, left + Duration::from_millis(999)).await?;
        if result.ready || Instant::now() >= deadline {
            break result;
        }
    };
    if output.json {
        output::line(as_json(&result)?.to_string())?;
    } else if let Some(value) = &result.result {
        output::line(output::clean(value.0.as_str()))?;
    }
    let code = task::exit_code(result.state);
    match (code, result.failure) {
        (ExitCode::Success, _) => Ok(code),
        (ExitCode::Temporary, _) => {
            Err(Failure::message(code, format!("{id} is {} after {} s", output::state(result.state), patience.as_secs())))
        }
        (_, Some(failure)) => {
            let why = output::clean(&format!("{}: {}", failure.kind, failure.message));
            Err(Failure::message(code, format!("{id} {}: {why}", output::state(result.state))))
        }
        (_, None) => Err(Failure::message(code, format!("{id} is {}", output::state(result.state)))),
    }
}
