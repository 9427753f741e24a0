//! A whole application in a test.

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use poem::{
    http::{HeaderMap, Method, StatusCode},
    test::{TestClient, TestRequestBuilder, TestResponse},
};
use prometheus::Registry;
use ruche_artifacts::{Depot, Limits};
use ruche_broker::{SharedBroker, in_process::InProcessBroker};
use ruche_domain::{
    AttemptOutcome, Clock, ManualClock, Priority, QueueName, RawJson, RetryPolicy, TaskDefinition, TaskId, TaskName, WorkerName,
    artifact::completion::TaskAllowance,
};
use ruche_server::{App, ServerOptions, ServerState, enqueuer::Enqueuer, maintenance::Duties, publisher::Publisher};
use ruche_store::{AttemptRef, ClaimRequest, FinishedAttempt, Retention, SharedStore};
use ruche_store_sqlite::SqliteStore;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Small enough to be reached.
pub const LIMITS: Limits = Limits {
    bytes: 20 * 1024 * 1024,
    task: TaskAllowance { bytes: 30 * 1024 * 1024, artifacts: 10 },
    retention: Duration::from_secs(1_000),
};

pub const UNKNOWN_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub struct TestApp {
    pub client: TestClient<App>,
    pub store: SharedStore,
    pub broker: SharedBroker,
    pub clock: Arc<ManualClock>,
    pub shutdown: CancellationToken,
    pub artifacts: Depot,
}

/// What duties work with; nothing is ever old enough to be deleted.
pub fn duties(store: SharedStore, broker: SharedBroker, clock: Arc<dyn Clock>, registry: &Registry) -> Duties {
    let never = Duration::from_secs(1_000_000_000);
    Duties {
        publisher: Publisher::start(store.clone(), broker.clone(), registry).unwrap(),
        retention: Retention { succeeded: never, failed: never, other: never, idempotency_keys: never },
        audit_retention: never,
        accept_unregistered_tasks: false,
        artifacts: Depot::in_memory(store.clone(), clock.clone()),
        store,
        broker,
        clock,
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub async fn of(response: TestResponse) -> Self {
        let (status, headers) = (response.0.status(), response.0.headers().clone());
        let bytes = response.0.into_body().into_vec().await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Self { status, headers, body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// Checks that this is a well formed problem of this status and kind.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status.as_u16(), &self.body["code"]), (status, &json!(code)), "{:#}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["type"], format!("/problems/{code}"));
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        for key in ["title", "instance"] {
            assert!(self.body[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {:#}", self.body);
        }
        self
    }

    /// The pointers of a problem's errors.
    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect()
    }

    pub fn id(&self) -> TaskId {
        self.body["id"].as_str().unwrap_or_else(|| panic!("{:#}", self.body)).parse().unwrap()
    }
}

impl TestApp {
    /// What duties beside this application work with.
    pub fn duties(&self, registry: &Registry) -> Duties {
        let artifacts = self.artifacts.clone();
        Duties { artifacts, ..duties(self.store.clone(), self.broker.clone(), self.clock.clone(), registry) }
    }

    pub async fn start() -> Self {
        Self::with(ServerOptions::default()).await
    }

    pub async fn with(options: ServerOptions) -> Self {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let clock = Arc::new(ManualClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), 7));
        Self::over(options, store, clock).await
    }

    /// An application over a database that another one may have, too.
    pub async fn over(options: ServerOptions, store: SharedStore, clock: Arc<ManualClock>) -> Self {
        let broker: SharedBroker = Arc::new(InProcessBroker::default());
        store.register(&[http_request(), math_add()], clock.now()).await.unwrap();
        let registry = prometheus::Registry::new();
        let publisher = Publisher::start(store.clone(), broker.clone(), &registry).unwrap();
        let enqueuer = Enqueuer::start(store.clone(), publisher.clone(), clock.clone());
        let shutdown = CancellationToken::new();
        let artifacts = Depot::in_memory_within(LIMITS, store.clone(), clock.clone());
        let state = ServerState {
            artifacts: artifacts.clone(),
            store: store.clone(),
            broker: broker.clone(),
            clock: clock.clone(),
            enqueuer,
            publisher,
            registry,
            options,
            shutdown: shutdown.clone(),
        };
        Self { client: TestClient::new(App::new(state).unwrap()), store, broker, clock, shutdown, artifacts }
    }

    pub fn request(&self, method: Method, path: &str) -> TestRequestBuilder<'_, App> {
        self.client.request(method, path)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.client.get(path).send().await).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.client.post(path).body_json(body).send().await).await
    }

    pub async fn post_empty(&self, path: &str) -> Answer {
        Answer::of(self.client.post(path).send().await).await
    }

    /// Enqueues `math.add` and gives its id.
    pub async fn add(&self) -> TaskId {
        let answer = self.post("/api/v1/tasks", &json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
        answer.id()
    }

    /// Begins an attempt of a queued task, as a worker would.
    pub async fn claim(&self, id: TaskId) -> AttemptRef {
        let (now, worker) = (self.clock.now(), worker());
        let request = ClaimRequest { id, foreign: None };
        let claimed = self.store.claim(&worker, vec![request], now, now + Duration::from_secs(30)).await.unwrap();
        AttemptRef { id, attempt: claimed.first().expect("claimable").attempt }
    }

    /// Ends an attempt, as a worker would.
    pub async fn finish(&self, attempt: AttemptRef, outcome: AttemptOutcome) {
        let finished = FinishedAttempt { attempt, outcome, finished_at: self.clock.now(), of_workflow: false };
        assert_eq!(self.store.finish(&[finished]).await.unwrap(), [true]);
    }

    /// Runs a queued task to its good end.
    pub async fn succeed(&self, id: TaskId) {
        let attempt = self.claim(id).await;
        self.finish(attempt, AttemptOutcome::Succeeded { result: RawJson::parse("3").unwrap() }).await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub fn worker() -> WorkerName {
    WorkerName::new("ruche@test").unwrap()
}

fn definition(name: &str, arguments: &Value) -> TaskDefinition {
    TaskDefinition {
        name: TaskName::new(name).unwrap(),
        description: format!("Runs {name}.\n\nIn full."),
        arguments: RawJson::of(arguments).unwrap(),
        result: RawJson::of(&json!({})).unwrap(),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        retry: RetryPolicy::STANDARD,
        timeout: Some(Duration::from_secs(300)),
    }
}

fn http_request() -> TaskDefinition {
    definition(
        "http.request",
        &json!({
            "type": "object",
            "properties": {"url": {"type": "string", "format": "uri", "maxLength": 2000}, "method": {"enum": ["GET", "POST"]}},
            "required": ["url"],
            "additionalProperties": false,
        }),
    )
}

fn math_add() -> TaskDefinition {
    let mut definition = definition(
        "math.add",
        &json!({
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
            "additionalProperties": false,
            "x-positional": ["a", "b"],
        }),
    );
    definition.queue = QueueName::new("math").unwrap();
    definition
}

/// What a registry tells Prometheus.
pub fn metrics_of(registry: &prometheus::Registry) -> String {
    prometheus::TextEncoder::new().encode_to_string(&registry.gather()).expect("metrics are text")
}
