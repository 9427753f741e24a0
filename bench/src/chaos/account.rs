//! Load that notes what was accepted, and the account of it afterwards.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::{api::Api, stack::Stack};

/// A steady load over all servers.
pub struct Load {
    stop: Arc<AtomicBool>,
    accepted: Arc<Mutex<Vec<String>>>,
    driver: JoinHandle<()>,
}

impl Load {
    /// Enqueues `rate` tasks a second; a task counts as accepted when the server said so.
    pub fn start(stack: &Stack, rate: u32) -> Self {
        Self::on(stack.servers.iter().filter_map(|server| Api::new(&server.address).ok()).collect(), rate)
    }

    /// The same over these clients.
    pub fn on(apis: Vec<Api>, rate: u32) -> Self {
        let (stop, accepted) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let driver = tokio::spawn(drive(apis, rate, Arc::clone(&stop), Arc::clone(&accepted)));
        Self { stop, accepted, driver }
    }

    /// Ends the load; the ids of every accepted task.
    pub async fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.driver.await);
        std::mem::take(&mut self.accepted.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// How long after `start` the first task that was accepted from now on is done.
    ///
    /// # Errors
    /// When that takes longer than two minutes.
    pub async fn first_success_after(&self, api: &Api, start: Instant) -> Result<Duration> {
        let body = json!({ "task": "ruche.noop" });
        while start.elapsed() < Duration::from_secs(120) {
            let answer = api.post("/api/v1/tasks", &body, &[("Prefer", "wait=20")]).await;
            if answer.is_ok_and(|task| task["state"] == "succeeded") {
                return Ok(start.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("no task was done within two minutes")
    }
}

async fn drive(apis: Vec<Api>, rate: u32, stop: Arc<AtomicBool>, accepted: Arc<Mutex<Vec<String>>>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (mut requests, mut number) = (tokio::task::JoinSet::new(), 0usize);
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        number += 1;
        // Some tasks take a while, so that accidents find attempts under way.
        let task = if number % 3 == 0 {
            json!({ "task": "ruche.sleep", "kwargs": { "milliseconds": 500 }, "max_attempts": 10 })
        } else {
            json!({ "task": "ruche.noop", "max_attempts": 10 })
        };
        let (api, accepted) = (apis[number % apis.len()].clone(), Arc::clone(&accepted));
        requests.spawn(async move {
            if let Ok(task) = api.post("/api/v1/tasks", &task, &[]).await
                && let Some(id) = task["id"].as_str()
            {
                accepted.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(id.to_owned());
            }
        });
    }
    while requests.join_next().await.is_some() {}
}

/// What became of the accepted tasks.
pub struct Report {
    pub tried_again: usize,
}

/// Waits until all is settled, then looks each accepted task up.
///
/// # Errors
/// When one is lost, ended otherwise than well, or was recorded twice.
pub async fn settle(api: &Api, accepted: &[String], patience: Duration) -> Result<Report> {
    api.settle(patience).await?;
    let unique: HashSet<&String> = accepted.iter().collect();
    ensure!(unique.len() == accepted.len(), "an id was given twice");
    let mut tried_again = 0;
    for id in accepted {
        let task = api.get(&format!("/api/v1/tasks/{id}")).await?;
        ensure!(task["state"] == "succeeded", "task {id} is {}: {}", task["state"], task["failure"]);
        let attempts = api.get(&format!("/api/v1/tasks/{id}/attempts")).await?;
        let attempts = attempts["data"].as_array().cloned().unwrap_or_default();
        let succeeded = attempts.iter().filter(|attempt| attempt["state"] == "succeeded").count();
        ensure!(succeeded == 1, "task {id} succeeded {succeeded} times");
        tried_again += usize::from(attempts.len() > 1);
    }
    Ok(Report { tried_again })
}
