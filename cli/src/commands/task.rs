//! Showing one task.

use std::fmt::Write as _;

use ruche_api::{AnyJson, LogLine, Task, TaskState, Waiting, WaitingReason};
use ruche_bootstrap::ExitCode;
use ruche_domain::{Clock, SystemClock, TaskId};

use crate::{
    api::{ApiError, Client},
    output::{self, ago, clean},
};

/// Whether nothing but an operator moves the task on.
pub fn has_ended(state: TaskState) -> bool {
    ruche_domain::TaskState::from(state).is_terminal()
}

/// How a program that waited for the task ends.
pub fn exit_code(state: TaskState) -> ExitCode {
    match state {
        TaskState::Succeeded => ExitCode::Success,
        state if has_ended(state) => ExitCode::TaskFailed,
        _ => ExitCode::Temporary,
    }
}

/// Prints everything about a task.
pub fn print(task: &Task) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut text = format!("{}  {}  {}\n", task.id, task.task, output::state(task.state));
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(text, "  {name:<9} {value}").expect("writing to a string never fails");
        }
    };
    let at = |at: chrono::DateTime<chrono::Utc>| format!("{} ({})", at.format("%Y-%m-%d %H:%M:%S%.3f UTC"), ago(at, now));
    let json = |value: &AnyJson, empty: &str| (value.0.as_str() != empty).then(|| clean(value.0.as_str()));
    field("queue", Some(format!("{}, priority {}", task.queue, task.priority)));
    field("attempts", Some(format!("{} of {}", task.attempts_used, task.max_attempts)));
    let tick = task.tick_at.map_or_else(String::new, |tick| format!(", tick of {}", at(tick)));
    field("schedule", task.schedule.as_ref().map(|name| format!("{}{tick}", clean(name))));
    field("worker", task.worker.clone());
    field("created", Some(at(task.created_at)));
    field("due", task.due_at.map(at));
    field("key", task.concurrency_key.as_deref().map(clean));
    field("waits for", task.waiting.map(|waiting| waits_for(waiting, now)));
    field("started", task.started_at.map(at));
    field("finished", task.finished_at.map(at));
    field("expires", task.expires_at.map(at));
    field("args", json(&task.args, "[]"));
    field("kwargs", json(&task.kwargs, "{}"));
    field("progress", task.progress.as_ref().map(progress));
    field("cancel", task.cancel_requested.then(|| "requested".to_owned()));
    field("error", task.failure.as_ref().map(|failure| format!("{}: {}", clean(&failure.kind), clean(&failure.message))));
    field("result", task.result.as_ref().map(|result| clean(result.0.as_str())));
    output::line(text.trim_end())
}

/// `the queue's limit`, `the next start its rate allows, in 3 s`
pub fn waits_for(waiting: Waiting, now: chrono::DateTime<chrono::Utc>) -> String {
    let what = match waiting.reason {
        WaitingReason::Dependencies => "tasks it depends on",
        WaitingReason::Eta => "its time",
        WaitingReason::Retry => "its next attempt",
        WaitingReason::Paused => "its queue to be resumed",
        WaitingReason::QueueLimit => "room: as much of its queue runs as may",
        WaitingReason::KeyLimit => "room: as much of its key runs as may",
        WaitingReason::RateLimit => "the next start the rate allows",
        WaitingReason::TaskRateLimit => "the next start the rate of its name allows",
        WaitingReason::Turn => "its turn",
        WaitingReason::NoWorker => "a worker: none serves its queue",
        WaitingReason::FreeWorker => "a free worker",
        WaitingReason::Expired => "nothing: it is about to expire",
    };
    let place = waiting.position.map_or_else(String::new, |place| match place {
        1 => " (first in line)".to_owned(),
        1_001.. => " (1000+ before it)".to_owned(),
        _ => format!(" ({} before it)", place - 1),
    });
    let at = waiting.next_at.map_or_else(String::new, |at| format!(", {}", ago(at, now)));
    format!("{what}{at}{place}")
}

/// `3 of 10: what is being done`
pub fn progress(progress: &ruche_api::Progress) -> String {
    let of = progress.total.map_or_else(String::new, |total| format!(" of {total}"));
    let message = progress.message.as_deref().map_or_else(String::new, |message| format!(": {}", clean(message)));
    format!("{}{of}{message}", progress.current)
}

/// A log line as text.
pub fn log_line(line: &LogLine) -> String {
    let level = serde_json::to_string(&line.level).unwrap_or_default();
    let (level, at) = (level.trim_matches('"').to_owned(), line.at.format("%H:%M:%S%.3f"));
    format!("{at} #{} {level:<5} {}", line.attempt, clean(&line.message))
}

/// The log lines after `after`, handed to `take` in order; the number of the last one.
pub async fn each_log(
    client: &Client,
    id: TaskId,
    mut after: i64,
    mut take: impl FnMut(&LogLine) -> anyhow::Result<()>,
) -> anyhow::Result<Result<i64, ApiError>> {
    loop {
        let page = match client.logs(id, after).await {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        page.data.iter().try_for_each(&mut take)?;
        after = page.next_after;
        if !page.has_more {
            return Ok(Ok(after));
        }
    }
}
