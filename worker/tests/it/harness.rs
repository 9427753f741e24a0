//! An engine with everything around it.

use std::{sync::Arc, time::Duration};

use prometheus::TextEncoder;
use ruche_broker::{SharedBroker, TaskMessage};
use ruche_domain::{
    Clock, NewTask, Priority, QueueName, RawJson, SystemClock, TaskId, TaskName, TaskOptions, TaskState, Timestamp, WorkerName,
};
use ruche_store::{Browse, Enqueue, EnqueueRequest, Handover, LogView, Maintain, SharedStore, Store, TaskView};
use ruche_store_sqlite::SqliteStore;
use ruche_worker::{Engine, EngineOptions, Registry};
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    broker::{TestBroker, TestConnection},
    flaky::FlakyStore,
    tasks::{self, Shared},
};

/// Longest wait for anything: generous, as a loaded machine is slow; reached only by a failing test.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A store and a broker, with or without engines.
pub struct World {
    directory: TempDir,
    pub store: Arc<FlakyStore>,
    pub broker: Arc<TestBroker>,
    pub clock: Arc<dyn Clock>,
    pub shared: Shared,
    pub metrics: prometheus::Registry,
}

impl World {
    pub async fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock)).await
    }

    pub async fn with_clock(clock: Arc<dyn Clock>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        SqliteStore::migrate(&directory.path().join("ruche.db")).await.unwrap();
        let store = Arc::new(FlakyStore::new(open(&directory).await));
        Self { directory, store, broker: Arc::default(), clock, shared: Shared::new(), metrics: prometheus::Registry::new() }
    }

    /// Starts an engine with short periods.
    pub fn start(&self) -> Engine {
        self.start_with(|options| options)
    }

    pub fn start_with(&self, change: impl FnOnce(EngineOptions) -> EngineOptions) -> Engine {
        let options = EngineOptions {
            concurrency: 8,
            drain: Duration::from_millis(100),
            cancel_grace: Duration::from_millis(100),
            ..EngineOptions::new(WorkerName::new("ruche@test").unwrap(), vec![QueueName::default_queue()])
        };
        self.start_named(change(options), &self.metrics)
    }

    pub fn start_named(&self, options: EngineOptions, metrics: &prometheus::Registry) -> Engine {
        self.start_registry(options, tasks::registry(&self.shared), metrics)
    }

    pub fn start_registry(&self, options: EngineOptions, registry: Registry, metrics: &prometheus::Registry) -> Engine {
        let store: SharedStore = Arc::clone(&self.store) as SharedStore;
        let broker: SharedBroker = Arc::new(TestConnection(Arc::clone(&self.broker)));
        Engine::start(options, registry, store, broker, Arc::clone(&self.clock), metrics).unwrap()
    }

    /// Another process's store on the same database, with a feed of its own.
    pub async fn elsewhere(&self) -> SqliteStore {
        open(&self.directory).await
    }

    /// A task as an API would make it.
    pub fn task(&self, name: &str, kwargs: &str) -> NewTask {
        let definitions = tasks::registry(&self.shared).definitions();
        let definition = definitions.iter().find(|definition| definition.name.as_str() == name);
        NewTask {
            id: self.clock.new_task_id(),
            name: TaskName::new(name).unwrap(),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            args: RawJson::empty_array(),
            kwargs: RawJson::parse(kwargs).unwrap(),
            max_attempts: definition.map_or(3, |definition| definition.retry.max_attempts()),
            created_at: self.clock.now(),
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        }
    }

    /// Accepts a task without publishing it.
    pub async fn accept(&self, task: &NewTask) {
        let request = EnqueueRequest { tasks: vec![task.clone()], idempotency: None };
        self.store.enqueue(&[request], self.clock.now()).await.unwrap();
    }

    /// Accepts and publishes a task.
    pub async fn enqueue_task(&self, task: NewTask) -> TaskId {
        self.accept(&task).await;
        let id = task.id;
        self.broker.put(Ok(TaskMessage::native(task)));
        id
    }

    pub async fn enqueue(&self, name: &str, kwargs: &str) -> TaskId {
        self.enqueue_task(self.task(name, kwargs)).await
    }

    pub async fn view(&self, id: TaskId) -> TaskView {
        self.store.task(id).await.unwrap().expect("the task is known")
    }

    /// Waits until the task is in the state.
    pub async fn reach(&self, id: TaskId, state: TaskState) -> TaskView {
        self.until(id, &format!("{state}"), |view| view.summary.state == state).await
    }

    /// Waits until the task is as wanted; looks whenever the feed tells of a change.
    pub async fn until(&self, id: TaskId, what: &str, wanted: impl Fn(&TaskView) -> bool) -> TaskView {
        let mut feed = self.store.feed().subscribe();
        let seen = async {
            loop {
                if let Some(view) = self.store.task(id).await.unwrap().filter(&wanted) {
                    return view;
                }
                assert_ne!(feed.recv().await, Err(RecvError::Closed));
            }
        };
        match tokio::time::timeout(DEADLINE, seen).await {
            Ok(view) => view,
            Err(_) => panic!("{id} was never {what}: {:?}", self.store.task(id).await),
        }
    }

    /// Does the scheduler's work until the task is queued, or beyond.
    pub async fn release(&self, id: TaskId) {
        self.poll("due", async || {
            let due = self.store.release_due(self.clock.now(), 100).await.unwrap();
            // Its next attempt may have failed, and it may wait again, before anybody looks.
            let released = due.tasks.iter().any(|task| task.id == id);
            self.publish(due);
            released || !matches!(self.view(id).await.summary.state, TaskState::Retrying | TaskState::Scheduled)
        })
        .await;
    }

    /// Does the rescuer's work as of `now`; the tasks that were rescued.
    pub async fn rescue(&self, now: Timestamp) -> Vec<TaskId> {
        let rescued = self.store.rescue_lost(now, 100).await.unwrap().again;
        let ids = rescued.tasks.iter().map(|task| task.id).collect();
        self.publish(rescued);
        ids
    }

    /// Publishes what a server would.
    pub fn publish(&self, handover: Handover) {
        handover.tasks.into_iter().for_each(|task| self.broker.put(Ok(TaskMessage::native(task))));
    }

    /// Asks again and again, for what nobody announces.
    pub async fn poll(&self, what: &str, mut wanted: impl AsyncFnMut() -> bool) {
        let seen = async {
            while !wanted().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(tokio::time::timeout(DEADLINE, seen).await.is_ok(), "never {what}");
    }

    pub async fn logs(&self, id: TaskId) -> Vec<LogView> {
        self.store.logs(id, 0, 20_000).await.unwrap()
    }

    /// Rows of artifacts, whatever their state.
    pub async fn artifact_rows(&self) -> usize {
        let url = format!("sqlite:{}", self.directory.path().join("ruche.db").display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let rows: u32 = sqlx::query_scalar("SELECT count(*) FROM artifacts").fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows as usize
    }

    /// Whether the metrics have this line.
    pub fn counted(&self, line: &str) -> bool {
        let text = TextEncoder::new().encode_to_string(&self.metrics.gather()).unwrap();
        text.lines().any(|one| one == line)
    }
}

async fn open(directory: &TempDir) -> SqliteStore {
    SqliteStore::open(&directory.path().join("ruche.db")).await.unwrap()
}

/// The kind of a task's failure.
pub fn kind(view: &TaskView) -> &str {
    view.summary.failure.as_ref().map_or("none", |failure| &failure.kind)
}
