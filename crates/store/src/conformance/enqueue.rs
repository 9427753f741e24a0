//! Accepting tasks without idempotency keys.

use chrono::TimeDelta;
use ruche_domain::{Priority, RawJson, TaskOptions, TaskState};

use super::{Subject, subject::*};
use crate::{EnqueueAnswer, EnqueueRequest, OutboxId};

pub async fn a_task_without_an_eta_starts_queued(s: &Subject) {
    let task = s.queued().await;
    let view = s.view(task.id).await;
    assert_eq!(view.summary.state, TaskState::Queued);
    assert_eq!(view.summary.queued_at, Some(task.created_at));
    assert_eq!(view.summary.due_at, None);
    assert_eq!((view.summary.attempt, view.summary.attempts_used, view.summary.max_attempts), (0, 0, 3));
}

pub async fn a_task_with_an_eta_to_come_starts_scheduled(s: &Subject) {
    let eta = s.in_seconds(60);
    let task = s.queued_as(|t| t.eta = Some(eta)).await;
    let view = s.view(task.id).await;
    assert_eq!(view.summary.state, TaskState::Scheduled);
    assert_eq!(view.summary.due_at, Some(eta));
    assert_eq!(view.summary.queued_at, None);
    assert!(s.claim_one(task.id).await.is_none(), "a scheduled task is not claimed");
}

pub async fn a_task_with_a_past_eta_starts_queued(s: &Subject) {
    let now = s.now();
    let task = s.queued_as(|t| t.eta = Some(now)).await;
    assert_eq!(s.state(task.id).await, TaskState::Queued);
}

pub async fn everything_that_was_enqueued_is_read_back(s: &Subject) {
    let (eta, expires_at) = (s.in_seconds(5), s.in_seconds(500));
    let task = s
        .queued_as(|t| {
            t.name = name("proj.tasks:add/x_y-z");
            t.queue = queue("high");
            t.priority = Priority::MAX;
            t.args = RawJson::trusted(r#"[1, {"b" : 2, "a":1}]"#);
            t.kwargs = RawJson::trusted(r#"{"z":1,"a":null}"#);
            t.max_attempts = 9;
            t.eta = Some(eta);
            t.expires_at = Some(expires_at);
            t.options = TaskOptions {
                timeout: Some(std::time::Duration::from_millis(1_500)),
                trace: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().expect("valid")),
                ..TaskOptions::default()
            };
        })
        .await;
    assert_eq!(s.view(task.id).await.task, task);
}

pub async fn a_batch_has_one_answer_per_request_in_order(s: &Subject) {
    let requests: Vec<_> = (0..5).map(|n| EnqueueRequest { tasks: s.tasks(n), idempotency: None }).collect();
    let batch = s.store.enqueue(&requests, s.now()).await.expect("enqueue");
    assert_eq!(batch.answers, vec![EnqueueAnswer::Created; 5]);
    let ids: Vec<_> = requests.iter().flat_map(|r| &r.tasks).map(|t| t.id).collect();
    assert_eq!(s.store.states(&ids).await.expect("states").len(), 10);
}

pub async fn an_empty_batch_changes_nothing(s: &Subject) {
    let batch = s.store.enqueue(&[], s.now()).await.expect("enqueue");
    assert!(batch.answers.is_empty() && batch.outbox.is_none());
    assert!(s.insert(Vec::new()).await.outbox.is_none());
    assert_eq!(s.store.outbox_backlog().await.expect("backlog"), (0, None));
}

pub async fn only_queued_tasks_are_noted_for_the_publisher(s: &Subject) {
    let mut later = s.task();
    later.eta = Some(s.in_seconds(60));
    assert!(s.insert(vec![later]).await.outbox.is_none());
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 0);
    assert!(s.insert(s.tasks(2)).await.outbox.is_some());
    assert_eq!(s.store.outbox_backlog().await.expect("backlog"), (1, Some(s.now())));
}

pub async fn confirmed_notes_are_removed_and_unknown_ones_ignored(s: &Subject) {
    let first = s.insert(s.tasks(1)).await.outbox.expect("a note");
    s.advance(1);
    let second = s.insert(s.tasks(1)).await.outbox.expect("a note");
    assert_ne!(first, second);
    s.store.confirm_published(&[first, OutboxId(i64::MAX), OutboxId(-1)]).await.expect("confirm");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog"), (1, Some(s.now())));
    s.store.confirm_published(&[first, second, second]).await.expect("confirm");
    s.store.confirm_published(&[]).await.expect("confirm");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 0);
}

pub async fn a_known_id_refuses_the_whole_batch(s: &Subject) {
    let known = s.queued().await;
    let (fresh, mut again) = (s.task(), s.task());
    again.id = known.id;
    let requests = [
        EnqueueRequest { tasks: vec![fresh.clone()], idempotency: None },
        EnqueueRequest { tasks: vec![again], idempotency: None },
    ];
    assert!(s.store.enqueue(&requests, s.now()).await.is_err());
    assert!(s.store.task(fresh.id).await.expect("task").is_none(), "nothing was inserted");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 1, "only the first insert left a note");
}

pub async fn ten_thousand_tasks_go_in_at_once(s: &Subject) {
    let mut tasks = s.tasks(12_000);
    tasks[11_999].eta = Some(s.now() + TimeDelta::days(1));
    let ids: Vec<_> = tasks.iter().map(|t| t.id).collect();
    let batch = s.insert(tasks).await;
    assert!(batch.outbox.is_some());
    let states = s.store.states(&ids).await.expect("states");
    assert_eq!(states.iter().filter(|(_, state)| *state == TaskState::Queued).count(), 11_999);
    assert_eq!(states.iter().filter(|(_, state)| *state == TaskState::Scheduled).count(), 1);
}
