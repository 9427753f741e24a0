//! Retention.

use std::time::Duration;

use ruche_domain::{AttemptOutcome, LogLevel, LogLine, TaskState};

use super::{Subject, registry::heartbeat, subject::*};
use crate::{AttemptLog, EnqueueAnswer, EnqueueRequest, IdempotencyKey, Retention};

const RETENTION: Retention = Retention {
    succeeded: Duration::from_secs(100),
    failed: Duration::from_secs(300),
    other: Duration::from_secs(200),
    idempotency_keys: Duration::from_secs(100),
};

async fn prune(s: &Subject, limit: u32) -> u64 {
    s.store.prune(&RETENTION, s.now(), limit).await.expect("prune")
}

async fn is_kept(s: &Subject, id: ruche_domain::TaskId) -> bool {
    s.store.task(id).await.expect("task").is_some()
}

pub async fn each_end_has_its_own_retention(s: &Subject) {
    let succeeded = s.ended(succeeded()).await.task.id;
    let failed = s.ended(failed()).await.task.id;
    let cancelled = s.ended(AttemptOutcome::Cancelled).await.task.id;
    let at = s.now();
    let expired = s.queued_as(|t| t.expires_at = Some(at)).await.id;
    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 1);

    s.advance(99);
    assert_eq!(prune(s, MANY).await, 0);
    s.advance(2);
    assert_eq!(prune(s, MANY).await, 1);
    assert!(!is_kept(s, succeeded).await && is_kept(s, cancelled).await);
    s.advance(100);
    assert_eq!(prune(s, MANY).await, 2);
    assert!(!is_kept(s, cancelled).await && !is_kept(s, expired).await && is_kept(s, failed).await);
    s.advance(100);
    assert_eq!(prune(s, MANY).await, 1);
    assert!(!is_kept(s, failed).await);
}

pub async fn live_tasks_are_kept_for_ever(s: &Subject) {
    let eta = s.in_seconds(1_000_000_000);
    let scheduled = s.queued_as(|t| t.eta = Some(eta)).await.id;
    let retried = s.ended(retrying(eta)).await.task.id;
    let queued = s.queued().await.id;
    let running = s.running().await.task.id;
    s.advance(900_000_000);
    assert_eq!(prune(s, MANY).await, 0);
    for (id, state) in [
        (scheduled, TaskState::Scheduled),
        (retried, TaskState::Retrying),
        (queued, TaskState::Queued),
        (running, TaskState::Running),
    ] {
        assert_eq!(s.state(id).await, state);
    }
}

pub async fn retention_counts_from_the_end_not_from_the_start(s: &Subject) {
    let old = s.queued().await;
    s.advance(1_000);
    let claimed = s.claim_one(old.id).await.expect("claimed");
    assert!(s.finish(attempt(&claimed), succeeded()).await);
    s.advance(50);
    assert_eq!(prune(s, MANY).await, 0);
}

pub async fn attempts_and_logs_go_with_their_task(s: &Subject) {
    let first = s.running().await;
    let line = LogLine { at: s.now(), level: LogLevel::Info, message: "hello".into() };
    let log = AttemptLog { attempt: attempt(&first), lines: vec![line] };
    s.store.append_logs(&[log]).await.expect("logs");
    assert!(s.finish(attempt(&first), AttemptOutcome::Released).await);
    let second = s.claim_one(first.task.id).await.expect("claimed");
    assert!(s.finish(attempt(&second), succeeded()).await);
    let kept = s.running().await;
    assert!(s.finish(attempt(&kept), AttemptOutcome::Released).await);

    s.advance(101);
    assert_eq!(prune(s, MANY).await, 1);
    assert!(s.store.attempts(first.task.id).await.expect("attempts").is_empty());
    assert!(s.store.logs(first.task.id, 0, MANY).await.expect("logs").is_empty());
    assert_eq!(s.store.attempts(kept.task.id).await.expect("attempts").len(), 1, "of others they stay");

    // The id is free again, and nothing of its past life shows up.
    let mut reborn = s.task();
    reborn.id = first.task.id;
    s.insert(vec![reborn]).await;
    assert!(s.store.attempts(first.task.id).await.expect("attempts").is_empty());
    assert!(s.store.logs(first.task.id, 0, MANY).await.expect("logs").is_empty());
}

pub async fn the_limit_is_kept(s: &Subject) {
    for _ in 0..3 {
        s.ended(succeeded()).await;
        s.ended(failed()).await;
    }
    s.advance(1_000);
    for expected in [4, 2, 0] {
        assert_eq!(prune(s, 4).await, expected);
    }
}

pub async fn idempotency_keys_are_forgotten(s: &Subject) {
    let request = |s: &Subject| EnqueueRequest {
        tasks: s.tasks(1),
        idempotency: Some(IdempotencyKey { key: "k".into(), fingerprint: [1; 32] }),
    };
    s.store.enqueue(&[request(s)], s.now()).await.expect("enqueue");
    s.advance(99);
    prune(s, MANY).await;
    let batch = s.store.enqueue(&[request(s)], s.now()).await.expect("enqueue");
    assert!(matches!(batch.answers[0], EnqueueAnswer::Replayed(_)));
    s.advance(2);
    prune(s, MANY).await;
    let batch = s.store.enqueue(&[request(s)], s.now()).await.expect("enqueue");
    assert_eq!(batch.answers, [EnqueueAnswer::Created]);
}

pub async fn workers_not_heard_of_for_a_day_are_removed(s: &Subject) {
    let start = s.now();
    s.store.heartbeat(&heartbeat(s, "ruche@gone"), s.now()).await.expect("heartbeat");
    s.advance(3_600);
    s.store.heartbeat(&heartbeat(s, "ruche@here"), s.now()).await.expect("heartbeat");
    s.advance(23 * 3_600 + 60);
    prune(s, MANY).await;
    let names: Vec<_> = s.store.workers(start).await.expect("workers").into_iter().map(|w| w.heartbeat.name).collect();
    assert_eq!(names, [worker_called("ruche@here")]);
}
