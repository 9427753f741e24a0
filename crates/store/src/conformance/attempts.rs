//! The attempts a task leaves behind.

use ruche_domain::{AttemptOutcome, TaskState};

use super::{Subject, subject::*};
use crate::AttemptView;

async fn attempts(s: &Subject, id: ruche_domain::TaskId) -> Vec<AttemptView> {
    s.store.attempts(id).await.expect("attempts")
}

fn numbered(views: &[AttemptView]) -> Vec<(u32, TaskState)> {
    views.iter().map(|v| (v.attempt, v.state)).collect()
}

pub async fn a_task_that_never_ran_has_none(s: &Subject) {
    let task = s.queued().await;
    assert!(attempts(s, task.id).await.is_empty());
    assert!(attempts(s, s.new_id()).await.is_empty(), "nor has an unknown one");
}

pub async fn the_running_attempt_is_shown(s: &Subject) {
    let task = s.queued().await;
    s.advance(4);
    s.claim_one(task.id).await.expect("claimed");
    let views = attempts(s, task.id).await;
    assert_eq!(numbered(&views), [(1, TaskState::Running)]);
    assert_eq!(views[0].worker, Some(worker()));
    assert_eq!(views[0].queued_at, Some(task.created_at));
    assert_eq!((views[0].started_at, views[0].finished_at), (s.now(), None));
    assert_eq!(views[0].failure, None);
}

pub async fn each_attempt_says_what_it_led_to(s: &Subject) {
    let first = s.running().await;
    let id = first.task.id;
    let began = s.now();
    s.advance(1);
    assert!(s.finish(attempt(&first), AttemptOutcome::Released).await);
    let released_at = s.now();
    s.advance(1);
    let second = s.claim_one(id).await.expect("claimed");
    s.advance(1);
    assert!(s.finish(attempt(&second), retrying(s.now())).await);
    assert_eq!(numbered(&attempts(s, id).await), [(1, TaskState::Queued), (2, TaskState::Retrying)]);
    s.store.release_due(s.now(), MANY).await.expect("release");
    let third = s.claim_one(id).await.expect("claimed");
    s.advance(1);
    assert!(s.finish(attempt(&third), succeeded()).await);

    let views = attempts(s, id).await;
    assert_eq!(numbered(&views), [(1, TaskState::Queued), (2, TaskState::Retrying), (3, TaskState::Succeeded)]);
    assert_eq!(views[0].queued_at, Some(first.task.created_at), "when that attempt's wait began");
    assert_eq!((views[0].started_at, views[0].finished_at), (began, Some(released_at)));
    assert_eq!(views[0].failure, None);
    assert_eq!(views[1].queued_at, Some(released_at));
    assert_eq!(views[1].failure, Some(failure()));
    assert_eq!((views[2].finished_at, views[2].failure.clone()), (Some(s.now()), None));
    assert!(views.iter().all(|v| v.worker == Some(worker())));
}

pub async fn the_current_attempt_does_not_show_the_last_one_s_failure(s: &Subject) {
    let first = s.ended(retrying(s.now())).await;
    s.store.release_due(s.now(), MANY).await.expect("release");
    assert_eq!(numbered(&attempts(s, first.task.id).await), [(1, TaskState::Retrying)], "no attempt runs yet");
    s.claim_one(first.task.id).await.expect("claimed");
    let views = attempts(s, first.task.id).await;
    assert_eq!(numbered(&views), [(1, TaskState::Retrying), (2, TaskState::Running)]);
    assert_eq!(views[1].failure, None);
}

pub async fn a_lost_attempt_is_kept_as_lost(s: &Subject) {
    let claimed = s.running().await;
    s.advance(30);
    s.store.rescue_lost(s.now(), MANY).await.expect("rescue");
    let views = attempts(s, claimed.task.id).await;
    assert_eq!(numbered(&views), [(1, TaskState::Queued)]);
    assert_eq!(views[0].failure.as_ref().map(|f| f.kind.as_str()), Some("lost"));
    assert_eq!(views[0].finished_at, Some(s.now()));
    assert_eq!(views[0].worker, Some(worker()));
}

pub async fn a_task_cancelled_between_attempts_shows_no_more_attempts(s: &Subject) {
    let claimed = s.ended(retrying(s.in_seconds(60))).await;
    s.store.cancel(claimed.task.id, s.advance(5)).await.expect("cancel");
    assert_eq!(numbered(&attempts(s, claimed.task.id).await), [(1, TaskState::Retrying)]);
}

pub async fn a_retry_by_hand_keeps_the_ended_attempt(s: &Subject) {
    let claimed = s.ended(failed()).await;
    let ended_at = s.now();
    s.store.retry(claimed.task.id, s.advance(60)).await.expect("retry");
    let views = attempts(s, claimed.task.id).await;
    assert_eq!(numbered(&views), [(1, TaskState::Failed)]);
    assert_eq!((views[0].finished_at, views[0].failure.clone()), (Some(ended_at), Some(failure())));
    let again = s.claim_one(claimed.task.id).await.expect("claimed");
    assert!(s.finish(attempt(&again), succeeded()).await);
    assert_eq!(numbered(&attempts(s, claimed.task.id).await), [(1, TaskState::Failed), (2, TaskState::Succeeded)]);
}

pub async fn a_retry_of_a_task_cancelled_between_attempts_adds_none(s: &Subject) {
    let claimed = s.ended(retrying(s.in_seconds(60))).await;
    s.store.cancel(claimed.task.id, s.advance(5)).await.expect("cancel");
    s.store.retry(claimed.task.id, s.advance(5)).await.expect("retry");
    assert_eq!(numbered(&attempts(s, claimed.task.id).await), [(1, TaskState::Retrying)]);
    let never_ran = s.queued().await;
    s.store.cancel(never_ran.id, s.now()).await.expect("cancel");
    s.store.retry(never_ran.id, s.now()).await.expect("retry");
    assert!(attempts(s, never_ran.id).await.is_empty());
}
