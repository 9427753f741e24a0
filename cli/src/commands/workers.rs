//! `ruche workers`

use ruche_api::WorkerStatus;
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use crate::{
    api::Client,
    args::WorkersArgs,
    output::{self, Table, ago},
};

/// Lists workers.
pub async fn run(args: WorkersArgs) -> Result<ExitCode, Failure> {
    let workers = Client::new(&args.server)?.workers().await?.data;
    if args.output.json {
        workers.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    let now = SystemClock.now();
    let mut table = Table::new(&["worker", "status", "busy", "version", "started", "seen", "queues"]);
    for worker in workers {
        let status = match worker.status {
            WorkerStatus::Online => "online",
            WorkerStatus::Draining => "draining",
            WorkerStatus::Lost => "lost",
        };
        table.row([
            worker.name,
            status.to_owned(),
            format!("{}/{}", worker.busy, worker.slots),
            output::clean(&worker.version),
            ago(worker.started_at, now),
            ago(worker.seen_at, now),
            worker.queues.join(","),
        ]);
    }
    table.print()?;
    Ok(ExitCode::Success)
}
