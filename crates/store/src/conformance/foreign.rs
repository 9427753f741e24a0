//! Tasks that came straight from the broker.

use ruche_domain::{NewTask, RawJson, TaskState};

use super::{Subject, subject::*};
use crate::{ClaimRequest, Claimed};

async fn claim_foreign(s: &Subject, tasks: Vec<NewTask>) -> Vec<Claimed> {
    let requests = tasks.into_iter().map(|t| ClaimRequest { id: t.id, foreign: Some(t) }).collect();
    s.store.claim(&worker(), requests, s.now(), s.now() + LEASE).await.expect("claim")
}

fn foreign(s: &Subject) -> NewTask {
    // A Celery client's id is random (version 4) and says nothing of the time.
    let random = s.new_id().as_uuid().as_u128().swap_bytes();
    let id = uuid::Builder::from_u128(random).with_version(uuid::Version::Random).into_uuid();
    NewTask { id: id.into(), args: RawJson::trusted("[2, 40]"), ..s.task() }
}

pub async fn an_unknown_foreign_task_is_stored_and_claimed(s: &Subject) {
    let task = foreign(s);
    let claimed = claim_foreign(s, vec![task.clone()]).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((&claimed[0].task, claimed[0].attempt), (&task, 1));
    let view = s.view(task.id).await;
    assert_eq!((view.summary.state, view.task), (TaskState::Running, task));
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 0, "it came from the broker already");
}

pub async fn of_a_known_task_the_message_is_ignored(s: &Subject) {
    let known = s.queued().await;
    let mut said = known.clone();
    said.args = RawJson::trusted("[666]");
    said.max_attempts = 99;
    let claimed = claim_foreign(s, vec![said]).await;
    assert_eq!(claimed[0].task, known);
}

pub async fn a_foreign_task_delivered_again_is_claimed_once(s: &Subject) {
    let task = foreign(s);
    assert_eq!(claim_foreign(s, vec![task.clone(), task.clone()]).await.len(), 1);
    assert!(claim_foreign(s, vec![task.clone()]).await.is_empty(), "it runs already");
    assert!(s.finish(crate::AttemptRef { id: task.id, attempt: 1 }, succeeded()).await);
    assert!(claim_foreign(s, vec![task.clone()]).await.is_empty(), "it is done");
    assert_eq!(s.state(task.id).await, TaskState::Succeeded);
}

pub async fn a_foreign_task_with_an_eta_to_come_is_scheduled(s: &Subject) {
    let mut task = foreign(s);
    task.eta = Some(s.in_seconds(60));
    assert!(claim_foreign(s, vec![task.clone()]).await.is_empty());
    let summary = s.view(task.id).await.summary;
    assert_eq!((summary.state, summary.due_at), (TaskState::Scheduled, task.eta));
    s.advance(60);
    assert_eq!(s.store.release_due(s.now(), MANY).await.expect("release").tasks, [task]);
}

pub async fn a_foreign_task_past_its_expiry_is_stored_and_not_claimed(s: &Subject) {
    let mut task = foreign(s);
    task.expires_at = Some(s.in_seconds(-1));
    assert!(claim_foreign(s, vec![task.clone()]).await.is_empty());
    assert_eq!(s.state(task.id).await, TaskState::Queued);
    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 1);
    assert_eq!(s.state(task.id).await, TaskState::Expired);
}

pub async fn foreign_and_own_tasks_are_claimed_together(s: &Subject) {
    let own = s.queued().await;
    let strange = foreign(s);
    let requests = vec![
        ClaimRequest { id: strange.id, foreign: Some(strange.clone()) },
        ClaimRequest { id: own.id, foreign: None },
        ClaimRequest { id: s.new_id(), foreign: None },
    ];
    let claimed = s.store.claim(&worker(), requests, s.now(), s.now() + LEASE).await.expect("claim");
    assert_eq!(sorted(claimed.iter().map(|c| c.task.id)), sorted([own.id, strange.id]));
}

pub async fn one_foreign_task_delivered_to_many_workers_runs_once(s: &Subject) {
    let task = foreign(s);
    let now = s.now();
    let racers: Vec<_> = (0..6)
        .map(|racer| {
            let (store, task) = (s.store.clone(), task.clone());
            tokio::spawn(async move {
                let me = worker_called(&format!("ruche@{racer}"));
                let request = ClaimRequest { id: task.id, foreign: Some(task) };
                loop {
                    match store.claim(&me, vec![request.clone()], now, now + LEASE).await {
                        Err(error) if error.is_transient() => {}
                        other => break other.expect("claim").len(),
                    }
                }
            })
        })
        .collect();
    let mut claims = 0;
    for racer in racers {
        claims += racer.await.expect("no panic");
    }
    assert_eq!(claims, 1);
}
