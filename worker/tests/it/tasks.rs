//! Tasks to test with.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ruche_domain::{LogLevel, RetryPolicy};
use ruche_worker::{Registry, Task, TaskContext, TaskDefaults, TaskError};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;

/// What the tasks share with their test.
#[derive(Clone)]
pub struct Shared {
    /// What ran, in order.
    pub ran: Arc<Mutex<Vec<String>>>,
    /// Lets gated tasks through, one per permit.
    pub gate: Arc<Semaphore>,
    /// Gated tasks that arrived at the gate.
    pub arrived: Arc<Semaphore>,
    /// Attempts of [`Fail`] so far.
    pub failures: Arc<AtomicU32>,
}

impl Shared {
    pub fn new() -> Self {
        let closed = || Arc::new(Semaphore::new(0));
        Self { ran: Arc::default(), gate: closed(), arrived: closed(), failures: Arc::default() }
    }

    /// Waits until `count` more gated tasks have arrived.
    pub async fn arrivals(&self, count: u32) {
        let arrived = tokio::time::timeout(crate::harness::DEADLINE, self.arrived.acquire_many(count)).await;
        arrived.expect("the tasks never arrived").unwrap().forget();
    }

    pub fn open(&self, count: usize) {
        self.gate.add_permits(count);
    }

    pub fn ran(&self) -> Vec<String> {
        self.ran.lock().unwrap().clone()
    }
}

pub fn registry(shared: &Shared) -> Registry {
    Registry::new()
        .task::<Add>()
        .and_then(Registry::task::<Fail>)
        .and_then(Registry::task::<Gated>)
        .and_then(Registry::task::<Stubborn>)
        .and_then(Registry::task::<Polite>)
        .and_then(Registry::task::<Panics>)
        .and_then(Registry::task::<Large>)
        .and_then(Registry::task::<Chatty>)
        .unwrap()
        .with(shared.clone())
}

/// Retries at once, so that tests need not wait.
fn quickly(attempts: u32) -> TaskDefaults {
    let wait = Duration::from_millis(10);
    TaskDefaults { retry: RetryPolicy::new(attempts, wait, wait, 1.0, 0.5).unwrap(), ..TaskDefaults::default() }
}

/// Adds.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Add {
    a: i64,
    b: i64,
}

impl Task for Add {
    const NAME: &'static str = "add";
    type Output = i64;

    async fn run(self, context: &TaskContext) -> Result<i64, TaskError> {
        context.resource::<Shared>().ran.lock().unwrap().push(context.id().to_string());
        Ok(self.a + self.b)
    }
}

/// Fails so many times.
#[derive(Deserialize, JsonSchema)]
pub struct Fail {
    times: u32,
}

impl Task for Fail {
    const NAME: &'static str = "fail";
    type Output = u32;

    fn defaults() -> TaskDefaults {
        quickly(3)
    }

    async fn run(self, context: &TaskContext) -> Result<u32, TaskError> {
        if context.resource::<Shared>().failures.fetch_add(1, Ordering::SeqCst) < self.times {
            return Err(TaskError::retry("not yet").kind("unlucky"));
        }
        Ok(context.attempt())
    }
}

/// Waits at the gate.
#[derive(Deserialize, JsonSchema)]
pub struct Gated {
    name: String,
}

impl Task for Gated {
    const NAME: &'static str = "gated";
    type Output = ();

    async fn run(self, context: &TaskContext) -> Result<(), TaskError> {
        let shared = context.resource::<Shared>();
        shared.ran.lock().unwrap().push(self.name);
        shared.arrived.add_permits(1);
        shared.gate.acquire().await.unwrap().forget();
        Ok(())
    }
}

/// Never ends, whoever asks.
#[derive(Deserialize, JsonSchema)]
pub struct Stubborn {}

impl Task for Stubborn {
    const NAME: &'static str = "stubborn";
    type Output = ();

    fn defaults() -> TaskDefaults {
        quickly(2)
    }

    async fn run(self, context: &TaskContext) -> Result<(), TaskError> {
        context.resource::<Shared>().arrived.add_permits(1);
        std::future::pending().await
    }
}

/// Ends when asked: with an error, or with a result.
#[derive(Deserialize, JsonSchema)]
pub struct Polite {
    succeed: bool,
}

impl Task for Polite {
    const NAME: &'static str = "polite";
    type Output = String;

    async fn run(self, context: &TaskContext) -> Result<String, TaskError> {
        context.resource::<Shared>().arrived.add_permits(1);
        context.cancelled().await;
        if self.succeed { Ok("done".to_owned()) } else { Err(TaskError::fail("stopped")) }
    }
}

/// Panics.
#[derive(Deserialize, JsonSchema)]
pub struct Panics {}

impl Task for Panics {
    const NAME: &'static str = "panics";
    type Output = ();

    fn defaults() -> TaskDefaults {
        quickly(1)
    }

    async fn run(self, context: &TaskContext) -> Result<(), TaskError> {
        panic!("the sky fell on attempt {}", context.attempt())
    }
}

/// Returns a long text.
#[derive(Deserialize, JsonSchema)]
pub struct Large {
    bytes: usize,
}

impl Task for Large {
    const NAME: &'static str = "large";
    type Output = String;

    async fn run(self, _context: &TaskContext) -> Result<String, TaskError> {
        Ok("x".repeat(self.bytes))
    }
}

/// Logs and reports progress, then waits at the gate if it is to.
#[derive(Deserialize, JsonSchema)]
pub struct Chatty {
    lines: u32,
    wait: bool,
}

impl Task for Chatty {
    const NAME: &'static str = "chatty";
    type Output = ();

    async fn run(self, context: &TaskContext) -> Result<(), TaskError> {
        for line in 1..=self.lines {
            context.log(LogLevel::Info, format!("line {line}"));
            context.progress(line.into(), Some(self.lines.into()), None);
        }
        if self.wait {
            let shared = context.resource::<Shared>();
            shared.arrived.add_permits(1);
            shared.gate.acquire().await.unwrap().forget();
        }
        Ok(())
    }
}
