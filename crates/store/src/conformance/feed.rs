//! Notices of committed changes.

use std::collections::BTreeMap;

use ruche_domain::{AttemptOutcome, ChangeKind, Changes, LogLevel, LogLine, Progress, TaskId, TaskState};
use tokio::sync::broadcast::{Receiver, error::TryRecvError};

use super::{
    Subject,
    registry::{definition, heartbeat},
    subject::*,
};
use crate::{AttemptLog, AttemptProgress, ChangeFeed, EnqueueRequest, IdempotencyKey, WorkerHeartbeat};

/// What this process was told, all of it: its own announcements are there when the call returns.
fn told(feed: &mut Receiver<Changes>) -> Vec<Changes> {
    let mut all = Vec::new();
    loop {
        match feed.try_recv() {
            Ok(changes) => all.push(changes),
            Err(TryRecvError::Empty) => break all,
            Err(error) => panic!("{error}"),
        }
    }
}

fn kinds(feed: &mut Receiver<Changes>) -> Vec<(TaskId, u32, ChangeKind)> {
    let each = told(feed).into_iter().flat_map(|changes| match changes {
        Changes::Each(each) => each,
        other => panic!("expected single changes, got {other:?}"),
    });
    each.map(|c| (c.id, c.attempt, c.kind)).collect()
}

pub async fn the_way_of_a_task_is_told(s: &Subject) {
    let mut feed = s.store.feed().subscribe();
    let id = s.queued().await.id;
    assert_eq!(kinds(&mut feed), [(id, 0, ChangeKind::State(TaskState::Queued))]);
    let claimed = s.claim_one(id).await.expect("claimed");
    assert_eq!(kinds(&mut feed), [(id, 1, ChangeKind::State(TaskState::Running))]);

    let progress = Progress { current: 1, total: Some(2), message: None };
    s.store.record_progress(&[AttemptProgress { attempt: attempt(&claimed), progress }], s.now()).await.expect("progress");
    assert_eq!(kinds(&mut feed), [(id, 1, ChangeKind::Progress)]);
    let lines = vec![LogLine { at: s.now(), level: LogLevel::Info, message: "x".into() }];
    s.store.append_logs(&[AttemptLog { attempt: attempt(&claimed), lines }]).await.expect("logs");
    assert_eq!(kinds(&mut feed), [(id, 1, ChangeKind::Log)]);

    assert!(s.finish(attempt(&claimed), retrying(s.in_seconds(1))).await);
    assert_eq!(kinds(&mut feed), [(id, 1, ChangeKind::State(TaskState::Retrying))]);
    s.store.release_due(s.advance(1), MANY).await.expect("release");
    assert_eq!(kinds(&mut feed), [(id, 1, ChangeKind::State(TaskState::Queued))]);
    s.claim_one(id).await.expect("claimed");
    s.store.cancel(id, s.now()).await.expect("cancel");
    let expected = [(id, 2, ChangeKind::State(TaskState::Running)), (id, 2, ChangeKind::CancelRequested)];
    assert_eq!(kinds(&mut feed), expected);
    s.store.rescue_lost(s.advance(60), MANY).await.expect("rescue");
    assert_eq!(kinds(&mut feed), [(id, 2, ChangeKind::State(TaskState::Cancelled))]);
    s.store.retry(id, s.now()).await.expect("retry");
    assert_eq!(kinds(&mut feed), [(id, 2, ChangeKind::State(TaskState::Queued))]);
}

pub async fn a_change_names_its_task_and_queue(s: &Subject) {
    let mut feed = s.store.feed().subscribe();
    let (mail, bulk, eta) = (name("mail.send"), queue("bulk"), s.in_seconds(9));
    let ending = s
        .queued_as(|t| {
            t.name = mail.clone();
            t.queue = bulk.clone();
        })
        .await;
    let claimed = s.claim_one(ending.id).await.expect("claimed");
    assert!(s.finish(attempt(&claimed), succeeded()).await);
    s.queued_as(|t| {
        t.name = mail.clone();
        t.queue = bulk.clone();
        t.eta = Some(eta);
        t.expires_at = Some(eta);
    })
    .await;
    s.store.expire_overdue(s.advance(9), MANY).await.expect("expire");
    let mut states = Vec::new();
    for changes in told(&mut feed) {
        let Changes::Each(each) = changes else { panic!("expected single changes") };
        for change in each {
            assert_eq!((&change.name, &change.queue), (&mail, &bulk));
            let ChangeKind::State(state) = change.kind else { panic!("expected states only") };
            states.push(state);
        }
    }
    use TaskState::{Expired, Queued, Running, Scheduled, Succeeded};
    assert_eq!(states, [Queued, Running, Succeeded, Scheduled, Expired]);
}

pub async fn what_changed_nothing_is_not_told(s: &Subject) {
    let ended = s.ended(AttemptOutcome::Cancelled).await;
    let key = IdempotencyKey { key: "k".into(), fingerprint: [0; 32] };
    let request = EnqueueRequest { tasks: s.tasks(1), idempotency: Some(key) };
    s.store.enqueue(std::slice::from_ref(&request), s.now()).await.expect("enqueue");

    let mut feed = s.store.feed().subscribe();
    s.store.enqueue(&[request], s.now()).await.expect("enqueue");
    assert!(s.claim_one(ended.task.id).await.is_none());
    assert!(!s.finish(attempt(&ended), succeeded()).await);
    s.store.cancel(ended.task.id, s.now()).await.expect("cancel");
    let progress = Progress { current: 1, total: None, message: None };
    s.store.record_progress(&[AttemptProgress { attempt: attempt(&ended), progress }], s.now()).await.expect("progress");
    s.store.release_due(s.now(), MANY).await.expect("release");
    assert_eq!(told(&mut feed), []);
}

pub async fn many_changes_are_told_as_a_summary(s: &Subject) {
    let mut feed = s.store.feed().subscribe();
    let count = ChangeFeed::MOST_TOLD + 1;
    s.insert(s.tasks(count)).await;
    let summary = BTreeMap::from([(TaskState::Queued, count as u64)]);
    assert_eq!(told(&mut feed), [Changes::Summary(summary)]);
}

pub async fn a_changed_registry_is_told(s: &Subject) {
    let mut feed = s.store.feed().subscribe();
    s.store.register(&[definition("t.a")], s.now()).await.expect("register");
    assert_eq!(told(&mut feed), [Changes::Registry]);
    s.store.register(&[definition("t.a")], s.now()).await.expect("register");
    assert_eq!(told(&mut feed), [], "it was the same");

    let steady = heartbeat(s, "ruche@a");
    s.store.heartbeat(&steady, s.now()).await.expect("heartbeat");
    assert_eq!(told(&mut feed), [Changes::Registry], "a new worker");
    s.store.heartbeat(&steady, s.advance(5)).await.expect("heartbeat");
    assert_eq!(told(&mut feed), []);
    let draining = WorkerHeartbeat { draining: true, ..steady };
    s.store.heartbeat(&draining, s.advance(5)).await.expect("heartbeat");
    assert_eq!(told(&mut feed), [Changes::Registry], "it began to drain");
    s.store.heartbeat(&draining, s.advance(5)).await.expect("heartbeat");
    assert_eq!(told(&mut feed), []);
}
