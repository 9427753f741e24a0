//! Work for Ruche: what succeeds, what fails, what is tried again, what waits.

use std::time::Duration;

use anyhow::Result;
use ruche_bench::api::Api;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    deployment::{Deployment, SLOTS},
    prometheus::Prometheus,
};

/// Tasks that succeed at once.
const DONE: usize = 300;
/// Tasks that fail for good at once.
const FAILED: usize = 7;
/// Tasks that are tried three times, and then fail.
const TRIED: usize = 30;
/// Tasks on a queue that is paused.
const HELD: usize = 5;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/";

/// Does it all once, and waits for the end.
pub async fn begin(deployment: &Deployment) -> Result<()> {
    let api = &deployment.api;
    api.post("/api/v1/queues/held/pause", &json!({}), &[]).await?;
    let hook = json!({"name": "nowhere", "url": NOWHERE, "events": ["task.succeeded"], "queues": ["told"]});
    api.post("/api/v1/webhooks", &hook, &[]).await?;
    api.batch(&vec![json!({"task": "ruche.noop"}); DONE], None).await?;
    api.batch(&vec![refused(); FAILED], None).await?;
    api.batch(&vec![tried(); TRIED], None).await?;
    api.batch(&vec![json!({"task": "ruche.noop", "queue": "held"}); HELD], None).await?;
    for _ in 0..20 {
        api.get("/api/v1/tasks?limit=1").await?;
    }
    anyhow::ensure!(api.get("/api/v1/tasks/nothing-of-that-name").await.is_err(), "a refusal is counted, too");
    Ok(())
}

/// Fails at once: no such program is allowed.
fn refused() -> Value {
    json!({"task": "command.run", "kwargs": {"program": "none"}})
}

/// Fails, is tried twice more, fails.
fn tried() -> Value {
    json!({"task": "http.request", "kwargs": {"url": NOWHERE}, "max_attempts": 3})
}

/// What was done is what Prometheus says.
pub async fn figures_are_right(prometheus: &Prometheus) {
    let patience = Duration::from_secs(60);
    let ended = |task: &str, outcome: &str| {
        format!(r#"sum(ruche_task_attempts_total{{task="{task}", outcome="{outcome}", final="true"}})"#)
    };
    let is = |wanted: usize| move |value: f64| value == wanted as f64;
    prometheus.until(&ended("ruche.noop", "succeeded"), patience, is(DONE)).await;
    prometheus.until(&ended("command.run", "failed"), patience, is(FAILED)).await;
    prometheus.until(&ended("http.request", "failed"), patience, is(TRIED)).await;
    for (expression, wanted) in [
        (r#"sum(ruche_tasks_enqueued_total{queue="default"})"#, DONE + FAILED + TRIED),
        (r#"sum(ruche_tasks_enqueued_total{queue="held", task="ruche.noop", source="batch"})"#, HELD),
        (r#"sum(ruche_task_retries_scheduled_total{task="http.request"})"#, 2 * TRIED),
        (r#"sum(ruche_tasks_dead_lettered_total)"#, FAILED + TRIED),
        (r#"sum(ruche_task_attempts_to_finish_bucket{task="http.request", le=~"2|2.0"})"#, 0),
        (r#"sum(ruche_task_attempts_to_finish_bucket{task="http.request", le=~"3|3.0"})"#, TRIED),
        (r#"sum(ruche_task_queue_wait_seconds_count{task="ruche.noop"})"#, DONE),
        (r#"max(ruche_queue_workers{queue="default"})"#, 2),
        (r#"max(ruche_queue_slots{queue="default"})"#, 2 * SLOTS as usize),
        (r#"max(ruche_queue_paused{queue="held"})"#, 1),
        (r#"sum(ruche_http_requests_total{route="/api/v1/tasks/batch", status=~"2.."})"#, 4),
        (r#"sum(function_calls_total{function="run_attempt"})"#, DONE + FAILED + 3 * TRIED),
        ("count(up == 1)", 7),
    ] {
        prometheus.until(expression, patience, is(wanted)).await;
    }
    // The share that succeeded, as the promise's rule and the overview have it: not merely some number.
    let share = format!("{} / {}", FAILED + TRIED, DONE + FAILED + TRIED);
    let recorded = format!(r#"abs(slo:error:ratio_rate1h{{slo="task-success"}} - ({share}))"#);
    prometheus.until(&recorded, patience, |difference| difference < 0.02).await;
}

/// A little of everything, until told to stop, so that rates are rates of something.
pub struct Steady {
    running: JoinHandle<()>,
}

impl Steady {
    pub fn start(deployment: &Deployment) -> Result<Self> {
        let api = deployment.stack.api()?;
        Ok(Self { running: tokio::spawn(work(api)) })
    }

    pub async fn stop(self) {
        self.running.abort();
        drop(self.running.await);
    }
}

async fn work(api: Api) {
    loop {
        let tasks = [vec![json!({"task": "ruche.noop"}); 8], vec![refused()], vec![tried()]].concat();
        // While services are down it may be refused; then there is less work.
        drop(api.batch(&tasks, None).await);
        drop(api.get("/api/v1/tasks?limit=5").await);
        drop(api.get("/api/v1/stats").await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
