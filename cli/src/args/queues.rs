//! `ruche queues`

use clap::{Args, Subcommand, ValueEnum};
use ruche_domain::{QueueName, TaskName};

use super::{OutputArgs, ServerArgs};

/// `ruche queues`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct QueuesArgs {
    /// What to do with one.
    #[command(subcommand)]
    pub action: Option<QueueAction>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// What to do with one queue.
#[derive(Debug, Subcommand)]
pub enum QueueAction {
    /// Show a queue with its limits
    Show(OneQueueArgs),
    /// Start none of a queue's tasks until it is resumed; what runs goes on
    Pause(OneQueueArgs),
    /// Let a paused queue go on
    Resume(OneQueueArgs),
    /// Limit what of a queue runs, across all workers
    Limit(LimitArgs),
    /// Limit the starts of tasks by their name, across all queues and workers
    Names(NamesArgs),
}

/// `ruche queues names`
#[derive(Debug, Args)]
#[command(after_help = "Without a name the limited names are listed; with a name alone, that one is shown.")]
pub struct NamesArgs {
    /// The task name
    pub name: Option<TaskName>,
    /// Tasks of this name that start per time, e.g. 100/s, 5/min, 1000/h, 3/250ms
    #[arg(long, value_name = "N/TIME", value_parser = rate, requires = "name", conflicts_with = "none")]
    pub rate: Option<(u32, u64)>,
    /// Tasks that start at once after a pause, of those that --rate allows [default: as many as in one period]
    #[arg(long, value_name = "N", requires = "rate", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub burst: Option<u32>,
    /// Lift the limit
    #[arg(long, requires = "name")]
    pub none: bool,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche queues show`, `ruche queues pause`, `ruche queues resume`
#[derive(Debug, Args)]
pub struct OneQueueArgs {
    /// The queue
    pub name: QueueName,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche queues limit`
#[derive(Debug, Args)]
#[command(after_help = "The limits given replace all former ones. `ruche queues limit NAME --none` lifts them.")]
#[group(id = "limits", required = true, multiple = true, args = ["none", "max_running", "rate", "per_key", "per_key_rate"])]
pub struct LimitArgs {
    /// The queue
    pub name: QueueName,
    /// Lift all limits
    #[arg(long, conflicts_with_all = ["max_running", "rate", "burst", "per_key", "per_key_rate", "when_full"])]
    pub none: bool,
    /// Tasks that run at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_running: Option<u32>,
    /// Tasks that start per time, e.g. 100/s, 5/min, 1000/h, 3/250ms
    #[arg(long, value_name = "N/TIME", value_parser = rate)]
    pub rate: Option<(u32, u64)>,
    /// Tasks that start at once after a pause, of those that --rate allows [default: as many as in one period]
    #[arg(long, value_name = "N", requires = "rate", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub burst: Option<u32>,
    /// Tasks of one concurrency key that run at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub per_key: Option<u32>,
    /// Tasks of one concurrency key that start per time
    #[arg(long, value_name = "N/TIME", value_parser = rate)]
    pub per_key_rate: Option<(u32, u64)>,
    /// What happens to a task whose key is full
    #[arg(long, value_enum, default_value_t = WhenFull::Queue, requires = "per_key")]
    pub when_full: WhenFull,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// What happens to a task whose concurrency key is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhenFull {
    /// It waits
    Queue,
    /// It is not accepted
    RejectNewest,
    /// The key's longest running task is asked to stop
    CancelRunning,
}

/// `count/period`: starts and milliseconds.
fn rate(text: &str) -> Result<(u32, u64), String> {
    let wrong = || "expected a number of tasks per time, like 100/s, 5/min, 1000/h or 3/250ms".to_owned();
    let (count, period) = text.split_once('/').ok_or_else(wrong)?;
    let count: u32 = count.trim().parse().map_err(|_| wrong())?;
    let period = period.trim();
    let unit = period.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &period[..period.len() - unit.len()];
    let number: u64 = if number.is_empty() { 1 } else { number.parse().map_err(|_| wrong())? };
    let unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "min" | "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let per_ms = number.checked_mul(unit).ok_or_else(wrong)?;
    if !(1..=1_000_000).contains(&count) || !(1..=2_592_000_000).contains(&per_ms) {
        return Err("expected 1 to 1000000 tasks per 1 ms to 30 days".to_owned());
    }
    Ok((count, per_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_said() {
        for (text, expected) in [
            ("100/s", (100, 1_000)),
            ("5/min", (5, 60_000)),
            ("1000/h", (1_000, 3_600_000)),
            ("3/250ms", (3, 250)),
            ("1/2d", (1, 172_800_000)),
        ] {
            assert_eq!(rate(text), Ok(expected), "{text}");
        }
        for bad in ["", "5", "/s", "5/", "x/s", "5/week", "0/s", "1000001/s", "1/31d", "-1/s", "1/99999999999999999999s", "1/0s"]
        {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }
}
