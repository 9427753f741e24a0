//! Taking leases.

use std::collections::HashSet;

use futures::future::join_all;
use ruche_domain::{Priority, RawJson, TaskState};

use super::{Subject, subject::*};
use crate::ClaimRequest;

pub async fn a_claim_gives_what_was_enqueued(s: &Subject) {
    let expires_at = s.in_seconds(900);
    let task = s
        .queued_as(|t| {
            t.args = RawJson::trusted("[1,2]");
            t.kwargs = RawJson::trusted(r#"{"k":true}"#);
            t.priority = Priority::clamped(4);
            t.expires_at = Some(expires_at);
            t.options.timeout = Some(std::time::Duration::from_secs(3));
        })
        .await;
    s.advance(2);
    let claimed = s.claim_one(task.id).await.expect("claimed");
    assert_eq!((claimed.attempt, claimed.attempts_used), (1, 1));
    assert_eq!(claimed.queued_at, task.created_at);
    assert_eq!(claimed.task, task);
}

pub async fn a_claimed_task_runs_under_a_lease(s: &Subject) {
    let claimed = s.running().await;
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!(summary.state, TaskState::Running);
    assert_eq!(summary.worker, Some(worker()));
    assert_eq!(summary.started_at, Some(s.now()));
    assert_eq!(summary.lease_until, Some(s.now() + LEASE));
    assert_eq!((summary.attempt, summary.attempts_used), (1, 1));
    assert!(!summary.cancel_requested);
}

pub async fn a_duplicate_id_is_claimed_once(s: &Subject) {
    let (a, b) = (s.queued().await.id, s.queued().await.id);
    let claimed = s.claim(&[b, a, b, a, a]).await;
    assert_eq!(sorted(claimed.iter().map(|c| c.task.id)), sorted([a, b]));
    assert!(claimed.iter().all(|c| c.attempt == 1));
}

pub async fn unknown_ids_are_left_out(s: &Subject) {
    let known = s.queued().await.id;
    let claimed = s.claim(&[s.new_id(), known, s.new_id()]).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].task.id, known);
    assert!(s.claim(&[]).await.is_empty());
}

pub async fn a_running_task_is_not_claimed_again(s: &Subject) {
    let claimed = s.running().await;
    assert!(s.claim_one(claimed.task.id).await.is_none());
    s.advance(3_600);
    assert!(s.claim_one(claimed.task.id).await.is_none(), "an expired lease is the rescuer's business");
}

pub async fn a_cancelled_task_is_never_claimed(s: &Subject) {
    let task = s.queued().await;
    s.store.cancel(task.id, s.now()).await.expect("cancel");
    assert!(s.claim_one(task.id).await.is_none());
}

pub async fn an_ended_task_is_not_claimed(s: &Subject) {
    for outcome in [succeeded(), failed()] {
        let ended = s.ended(outcome).await;
        assert!(s.claim_one(ended.task.id).await.is_none());
    }
}

pub async fn a_retrying_task_is_not_claimed_before_it_is_released(s: &Subject) {
    let claimed = s.ended(retrying(s.in_seconds(10))).await;
    s.advance(60);
    assert!(s.claim_one(claimed.task.id).await.is_none());
}

pub async fn a_task_is_not_claimed_from_its_expiry_on(s: &Subject) {
    let expires_at = s.in_seconds(10);
    let (at, before) =
        (s.queued_as(|t| t.expires_at = Some(expires_at)).await, s.queued_as(|t| t.expires_at = Some(expires_at)).await);
    s.advance(9);
    assert!(s.claim_one(before.id).await.is_some());
    s.advance(1);
    assert!(s.claim_one(at.id).await.is_none());
    assert_eq!(s.state(at.id).await, TaskState::Queued, "expiring it is the scheduler's business");
}

pub async fn a_released_attempt_is_numbered_on(s: &Subject) {
    let first = s.running().await;
    assert!(s.finish(attempt(&first), ruche_domain::AttemptOutcome::Released).await);
    s.advance(1);
    let second = s.claim_one(first.task.id).await.expect("claimed again");
    assert_eq!((second.attempt, second.attempts_used), (2, 1));
}

pub async fn concurrent_claimers_never_share_a_task(s: &Subject) {
    let tasks = s.tasks(1_000);
    let ids: Vec<_> = tasks.iter().map(|t| t.id).collect();
    s.insert(tasks).await;
    let now = s.now();
    let racers = (0..8).map(|racer| {
        let (store, mut ids) = (s.store.clone(), ids.clone());
        if racer % 2 == 1 {
            ids.reverse();
        }
        ids.rotate_left(racer * 97);
        tokio::spawn(async move {
            let me = worker_called(&format!("ruche@{racer}"));
            let mut mine = Vec::new();
            for batch in ids.chunks(50) {
                let requests: Vec<_> = batch.iter().map(|&id| ClaimRequest { id, foreign: None }).collect();
                let claimed = loop {
                    match store.claim(&me, requests.clone(), now, now + LEASE).await {
                        Err(error) if error.is_transient() => {}
                        other => break other.expect("claim"),
                    }
                };
                mine.extend(claimed.into_iter().map(|c| (c.task.id, me.clone())));
            }
            mine
        })
    });
    let claims: Vec<_> = join_all(racers).await.into_iter().flat_map(|c| c.expect("no panic")).collect();
    let distinct: HashSet<_> = claims.iter().map(|(id, _)| *id).collect();
    assert_eq!(distinct.len(), claims.len(), "no task was claimed twice");
    // A task may have been skipped by everybody only if a concurrent claim held it at that moment, which then got it.
    assert_eq!(distinct.len(), 1_000);
    for (id, holder) in claims.iter().step_by(100) {
        assert_eq!(s.view(*id).await.summary.worker.as_ref(), Some(holder));
    }
}
