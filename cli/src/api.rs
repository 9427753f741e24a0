//! The client of Ruche's public API.

mod access;
mod artifacts;
mod bulk;
mod error;
mod events;
pub mod pages;
mod schedules;
mod task_limits;
mod webhooks;
mod workflows;

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, header};
use ruche_api::{
    AttemptList, DefinitionList, EnqueueTask, LogPage, Problem, Queue, QueueChange, QueueLimits, QueueList, Stats, Task,
    TaskPage, TaskResult, WorkerList,
};
use ruche_bootstrap::{ExitCode, Failure, OrExit, config::Secret};
use ruche_domain::{QueueName, TaskId};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

pub use error::ApiError;
pub use events::{Event, Events};

use crate::args::{ServerArgs, operations::WhichArgs};

/// Longest wait for an answer that the server need not wait for itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longest the server is asked to wait with one answer.
const LONGEST_WAIT: u64 = 20;

/// A server's API.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: Option<Secret>,
}

impl Client {
    /// A client for the server that the command line or the environment names.
    ///
    /// # Errors
    /// When the key's file cannot be read, or the address is none of HTTP.
    pub fn new(args: &ServerArgs) -> Result<Self, Failure> {
        ruche_bootstrap::install_tls();
        let mut base = args.server.clone();
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(Failure::message(ExitCode::Usage, "--server: expected http://host:port or https://host"));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("ruche/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_secs(5))
                .redirect(reqwest::redirect::Policy::none())
        };
        // A machine without any certificate authority (a bare container) can still speak plain HTTP.
        let http = builder().build().or_else(|_| builder().tls_certs_only([]).build()).or_exit(ExitCode::Failure)?;
        Ok(Self { http, base, key: key(args)? })
    }

    /// Where the API is, without credentials.
    #[must_use]
    pub fn address(&self) -> String {
        error::shown(&self.base)
    }

    /// Enqueues a task; a repetition with the same key answers with the first one's task.
    ///
    /// # Errors
    /// When it was not accepted.
    pub async fn enqueue(&self, task: &EnqueueTask, idempotency_key: Option<&str>) -> Result<Task, ApiError> {
        let mut request = self.request(Method::POST, "api/v1/tasks").json(task);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        self.read(request.timeout(PATIENCE)).await
    }

    /// One task.
    ///
    /// # Errors
    /// When there is no such task, among others.
    pub async fn task(&self, id: TaskId) -> Result<Task, ApiError> {
        self.get(&format!("api/v1/tasks/{id}")).await
    }

