//! TEMPORARY cost measurement
use std::{sync::{Arc, atomic::{AtomicUsize, Ordering}}, time::{Duration, Instant}};
use async_trait::async_trait;
use ruche_broker::{*, in_process::InProcessBroker};
use ruche_domain::*;
use ruche_store::*;
use ruche_worker::{Engine, EngineOptions, Registry, tasks::Noop};

struct Null { feed: ChangeFeed, done: AtomicUsize, batches: AtomicUsize }
fn task(clock: &SystemClock) -> NewTask {
    NewTask { id: clock.new_task_id(), name: TaskName::new("ruche.noop").unwrap(), queue: QueueName::default_queue(), priority: Priority::default(), args: RawJson::empty_array(), kwargs: RawJson::empty_object(), max_attempts: 3, created_at: clock.now(), eta: None, expires_at: None, options: TaskOptions::default() }
}
#[async_trait] impl Store for Null { fn feed(&self) -> &ChangeFeed { &self.feed } async fn ping(&self) -> Result<(), StoreError> { Ok(()) } async fn close(&self) {} }
#[async_trait] impl Lease for Null {
    async fn claim(&self, _: &WorkerName, r: Vec<ClaimRequest>, now: Timestamp, _: Timestamp) -> Result<Vec<Claimed>, StoreError> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.batches.fetch_add(1, Ordering::Relaxed);
        let (name, queue) = (TaskName::new("ruche.noop").unwrap(), QueueName::default_queue());
        Ok(r.into_iter().map(|r| Claimed { task: NewTask { id: r.id, name: name.clone(), queue: queue.clone(), priority: Priority::default(), args: RawJson::empty_array(), kwargs: RawJson::empty_object(), max_attempts: 3, created_at: now, eta: None, expires_at: None, options: TaskOptions::default() }, attempt: 1, attempts_used: 1, queued_at: now }).collect())
    }
    async fn renew(&self, _: &WorkerName, a: &[AttemptRef], _: Timestamp) -> Result<Vec<Renewal>, StoreError> { Ok(vec![Renewal::Renewed; a.len()]) }
    async fn finish(&self, f: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> { tokio::time::sleep(Duration::from_millis(1)).await; self.done.fetch_add(f.len(), Ordering::Relaxed); Ok(vec![true; f.len()]) }
    async fn record_progress(&self, _: &[AttemptProgress], _: Timestamp) -> Result<(), StoreError> { Ok(()) }
    async fn append_logs(&self, _: &[AttemptLog]) -> Result<(), StoreError> { Ok(()) }
}
#[async_trait] impl Workers for Null { async fn heartbeat(&self, _: &WorkerHeartbeat, _: Timestamp) -> Result<(), StoreError> { Ok(()) } async fn sign_off(&self, _: &WorkerName) -> Result<(), StoreError> { Ok(()) } async fn workers(&self, _: Timestamp) -> Result<Vec<WorkerView>, StoreError> { Ok(vec![]) } }
#[async_trait] impl Definitions for Null { async fn register(&self, _: &[TaskDefinition], _: Timestamp) -> Result<(), StoreError> { Ok(()) } async fn definitions(&self) -> Result<Vec<TaskDefinition>, StoreError> { Ok(vec![]) } }
#[async_trait] impl Enqueue for Null { async fn enqueue(&self, _: &[EnqueueRequest], _: Timestamp) -> Result<InsertedBatch, StoreError> { todo!() } async fn confirm_published(&self, _: &[OutboxId]) -> Result<(), StoreError> { todo!() } }
#[async_trait] impl Control for Null { async fn cancel(&self, _: TaskId, _: Timestamp) -> Result<CancelAnswer, StoreError> { todo!() } async fn retry(&self, _: TaskId, _: Timestamp) -> Result<RetryAnswer, StoreError> { todo!() } }
#[async_trait] impl Maintain for Null {
    async fn take_unpublished(&self, _: Timestamp, _: Timestamp, _: u32) -> Result<Handover, StoreError> { todo!() }
    async fn queued_since(&self, _: &QueueName, _: Timestamp, _: u32) -> Result<Vec<NewTask>, StoreError> { todo!() }
    async fn waiting_queues(&self) -> Result<Vec<(QueueName, Timestamp)>, StoreError> { todo!() }
    async fn release_due(&self, _: Timestamp, _: u32) -> Result<Handover, StoreError> { todo!() }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> { todo!() }
    async fn expire_overdue(&self, _: Timestamp, _: u32) -> Result<u64, StoreError> { todo!() }
    async fn rescue_lost(&self, _: Timestamp, _: u32) -> Result<Handover, StoreError> { todo!() }
    async fn prune(&self, _: &Retention, _: Timestamp, _: u32) -> Result<u64, StoreError> { todo!() }
}
#[async_trait] impl Browse for Null {
    async fn tasks(&self, _: &TaskFilter, _: Option<Cursor>, _: u32) -> Result<Page<TaskSummary>, StoreError> { todo!() }
    async fn task(&self, _: TaskId) -> Result<Option<TaskView>, StoreError> { todo!() }
    async fn states(&self, _: &[TaskId]) -> Result<Vec<(TaskId, TaskState)>, StoreError> { todo!() }
    async fn attempts(&self, _: TaskId) -> Result<Vec<AttemptView>, StoreError> { todo!() }
    async fn logs(&self, _: TaskId, _: i64, _: u32) -> Result<Vec<LogView>, StoreError> { todo!() }
    async fn queues(&self) -> Result<Vec<QueueView>, StoreError> { todo!() }
    async fn counts(&self, _: u32) -> Result<Vec<CountedState>, StoreError> { todo!() }
    async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> { todo!() }
}
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cost() {
    const N: usize = 300_000;
    let store = Arc::new(Null { feed: ChangeFeed::local(), done: AtomicUsize::new(0), batches: AtomicUsize::new(0) });
    let broker = Arc::new(InProcessBroker::new(N + 1));
    let clock = SystemClock;
    let messages: Vec<_> = (0..N).map(|_| TaskMessage::native(task(&clock))).collect();
    broker.publish(&messages).await;
    drop(messages);
    let (c0, t0) = (cpu(), Instant::now());
    let options = EngineOptions::new(WorkerName::new("a@b").unwrap(), vec![QueueName::default_queue()]);
    let engine = Engine::start(options, Registry::new().task::<Noop>().unwrap(), store.clone(), broker.clone(), Arc::new(clock), &prometheus::Registry::new()).unwrap();
    while store.done.load(Ordering::Relaxed) < N { tokio::time::sleep(Duration::from_millis(2)).await; }
    let (c1, t1) = (cpu(), t0.elapsed());
    println!("COST {:.2} us cpu/task, {:.0} tasks/s, {:.1} per claim", (c1 - c0) * 1e6 / N as f64, N as f64 / t1.as_secs_f64(), N as f64 / store.batches.load(Ordering::Relaxed) as f64);
    engine.drain().await;
}
