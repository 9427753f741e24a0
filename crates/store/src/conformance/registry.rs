//! Task definitions and workers.

use ruche_domain::{Priority, QueueName, RawJson, RetryPolicy, TaskDefinition};

use super::{Subject, subject::*};
use crate::WorkerHeartbeat;

pub fn definition(called: &str) -> TaskDefinition {
    TaskDefinition {
        name: name(called),
        description: "Does it.\n\nWith *care* and 'quotes' \u{1f41d}.".into(),
        arguments: RawJson::trusted(r#"{"type":"object","maximum":1e400,"properties":{"n":{"const":12345678901234567890123}}}"#),
        result: RawJson::trusted("true"),
        queue: queue("bulk"),
        priority: Priority::clamped(3),
        retry: RetryPolicy::NEVER,
        timeout: Some(std::time::Duration::from_millis(1_234)),
    }
}

pub fn heartbeat(s: &Subject, called: &str) -> WorkerHeartbeat {
    WorkerHeartbeat {
        name: worker_called(called),
        queues: vec![queue("b"), QueueName::default_queue()],
        tasks: vec![name("t.one"), name("t.two")],
        slots: 100,
        busy: 3,
        version: "1.2.3+'x'".into(),
        started_at: s.now(),
        draining: false,
    }
}

pub async fn definitions_are_read_back_by_name(s: &Subject) {
    assert!(s.store.definitions().await.expect("definitions").is_empty());
    let (b, a, c) = (definition("t.b"), definition("t.a"), definition("t.c"));
    s.store.register(&[b.clone(), a.clone()], s.now()).await.expect("register");
    s.store.register(std::slice::from_ref(&c), s.now()).await.expect("register");
    s.store.register(&[], s.now()).await.expect("register");
    assert_eq!(s.store.definitions().await.expect("definitions"), [a, b, c]);
}

pub async fn a_definition_replaces_the_one_of_its_name(s: &Subject) {
    s.store.register(&[definition("t.a"), definition("t.b")], s.now()).await.expect("register");
    let newer = TaskDefinition { description: "Other.".into(), timeout: None, ..definition("t.a") };
    s.store.register(std::slice::from_ref(&newer), s.advance(1)).await.expect("register");
    assert_eq!(s.store.definitions().await.expect("definitions"), [newer, definition("t.b")]);
}

pub async fn concurrent_registrations_all_succeed(s: &Subject) {
    let now = s.now();
    let racers: Vec<_> = (0..6)
        .map(|n| {
            let store = s.store.clone();
            let mut all = vec![definition("t.a"), definition("t.b"), definition("t.c")];
            if n % 2 == 1 {
                all.reverse();
            }
            tokio::spawn(async move {
                while let Err(error) = store.register(&all, now).await {
                    assert!(error.is_transient(), "{error}");
                }
            })
        })
        .collect();
    for racer in racers {
        racer.await.expect("no panic");
    }
    assert_eq!(s.store.definitions().await.expect("definitions").len(), 3);
}

pub async fn a_heartbeat_is_read_back(s: &Subject) {
    let told = heartbeat(s, "ruche@b");
    s.store.heartbeat(&told, s.advance(1)).await.expect("heartbeat");
    s.store.heartbeat(&heartbeat(s, "ruche@a"), s.now()).await.expect("heartbeat");
    let workers = s.store.workers(s.now()).await.expect("workers");
    assert_eq!(workers.iter().map(|w| w.heartbeat.name.as_str()).collect::<Vec<_>>(), ["ruche@a", "ruche@b"]);
    assert_eq!(workers[1].seen_at, s.now());
    assert_eq!(format!("{:?}", workers[1].heartbeat), format!("{told:?}"));
}

pub async fn a_later_heartbeat_replaces_the_former(s: &Subject) {
    s.store.heartbeat(&heartbeat(s, "ruche@a"), s.now()).await.expect("heartbeat");
    let later = WorkerHeartbeat { busy: 9, draining: true, queues: Vec::new(), ..heartbeat(s, "ruche@a") };
    s.store.heartbeat(&later, s.advance(10)).await.expect("heartbeat");
    let workers = s.store.workers(s.now()).await.expect("workers");
    assert_eq!(workers.len(), 1);
    assert_eq!(format!("{:?}", workers[0].heartbeat), format!("{later:?}"));
}

pub async fn only_workers_heard_of_lately_are_listed(s: &Subject) {
    s.store.heartbeat(&heartbeat(s, "ruche@a"), s.now()).await.expect("heartbeat");
    s.advance(60);
    assert_eq!(s.store.workers(s.in_seconds(-60)).await.expect("workers").len(), 1);
    assert!(s.store.workers(s.in_seconds(-59)).await.expect("workers").is_empty());
}

pub async fn a_worker_that_signs_off_is_gone(s: &Subject) {
    for called in ["ruche@a", "ruche@b"] {
        s.store.heartbeat(&heartbeat(s, called), s.now()).await.expect("heartbeat");
    }
    s.store.sign_off(&worker_called("ruche@a")).await.expect("sign off");
    s.store.sign_off(&worker_called("ruche@a")).await.expect("again does no harm");
    let workers = s.store.workers(s.now()).await.expect("workers");
    assert_eq!(workers.iter().map(|w| w.heartbeat.name.as_str()).collect::<Vec<_>>(), ["ruche@b"]);
}
