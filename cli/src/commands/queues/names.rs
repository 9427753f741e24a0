//! `ruche queues names`

use ruche_api::{Rate, TaskLimit};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use super::limits::said;
use crate::{
    api::Client,
    args::queues::NamesArgs,
    output::{self, Table, ago},
};

/// Lists, shows, sets or lifts limits of task names.
pub async fn run(args: NamesArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let limits = match (&args.name, args.rate) {
        (None, _) => client.task_limits().await?.data,
        (Some(name), Some((count, per_ms))) => {
            vec![client.limit_task(name, Rate { count, per_ms, burst: args.burst }).await?]
        }
        (Some(name), None) if args.none => {
            client.lift_task_limit(name).await?;
            Vec::new()
        }
        (Some(name), None) => vec![client.task_limit(name).await?],
    };
    if args.output.json {
        limits.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    if args.none {
        return Ok(ExitCode::Success);
    }
    let now = SystemClock.now();
    let mut table = Table::new(&["task", "limit", "next start"]);
    for TaskLimit { task, rate, next_at } in limits {
        table.row([task, said(None, Some(rate)), next_at.map_or_else(|| "at once".to_owned(), |at| ago(at, now))]);
    }
    table.print()?;
    Ok(ExitCode::Success)
}
