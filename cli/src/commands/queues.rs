//! `ruche queues`

mod limits;
mod names;
mod one;

use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use crate::{
    api::Client,
    args::queues::{QueueAction, QueuesArgs},
    output::{self, Table, ago},
};

/// Lists queues, or shows or changes one.
pub async fn run(args: QueuesArgs) -> Result<ExitCode, Failure> {
    if let Some(action) = args.action {
        return match action {
            QueueAction::Names(args) => names::run(args).await,
            QueueAction::Show(args) => one::show(args).await,
            QueueAction::Pause(args) => one::pause(args).await,
            QueueAction::Resume(args) => one::resume(args).await,
            QueueAction::Limit(args) => one::limit(args).await,
        };
    }
    let queues = Client::new(&args.server)?.queues().await?.data;
    if args.output.json {
        queues.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    let now = SystemClock.now();
    let mut table =
        Table::new(&["queue", "queued", "running", "retrying", "scheduled", "blocked", "workers", "waiting since", "says"]);
    for queue in queues {
        let live = queue.tasks;
        let counts = [live.queued, live.running, live.retrying, live.scheduled, live.blocked].map(|count| count.to_string());
        let [queued, running, retrying, scheduled, blocked] = counts;
        let waiting = queue.oldest_queued_at.map_or_else(String::new, |at| ago(at, now));
        let says = match (queue.paused_at, queue.limits) {
            (Some(_), _) => "paused",
            (None, Some(_)) => "limited",
            (None, None) => "",
        };
        let workers = queue.workers.to_string();
        table.row([queue.name, queued, running, retrying, scheduled, blocked, workers, waiting, says.to_owned()]);
    }
    table.print()?;
    Ok(ExitCode::Success)
}
