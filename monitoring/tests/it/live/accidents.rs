//! Things that go wrong, the alerts that say so, and the calm afterwards.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    deployment::{Deployment, SLOTS},
    prometheus::Prometheus,
};

/// The database is read every 15 s; a minute is for machines that compile at the same time.
const PATIENCE: Duration = Duration::from_secs(75);

/// Alerts that must have fired by the end.
const PROVOKED: [&str; 14] = [
    "AttemptsLost",
    "BrokerDisconnected",
    "FunctionObjectiveMissed",
    "OldestWaitingTaskTooOld",
    "OutboxStuck",
    "PublishFailing",
    "QueueHasNoWorkers",
    "RetriesStorm",
    "SLOBurnRateFast",
    "TargetDown",
    "TasksDeadLettered",
    "Watchdog",
    "WorkerHeartbeatStale",
    "WorkersSaturated",
];

/// Those whose cause ends at once. Others look back 5 minutes and more: that they clear is for the rules' own tests.
const MENDED: [&str; 7] = [
    "BrokerDisconnected",
    "OldestWaitingTaskTooOld",
    "OutboxStuck",
    "QueueHasNoWorkers",
    "TargetDown",
    "WorkerHeartbeatStale",
    "WorkersSaturated",
];

pub async fn happen(deployment: &mut Deployment, prometheus: &Prometheus) {
    nobody_serves(deployment).await;
    all_slots_are_busy(deployment, prometheus).await;
    a_worker_stops(deployment, prometheus).await;
    the_broker_goes_and_comes_back(deployment, prometheus).await;
}

/// Whatever should have fired has fired.
pub async fn were_all_told(prometheus: &Prometheus) {
    let start = Instant::now();
    loop {
        let ever = r#"count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[15m]))"#;
        let fired = prometheus.instant(ever).await.unwrap();
        let silent: Vec<_> =
            PROVOKED.into_iter().filter(|alert| !fired.iter().any(|fired| fired.labels["alertname"] == *alert)).collect();
        if silent.is_empty() {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{silent:?} never fired");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Tasks on a queue that no worker has.
async fn nobody_serves(deployment: &Deployment) {
    let task = json!({"task": "ruche.noop", "queue": "nobody"});
    deployment.api.batch(&vec![task; 3], None).await.unwrap();
}

/// Tasks that hold every slot for a while, and others behind them.
async fn all_slots_are_busy(deployment: &Deployment, prometheus: &Prometheus) {
    let hold = json!({"task": "ruche.sleep", "kwargs": {"milliseconds": 25_000}});
    deployment.api.batch(&vec![hold; 4 * SLOTS as usize], None).await.unwrap();
    fires(prometheus, "WorkersSaturated").await;
    fires(prometheus, "QueueHasNoWorkers").await;
    fires(prometheus, "OldestWaitingTaskTooOld").await;
    let sleeping = json!({"action": "cancel", "filter": {"task": "ruche.sleep"}});
    deployment.api.post("/api/v1/operations", &sleeping, &[]).await.unwrap();
    // What is cancelled is not to be taken for what comes next.
    prometheus.until("sum(ruche_worker_slots_busy)", PATIENCE, |busy| busy < f64::from(SLOTS) / 2.0).await;
}

/// A worker that neither works nor dies, then goes on and finds that its leases are gone.
async fn a_worker_stops(deployment: &Deployment, prometheus: &Prometheus) {
    // Two may be tried once only, two more often, and so on: the broker gives the two workers one after the other.
    let hold = |attempts| json!({"task": "ruche.sleep", "kwargs": {"milliseconds": 60_000}, "max_attempts": attempts});
    let holds: Vec<_> = (0..2 * SLOTS as usize + 4).map(|number| hold(1 + number / 2 % 2 * 2)).collect();
    deployment.api.batch(&holds, None).await.unwrap();
    let worker = &deployment.stack.workers[1];
    let address = &worker.address;
    let busy = format!(r#"sum(ruche_worker_slots_busy{{instance="{address}"}})"#);
    prometheus.until(&busy, PATIENCE, |busy| busy == f64::from(SLOTS)).await;
    signal(worker.pid(), "STOP");
    fires(prometheus, "TargetDown").await;
    fires(prometheus, "WorkerHeartbeatStale").await;
    // What it held runs elsewhere, or has failed.
    let ended = "sum(ruche_tasks_rescued_total) + sum(ruche_tasks_dead_lettered_total{by=\"server\"})";
    prometheus.until(ended, PATIENCE, |ended| ended == f64::from(SLOTS)).await;
    prometheus
        .until("sum(ruche_tasks_dead_lettered_total{by=\"server\", task=\"ruche.sleep\"})", PATIENCE, |lost| lost > 0.0)
        .await;
    prometheus.until("sum(ruche_tasks_rescued_total)", PATIENCE, |rescued| rescued > 0.0).await;
    signal(worker.pid(), "CONT");
    let sleeping = json!({"action": "cancel", "filter": {"task": "ruche.sleep"}});
    deployment.api.post("/api/v1/operations", &sleeping, &[]).await.unwrap();
}

fn signal(pid: u32, name: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap();
    assert!(status.success(), "couldn't send {name} to {pid}");
}

async fn the_broker_goes_and_comes_back(deployment: &mut Deployment, prometheus: &Prometheus) {
    let rabbit = &mut deployment.stack.services.as_mut().unwrap().rabbit;
    rabbit.kill9();
    fires(prometheus, "BrokerDisconnected").await;
    fires(prometheus, "OutboxStuck").await;
    let rabbit = &mut deployment.stack.services.as_mut().unwrap().rabbit;
    tokio::task::block_in_place(|| rabbit.restart()).unwrap();
    prometheus.until("min(ruche_broker_connected)", PATIENCE, |connected| connected == 1.0).await;
    prometheus.until("min(up)", PATIENCE, |up| up == 1.0).await;
}

async fn fires(prometheus: &Prometheus, alert: &str) {
    let start = Instant::now();
    while !prometheus.firing().await.iter().any(|firing| firing == alert) {
        assert!(start.elapsed() < PATIENCE, "{alert} does not fire; {:?} do", prometheus.firing().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Takes away what still waits, and sees the alerts go.
pub async fn see_alerts_clear(deployment: &Deployment, prometheus: &Prometheus) {
    let waiting = json!({"action": "cancel", "filter": {"queue": "nobody"}});
    deployment.api.post("/api/v1/operations", &waiting, &[]).await.unwrap();
    let start = Instant::now();
    loop {
        let firing = prometheus.firing().await;
        let left: Vec<_> = firing.iter().filter(|alert| MENDED.contains(&alert.as_str())).collect();
        if left.is_empty() {
            assert!(firing.iter().any(|alert| alert == "Watchdog"), "alerting itself still works");
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{left:?} do not clear");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
