//! Outcomes and their fence.

use ruche_domain::{AttemptOutcome, Progress, RawJson, TaskState};

use super::{Subject, subject::*};
use crate::{AttemptProgress, AttemptRef, FinishedAttempt};

pub async fn a_success_keeps_its_result(s: &Subject) {
    let claimed = s.running().await;
    s.advance(3);
    let result = RawJson::trusted(r#"{"n": 123456789012345678901234567890}"#);
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Succeeded { result: result.clone() }).await);
    let view = s.view(claimed.task.id).await;
    assert_eq!(view.summary.state, TaskState::Succeeded);
    assert_eq!(view.summary.finished_at, Some(s.now()));
    assert_eq!(view.summary.started_at, Some(s.in_seconds(-3)));
    assert_eq!(view.summary.worker, Some(worker()));
    assert_eq!(view.summary.lease_until, None);
    assert_eq!(view.summary.failure, None);
    assert_eq!(view.result, Some(result));
}

pub async fn a_null_result_is_a_result(s: &Subject) {
    let ended = s.ended(AttemptOutcome::Succeeded { result: RawJson::null() }).await;
    assert_eq!(s.view(ended.task.id).await.result, Some(RawJson::null()));
}

pub async fn a_failure_is_kept(s: &Subject) {
    let ended = s.ended(failed()).await;
    let view = s.view(ended.task.id).await;
    assert_eq!(view.summary.state, TaskState::Failed);
    assert_eq!(view.summary.failure, Some(failure()));
    assert_eq!(view.summary.finished_at, Some(s.now()));
    assert_eq!(view.result, None);
}

pub async fn a_retrying_task_waits_until_due(s: &Subject) {
    let due_at = s.in_seconds(10);
    let ended = s.ended(retrying(due_at)).await;
    let summary = s.view(ended.task.id).await.summary;
    assert_eq!(summary.state, TaskState::Retrying);
    assert_eq!((summary.due_at, summary.finished_at, summary.lease_until), (Some(due_at), None, None));
    assert_eq!(summary.failure, Some(failure()));
    assert_eq!((summary.attempt, summary.attempts_used), (1, 1));
}

pub async fn a_cancelled_attempt_ends_the_task(s: &Subject) {
    let ended = s.ended(AttemptOutcome::Cancelled).await;
    let summary = s.view(ended.task.id).await.summary;
    assert_eq!((summary.state, summary.finished_at), (TaskState::Cancelled, Some(s.now())));
}

pub async fn a_released_attempt_does_not_count(s: &Subject) {
    let claimed = s.running().await;
    s.advance(5);
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Released).await);
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!(summary.state, TaskState::Queued);
    assert_eq!(summary.queued_at, Some(s.now()));
    assert_eq!((summary.attempt, summary.attempts_used), (1, 0));
    assert_eq!((summary.lease_until, summary.finished_at, summary.failure), (None, None, None));
}

pub async fn a_stale_outcome_is_not_taken(s: &Subject) {
    let first = s.running().await;
    assert!(s.finish(attempt(&first), AttemptOutcome::Released).await);
    let second = s.claim_one(first.task.id).await.expect("claimed again");
    assert!(!s.finish(attempt(&first), succeeded()).await);
    assert!(!s.finish(AttemptRef { attempt: 3, ..attempt(&second) }, succeeded()).await);
    assert_eq!(s.state(first.task.id).await, TaskState::Running);
    assert!(s.finish(attempt(&second), succeeded()).await);
}

pub async fn an_outcome_is_taken_once(s: &Subject) {
    let claimed = s.ended(succeeded()).await;
    let before = s.view(claimed.task.id).await;
    s.advance(5);
    assert!(!s.finish(attempt(&claimed), succeeded()).await, "the same again");
    assert!(!s.finish(attempt(&claimed), failed()).await, "another one");
    let after = s.view(claimed.task.id).await;
    assert_eq!(after.summary.finished_at, before.summary.finished_at);
    assert_eq!(after.summary.state, TaskState::Succeeded);
}

pub async fn of_two_outcomes_in_one_batch_one_is_taken(s: &Subject) {
    let claimed = s.running().await;
    let twice = [succeeded(), succeeded()].map(|outcome| FinishedAttempt {
        attempt: attempt(&claimed),
        outcome,
        finished_at: s.now(),
        of_workflow: false,
    });
    let taken = s.store.finish(&twice).await.expect("finish");
    assert_eq!(taken, [true, false], "the first is taken, the second is the same again");
}

