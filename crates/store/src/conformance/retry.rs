//! Retrying by hand.

use ruche_domain::{AttemptOutcome, Progress, TaskState};

use super::{Subject, subject::*};
use crate::{AttemptProgress, RetryAnswer};

pub async fn ended_tasks_are_queued_again(s: &Subject) {
    for outcome in [succeeded(), failed(), AttemptOutcome::Cancelled] {
        let ended = s.ended(outcome).await;
        let now = s.advance(60);
        let RetryAnswer::Queued { task, outbox } = s.store.retry(ended.task.id, now).await.expect("retry") else {
            panic!("an ended task is retried");
        };
        assert_eq!(*task, ended.task);
        let view = s.view(ended.task.id).await;
        assert_eq!((view.summary.state, view.summary.queued_at), (TaskState::Queued, Some(now)));
        assert_eq!((view.summary.finished_at, view.summary.failure), (None, None));
        assert_eq!(view.result, None);
        s.store.confirm_published(&[outbox]).await.expect("confirm");
    }
}

pub async fn the_retried_task_is_noted_for_the_publisher(s: &Subject) {
    let ended = s.ended(failed()).await;
    let noted = s.store.outbox_backlog().await.expect("backlog").0;
    s.store.retry(ended.task.id, s.now()).await.expect("retry");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, noted + 1);
}

pub async fn a_task_need_not_wait_for_its_retry(s: &Subject) {
    let claimed = s.ended(retrying(s.in_seconds(600))).await;
    assert!(matches!(s.store.retry(claimed.task.id, s.now()).await.expect("retry"), RetryAnswer::Queued { .. }));
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!((summary.state, summary.due_at), (TaskState::Queued, None));
    assert_eq!(s.claim_one(claimed.task.id).await.expect("claimed").attempt, 2);
}

pub async fn one_more_attempt_is_allowed_if_all_were_used(s: &Subject) {
    let claimed = s.running_as(|t| t.max_attempts = 1).await;
    assert!(s.finish(attempt(&claimed), failed()).await);
    s.store.retry(claimed.task.id, s.now()).await.expect("retry");
    let again = s.claim_one(claimed.task.id).await.expect("claimed");
    assert_eq!((again.attempt, again.attempts_used, again.task.max_attempts), (2, 2, 2));
    assert!(s.finish(attempt(&again), failed()).await);
}

pub async fn attempts_left_are_not_added_to(s: &Subject) {
    let ended = s.ended(failed()).await;
    s.store.retry(ended.task.id, s.now()).await.expect("retry");
    assert_eq!(s.view(ended.task.id).await.summary.max_attempts, 3);
}

pub async fn an_expiry_is_lifted(s: &Subject) {
    let expires_at = s.in_seconds(10);
    let task = s.queued_as(|t| t.expires_at = Some(expires_at)).await;
    s.advance(10);
    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 1);
    assert!(matches!(s.store.retry(task.id, s.now()).await.expect("retry"), RetryAnswer::Queued { .. }));
    assert_eq!(s.view(task.id).await.summary.expires_at, None);
    assert!(s.claim_one(task.id).await.is_some());
}

pub async fn progress_is_cleared(s: &Subject) {
    let claimed = s.running().await;
    let progress = Progress { current: 5, total: Some(9), message: None };
    let report = AttemptProgress { attempt: attempt(&claimed), progress };
    s.store.record_progress(&[report], s.now()).await.expect("progress");
    assert!(s.finish(attempt(&claimed), failed()).await);
    s.store.retry(claimed.task.id, s.now()).await.expect("retry");
    assert_eq!(s.view(claimed.task.id).await.summary.progress, None);
}

pub async fn other_states_refuse(s: &Subject) {
    let eta = s.in_seconds(60);
    let scheduled = s.queued_as(|t| t.eta = Some(eta)).await.id;
    let queued = s.queued().await.id;
    let running = s.running().await.task.id;
    for (id, state) in [(scheduled, TaskState::Scheduled), (queued, TaskState::Queued), (running, TaskState::Running)] {
        let answer = s.store.retry(id, s.now()).await.expect("retry");
        assert!(matches!(answer, RetryAnswer::Refused(from) if from == state), "{answer:?}");
        assert_eq!(s.state(id).await, state);
    }
    let unknown = s.store.retry(s.new_id(), s.now()).await.expect("retry");
    assert!(matches!(unknown, RetryAnswer::NotFound));
}
