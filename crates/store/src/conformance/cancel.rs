//! Asking tasks to stop.

use ruche_domain::TaskState;

use super::{Subject, subject::*};
use crate::CancelAnswer;

pub async fn waiting_tasks_are_cancelled_at_once(s: &Subject) {
    let eta = s.in_seconds(60);
    let scheduled = s.queued_as(|t| t.eta = Some(eta)).await.id;
    let retried = s.ended(retrying(eta)).await.task.id;
    let queued = s.queued().await.id;
    let now = s.advance(1);
    for id in [scheduled, retried, queued] {
        assert_eq!(s.store.cancel(id, now).await.expect("cancel"), CancelAnswer::Cancelled);
        let summary = s.view(id).await.summary;
        assert_eq!((summary.state, summary.finished_at), (TaskState::Cancelled, Some(now)));
        assert_eq!(summary.due_at, None);
    }
    s.advance(3_600);
    assert!(s.store.release_due(s.now(), MANY).await.expect("release").tasks.is_empty());
}

pub async fn a_running_task_is_asked_to_stop(s: &Subject) {
    let claimed = s.running().await;
    for _ in 0..2 {
        let answer = s.store.cancel(claimed.task.id, s.now()).await.expect("cancel");
        assert_eq!(answer, CancelAnswer::Requested);
        let summary = s.view(claimed.task.id).await.summary;
        assert_eq!((summary.state, summary.cancel_requested), (TaskState::Running, true));
        assert_eq!(summary.lease_until, Some(s.now() + LEASE), "the lease is untouched");
    }
}

pub async fn an_ended_task_stays_as_it_is(s: &Subject) {
    for (outcome, state) in [(succeeded(), TaskState::Succeeded), (failed(), TaskState::Failed)] {
        let ended = s.ended(outcome).await;
        let before = s.view(ended.task.id).await.summary.finished_at;
        let answer = s.store.cancel(ended.task.id, s.advance(5)).await.expect("cancel");
        assert_eq!(answer, CancelAnswer::AlreadyEnded(state));
        assert_eq!(s.view(ended.task.id).await.summary.finished_at, before);
    }
    let task = s.queued().await;
    s.store.cancel(task.id, s.now()).await.expect("cancel");
    let again = s.store.cancel(task.id, s.now()).await.expect("cancel");
    assert_eq!(again, CancelAnswer::AlreadyEnded(TaskState::Cancelled));
}

pub async fn an_unknown_task_is_not_found(s: &Subject) {
    let answer = s.store.cancel(s.new_id(), s.now()).await.expect("cancel");
    assert_eq!(answer, CancelAnswer::NotFound);
}

pub async fn a_new_attempt_is_not_asked_to_stop_anew(s: &Subject) {
    let claimed = s.running().await;
    s.store.cancel(claimed.task.id, s.now()).await.expect("cancel");
    assert!(s.finish(attempt(&claimed), ruche_domain::AttemptOutcome::Cancelled).await);
    s.store.retry(claimed.task.id, s.now()).await.expect("retry");
    s.claim_one(claimed.task.id).await.expect("claimed");
    assert!(!s.view(claimed.task.id).await.summary.cancel_requested);
}