pub async fn a_mixed_batch_is_answered_in_order(s: &Subject) {
    let mut finished = Vec::new();
    for outcome in [failed(), succeeded(), AttemptOutcome::Released, AttemptOutcome::Cancelled, retrying(s.in_seconds(9))] {
        let claimed = s.running().await;
        finished.push(FinishedAttempt { attempt: attempt(&claimed), outcome, finished_at: s.now(), of_workflow: false });
    }
    let unknown = AttemptRef { id: s.new_id(), attempt: 1 };
    finished.insert(2, FinishedAttempt { attempt: unknown, outcome: succeeded(), finished_at: s.now(), of_workflow: false });
    finished.reverse();
    let taken = s.store.finish(&finished).await.expect("finish");
    assert_eq!(taken, [true, true, true, false, true, true]);
    let expected = [TaskState::Retrying, TaskState::Cancelled, TaskState::Queued, TaskState::Succeeded, TaskState::Failed];
    finished.remove(3);
    for (done, state) in finished.iter().zip(expected) {
        assert_eq!(s.state(done.attempt.id).await, state);
    }
    assert!(s.store.finish(&[]).await.expect("finish").is_empty());
}

pub async fn an_attempt_asked_to_stop_is_not_tried_again(s: &Subject) {
    for outcome in [retrying(s.in_seconds(5)), AttemptOutcome::Released, AttemptOutcome::Cancelled] {
        let claimed = s.running().await;
        s.store.cancel(claimed.task.id, s.now()).await.expect("cancel");
        assert!(s.finish(attempt(&claimed), outcome).await);
        let summary = s.view(claimed.task.id).await.summary;
        assert_eq!((summary.state, summary.due_at), (TaskState::Cancelled, None));
        assert_eq!(summary.finished_at, Some(s.now()));
        assert!(!summary.cancel_requested, "only a running task is asked");
    }
}

pub async fn an_attempt_asked_to_stop_may_still_succeed_or_fail(s: &Subject) {
    for (outcome, state) in [(succeeded(), TaskState::Succeeded), (failed(), TaskState::Failed)] {
        let claimed = s.running().await;
        s.store.cancel(claimed.task.id, s.now()).await.expect("cancel");
        assert!(s.finish(attempt(&claimed), outcome).await);
        assert_eq!(s.state(claimed.task.id).await, state);
    }
}

pub async fn the_last_attempt_s_retry_is_a_failure(s: &Subject) {
    let claimed = s.running_as(|t| t.max_attempts = 1).await;
    assert!(s.finish(attempt(&claimed), retrying(s.in_seconds(5))).await);
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!((summary.state, summary.due_at), (TaskState::Failed, None));
    assert_eq!((summary.failure, summary.finished_at), (Some(failure()), Some(s.now())));
}

pub async fn progress_of_the_running_attempt_is_kept(s: &Subject) {
    let claimed = s.running().await;
    let early = Progress { current: 1, total: None, message: None };
    let late =
        Progress { current: u64::from(u32::MAX) * 1_000, total: Some(u64::MAX / 2), message: Some("naïve \u{1f41d}".into()) };
    let stale = AttemptRef { attempt: 0, ..attempt(&claimed) };
    let unknown = AttemptRef { id: s.new_id(), attempt: 1 };
    let report = [
        AttemptProgress { attempt: attempt(&claimed), progress: early.clone() },
        AttemptProgress { attempt: unknown, progress: early.clone() },
        AttemptProgress { attempt: attempt(&claimed), progress: late.clone() },
        AttemptProgress { attempt: stale, progress: early.clone() },
    ];
    s.store.record_progress(&report, s.now()).await.expect("progress");
    s.store.record_progress(&[], s.now()).await.expect("progress");
    assert_eq!(s.view(claimed.task.id).await.summary.progress, Some(late.clone()));

    assert!(s.finish(attempt(&claimed), AttemptOutcome::Released).await);
    let ignored = [AttemptProgress { attempt: attempt(&claimed), progress: early }];
    s.store.record_progress(&ignored, s.now()).await.expect("progress");
    assert_eq!(s.view(claimed.task.id).await.summary.progress, Some(late), "of an ended attempt it is ignored");
    let again = s.claim_one(claimed.task.id).await.expect("claimed again");
    assert_eq!(s.view(again.task.id).await.summary.progress, None, "a new attempt begins anew");
}