    /// A page of tasks, newest first.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn tasks(&self, which: &WhichArgs, limit: u32, cursor: Option<&str>) -> Result<TaskPage, ApiError> {
        let mut query: Vec<(&str, String)> = vec![("limit", limit.to_string())];
        let mut add = |name, value: Option<String>| query.extend(value.map(|value| (name, value)));
        add("state", which.state.map(|state| state.to_string()));
        add("task", which.name.as_ref().map(ToString::to_string));
        add("queue", which.queue.as_ref().map(ToString::to_string));
        add("worker", which.worker.as_ref().map(ToString::to_string));
        add("created_from", which.from.map(|at| at.to_rfc3339()));
        add("created_before", which.before.map(|at| at.to_rfc3339()));
        add("fingerprint", which.fingerprint.as_ref().map(ToString::to_string));
        add("cursor", cursor.map(ToOwned::to_owned));
        let mut url = self.url("api/v1/tasks");
        url.query_pairs_mut().extend_pairs(query);
        self.read(self.request_url(Method::GET, url).timeout(PATIENCE)).await
    }

    /// A task's attempts.
    ///
    /// # Errors
    /// When there is no such task, among others.
    pub async fn attempts(&self, id: TaskId) -> Result<AttemptList, ApiError> {
        self.get(&format!("api/v1/tasks/{id}/attempts")).await
    }

    /// Log lines of a task after `after`.
    ///
    /// # Errors
    /// When there is no such task, among others.
    pub async fn logs(&self, id: TaskId, after: i64) -> Result<LogPage, ApiError> {
        self.get(&format!("api/v1/tasks/{id}/logs?after={after}&limit=200")).await
    }

    /// How a task ended; waits up to `wait` for it to end.
    ///
    /// # Errors
    /// When there is no such task, among others.
    pub async fn result(&self, id: TaskId, wait: Duration) -> Result<TaskResult, ApiError> {
        let seconds = wait.as_secs().min(LONGEST_WAIT);
        let request = self.request(Method::GET, &format!("api/v1/tasks/{id}/result")).timeout(PATIENCE);
        self.read(request.header("prefer", format!("wait={seconds}"))).await
    }

    /// Cancels a task.
    ///
    /// # Errors
    /// When it has ended already, among others.
    pub async fn cancel(&self, id: TaskId) -> Result<Task, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/tasks/{id}/cancel")).timeout(PATIENCE)).await
    }

    /// Queues an ended task again.
    ///
    /// # Errors
    /// When it has not ended, among others.
    pub async fn retry(&self, id: TaskId) -> Result<Task, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/tasks/{id}/retry")).timeout(PATIENCE)).await
    }

    /// The queues.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn queues(&self) -> Result<QueueList, ApiError> {
        self.get("api/v1/queues").await
    }

    /// One queue.
    ///
    /// # Errors
    /// When there is no such queue, among others.
    pub async fn queue(&self, name: &QueueName) -> Result<Queue, ApiError> {
        self.get(&format!("api/v1/queues/{name}")).await
    }

    /// Pauses a queue.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn pause(&self, name: &QueueName) -> Result<Queue, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/queues/{name}/pause")).timeout(PATIENCE)).await
    }

    /// Resumes a queue.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn resume(&self, name: &QueueName) -> Result<Queue, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/queues/{name}/resume")).timeout(PATIENCE)).await
    }

    /// Replaces a queue's limits.
    ///
    /// # Errors
    /// When they are out of bounds, among others.
    pub async fn limit(&self, name: &QueueName, limits: QueueLimits) -> Result<Queue, ApiError> {
        let request = self.request(Method::PATCH, &format!("api/v1/queues/{name}")).json(&QueueChange { limits });
        self.read(request.timeout(PATIENCE)).await
    }

    /// The workers.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn workers(&self) -> Result<WorkerList, ApiError> {
        self.get("api/v1/workers").await
    }

    /// What can be enqueued.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn definitions(&self) -> Result<DefinitionList, ApiError> {
        self.get("api/v1/task-definitions").await
    }

    /// Numbers at a glance.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn stats(&self) -> Result<Stats, ApiError> {
        self.get("api/v1/stats").await
    }

    /// Asks a health check; `Ok` when it says yes.
    ///
    /// # Errors
    /// When it says no, or nothing.
    pub async fn probe(&self, path: &str) -> Result<(), ApiError> {
        self.send(self.request(Method::GET, path).timeout(Duration::from_secs(5))).await.map(drop)
    }

    /// Opens the stream of live events, of one task or all, from after the event with this id.
    pub(crate) async fn open_events(&self, task: Option<TaskId>, last: Option<&str>) -> Result<Response, ApiError> {
        let path = task.map_or_else(|| "api/v1/events".to_owned(), |id| format!("api/v1/events?id={id}"));
        let request = self.request(Method::GET, &path).header(header::ACCEPT, "text/event-stream");
        let request = match last {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        self.send(request).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.read(self.request(Method::GET, path).timeout(PATIENCE)).await
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ApiError> {
        let response = self.send(request).await?;
        response.json().await.map_err(|error| ApiError::of_transport(&self.base, error))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ApiError> {
        let response = request.send().await.map_err(|error| ApiError::of_transport(&self.base, error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem = response.json::<Problem>().await.ok();
        Err(ApiError::Refused { server: self.address(), status, problem: problem.map(Box::new) })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_url(method, self.url(path))
    }

    fn request_url(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url);
        match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("paths of the API are valid, and the base ends with a slash")
    }
}

fn key(args: &ServerArgs) -> Result<Option<Secret>, Failure> {
    if let Some(path) = &args.api_key_file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(ExitCode::Config, error).context(format!("couldn't read the API key in {}", path.display()))
        })?;
        return Ok(Some(Secret::new(text.trim())));
    }
    // Not a flag: those show in the list of processes.
    Ok(std::env::var("RUCHE_API_KEY").ok().filter(|key| !key.is_empty()).map(Secret::new))
}

/// Turns an answer into JSON that keeps what this program does not know.
pub(crate) fn as_json(value: &impl Serialize) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::to_value(value)?)
}
