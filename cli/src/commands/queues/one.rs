//! `ruche queues show`, `pause`, `resume`, `limit`

use std::fmt::Write as _;

use ruche_api::{HeldKey, HeldTasks, KeyLimits, KeyStrategy, Queue, QueueLimits, Rate, Waiting};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use super::limits::said;
use crate::{
    api::Client,
    args::{
        OutputArgs,
        queues::{LimitArgs, OneQueueArgs, WhenFull},
    },
    output::{self, ago},
};

/// Shows a queue.
pub async fn show(OneQueueArgs { name, output, server }: OneQueueArgs) -> Result<ExitCode, Failure> {
    print(&Client::new(&server)?.queue(&name).await?, output)
}

/// Pauses a queue.
pub async fn pause(OneQueueArgs { name, output, server }: OneQueueArgs) -> Result<ExitCode, Failure> {
    print(&Client::new(&server)?.pause(&name).await?, output)
}

/// Resumes a queue.
pub async fn resume(OneQueueArgs { name, output, server }: OneQueueArgs) -> Result<ExitCode, Failure> {
    print(&Client::new(&server)?.resume(&name).await?, output)
}

/// Limits a queue.
pub async fn limit(args: LimitArgs) -> Result<ExitCode, Failure> {
    print(&Client::new(&args.server)?.limit(&args.name, limits(&args)).await?, args.output)
}

fn limits(args: &LimitArgs) -> QueueLimits {
    let rate = |(count, per_ms), burst| Rate { count, per_ms, burst };
    let keyed = args.per_key.is_some() || args.per_key_rate.is_some();
    let strategy = match args.when_full {
        WhenFull::Queue => KeyStrategy::Queue,
        WhenFull::RejectNewest => KeyStrategy::RejectNewest,
        WhenFull::CancelRunning => KeyStrategy::CancelRunning,
    };
    let key_rate = args.per_key_rate.map(|given| rate(given, None));
    QueueLimits {
        max_running: args.max_running,
        rate: args.rate.map(|given| rate(given, args.burst)),
        per_key: keyed.then_some(KeyLimits { max_running: args.per_key, strategy: Some(strategy), rate: key_rate }),
    }
}

fn print(queue: &Queue, output: OutputArgs) -> Result<ExitCode, Failure> {
    if output.json {
        output::json(queue)?;
    } else {
        output::line(in_lines(queue).trim_end())?;
    }
    Ok(ExitCode::Success)
}

fn in_lines(queue: &Queue) -> String {
    let now = SystemClock.now();
    let mut text = format!("{}\n", queue.name);
    let mut field = |name: &str, value: String| writeln!(text, "  {name:<8} {value}").expect("writing to a string never fails");
    let live = queue.tasks;
    if let Some(at) = queue.paused_at {
        field("paused", ago(at, now));
    }
    field(
        "tasks",
        format!("{} queued, {} running, {} retrying, {} scheduled", live.queued, live.running, live.retrying, live.scheduled),
    );
    field("workers", queue.workers.to_string());
    if let Some(at) = queue.oldest_queued_at {
        field("waiting", format!("since {}", ago(at, now)));
    }
    if let Some(limits) = queue.limits {
        let admitted = queue.admitted.unwrap_or_default();
        field("limits", said(limits.max_running.map(|max| format!("{max} running ({admitted} admitted)")), limits.rate));
        if let Some(key) = limits.per_key {
            let running = key.max_running.map(|max| match key.strategy.unwrap_or_default() {
                KeyStrategy::Queue => format!("{max} running"),
                KeyStrategy::RejectNewest => format!("{max} running, more are refused"),
                KeyStrategy::CancelRunning => format!("{max} running, newcomers take their place"),
            });
            field("per key", said(running, key.rate));
        }
    }
    if let Some(waiting) = &queue.waiting {
        for tasks in &waiting.held {
            field("held", held(*tasks, now));
        }
        for HeldKey { key, running, waiting } in &waiting.keys {
            let more = if *waiting >= 1_000 { "+" } else { "" };
            field("key", format!("{}: {running} admitted, {waiting}{more} waiting", output::clean(key)));
        }
    }
    text
}

/// `1200 their queue's rate, in 3 s`
fn held(held: HeldTasks, now: chrono::DateTime<chrono::Utc>) -> String {
    let waiting = Waiting { reason: held.reason, next_at: held.next_at, position: None };
    format!("{}: {}", held.tasks, crate::commands::task::waits_for(waiting, now))
}
