//! `ruche queues`

use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use crate::{
    api::Client,
    args::QueuesArgs,
    output::{self, Table, ago},
};

/// Lists queues.
pub async fn run(args: QueuesArgs) -> Result<ExitCode, Failure> {
    let queues = Client::new(&args.server)?.queues().await?.data;
    if args.output.json {
        queues.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    let now = SystemClock.now();
    let mut table = Table::new(&["queue", "queued", "running", "retrying", "scheduled", "blocked", "workers", "waiting since"]);
    for queue in queues {
        let live = queue.tasks;
        let counts = [live.queued, live.running, live.retrying, live.scheduled, live.blocked].map(|count| count.to_string());
        let [queued, running, retrying, scheduled, blocked] = counts;
        let waiting = queue.oldest_queued_at.map_or_else(String::new, |at| ago(at, now));
        table.row([queue.name, queued, running, retrying, scheduled, blocked, queue.workers.to_string(), waiting]);
    }
    table.print()?;
    Ok(ExitCode::Success)
}
