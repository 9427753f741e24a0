//! Each service restarted while tasks come in.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ruche_bench::{
    api::Api,
    chaos::account::{self, Load},
};

use crate::compose::Deployment;

/// The services without which a deployment is none, and the door.
const SERVICES: [&str; 6] = ["worker", "server", "rabbitmq", "postgres", "proxy", "client"];

/// Longest time until every accepted task has ended, after all restarts.
const SETTLED: Duration = Duration::from_secs(180);

/// Longest time of a restart: nobody may wait until it is killed.
const ENDED: Duration = Duration::from_secs(30);

/// Load comes in by `door`; `server` is asked afterwards, past the door's limits.
///
/// # Errors
/// When an accepted task is lost or recorded twice, or a service does not come back.
pub async fn all(deployment: &Deployment<'_>, door: &Api, server: &Api, rate: u32) -> Result<usize> {
    let load = Load::on(vec![door.clone()], rate);
    for service in SERVICES {
        let start = Instant::now();
        deployment.run(&["restart", service]).await?;
        let back = start.elapsed();
        ensure!(back < ENDED, "{service} did not end when it was asked to: its restart took {back:?}");
        let first = load.first_success_after(door, start).await.with_context(|| format!("after the restart of {service}"))?;
        println!("  restart {service}: command {:.1} s, a new task done after {:.1} s", back.as_secs_f64(), first.as_secs_f64());
    }
    let accepted = load.stop().await;
    let report = account::settle(server, &accepted, SETTLED).await?;
    println!(
        "{} tasks accepted while {} services were restarted: each is done once; {} were tried again",
        accepted.len(),
        SERVICES.len(),
        report.tried_again
    );
    Ok(accepted.len())
}
