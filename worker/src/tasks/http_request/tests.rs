//! Hostile URLs, name servers and HTTP servers, on this machine's loopback addresses.

mod addresses;
mod answers;
mod redirects;
mod requests;
pub(in crate::tasks) mod server;
mod tls;

use std::{
    collections::VecDeque,
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use futures::future::BoxFuture;
use ruche_domain::RetryDecision;
use serde_json::{Value, json};

use super::{resolve::Lookup, *};
use crate::TestContext;

/// A worker that may reach 127.0.0.1 and public addresses.
fn worker() -> TestContext {
    configured(json!({"allowed_networks": ["127.0.0.1"]}))
}

fn configured(config: Value) -> TestContext {
    TaskContext::for_tests().with(Client::new(serde_json::from_value(config).unwrap()).unwrap())
}

/// A worker like [`worker`] whose name server gives these answers, one after the other, the last one for ever.
fn worker_with_names(answers: &[&[&str]]) -> (TestContext, Arc<Names>) {
    let answers = answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect()).collect();
    let names = Arc::new(Names { answers: Mutex::new(answers), asked: Mutex::default() });
    let config = serde_json::from_value(json!({"allowed_networks": ["127.0.0.1"]})).unwrap();
    (TaskContext::for_tests().with(Client::with_lookup(config, names.clone()).unwrap()), names)
}

struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.lock().unwrap().push(name);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

async fn run(test: &TestContext, arguments: Value) -> Result<HttpResponse, TaskError> {
    serde_json::from_value::<HttpRequest>(arguments).unwrap().run(test).await
}

/// Runs a request that has to fail, and gives the kind of failure and whether it is tried again.
async fn fails(test: &TestContext, arguments: Value) -> (String, RetryDecision) {
    let error = run(test, arguments).await.unwrap_err();
    (error.failure.kind, error.decision)
}

fn for_good(kind: &str) -> (String, RetryDecision) {
    (kind.to_owned(), RetryDecision::Never)
}

fn retried(kind: &str) -> (String, RetryDecision) {
    (kind.to_owned(), RetryDecision::Backoff)
}
