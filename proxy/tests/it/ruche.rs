//! The Ruche behind the door.

use serde_json::{Value, json};

use crate::{
    door::{Behind, Door},
    program::Up,
    wire::{self, Answer},
};

/// The configured key.
pub const KEY: &str = "0123456789abcdef-behind-the-door";

/// Ruche, which believes proxies on this machine.
pub fn open() -> Up {
    with("")
}

/// The same, asking for [`KEY`].
pub fn locked() -> Up {
    with(&format!("api_key = '{KEY}'\n"))
}

fn with(more: &str) -> Up {
    let directory = tempfile::tempdir().unwrap();
    let settings = format!("[http]\ntrusted_proxies = ['127.0.0.0/8']\n{more}");
    std::fs::write(directory.path().join("ruche.toml"), settings).unwrap();
    Up::start_in(directory, &[])
}

/// The door in front of it, and nothing else.
pub fn door(ruche: &Up) -> Door {
    Door::open(&Behind::default().with("server", &ruche.server))
}

/// Enqueues through the door and gives the task's id.
pub fn enqueue(door: &Door, task: &Value) -> String {
    let answer = post(door, "/api/v1/tasks", &[], task);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// A task that sleeps.
pub fn sleep(milliseconds: u64) -> Value {
    json!({"task": "ruche.sleep", "kwargs": {"milliseconds": milliseconds}})
}

/// Posts JSON through the door.
pub fn post(door: &Door, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    wire::send(door.address, "POST", path, &headers, body.to_string().as_bytes())
}

/// Checks that an answer is a problem of this kind, told by nginx or by the server alike.
pub fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    let problem: ruche_api::Problem = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((problem.status, problem.code.as_str()), (status, code));
    assert_eq!(problem.kind, format!("/problems/{code}"));
    assert_eq!(problem.request_id, answer.header("x-request-id"));
}
