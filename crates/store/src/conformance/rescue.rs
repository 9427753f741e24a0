//! Tasks of lost workers.

use ruche_domain::{Lifecycle, NewTask, TaskState};

use super::{Subject, subject::*};
use crate::Ended;

fn ended(task: &NewTask, state: TaskState) -> Ended {
    Ended { name: task.name.clone(), queue: task.queue.clone(), state }
}

pub async fn a_lost_task_with_attempts_left_is_queued_again(s: &Subject) {
    let claimed = s.running().await;
    s.advance(29);
    assert!(s.store.rescue_lost(s.now(), MANY).await.expect("rescue").again.tasks.is_empty(), "the lease still holds");
    let noted = s.store.outbox_backlog().await.expect("backlog").0;
    let now = s.advance(1);
    let handover = s.store.rescue_lost(now, MANY).await.expect("rescue").again;
    assert_eq!(handover.tasks, std::slice::from_ref(&claimed.task));
    assert_eq!(handover.outbox.len(), 1);
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, noted + 1);
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!((summary.state, summary.queued_at, summary.lease_until), (TaskState::Queued, Some(now), None));
    assert_eq!((summary.attempt, summary.attempts_used), (1, 1), "a lost attempt counts");
    assert!(!s.finish(attempt(&claimed), succeeded()).await, "the lost worker's outcome is not taken");
    assert_eq!(s.claim_one(claimed.task.id).await.expect("claimed").attempt, 2);
}

pub async fn a_lost_last_attempt_is_a_failure(s: &Subject) {
    let claimed = s.running_as(|t| t.max_attempts = 1).await;
    let noted = s.store.outbox_backlog().await.expect("backlog").0;
    let now = s.advance(60);
    let rescued = s.store.rescue_lost(now, MANY).await.expect("rescue");
    assert!(rescued.again.tasks.is_empty() && rescued.again.outbox.is_empty());
    assert_eq!(rescued.ended, [ended(&claimed.task, TaskState::Failed)]);
    assert!(s.store.rescue_lost(now, MANY).await.expect("rescue").ended.is_empty(), "an end is told once");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, noted);
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!((summary.state, summary.finished_at), (TaskState::Failed, Some(now)));
    assert_eq!(summary.failure, Some(Lifecycle::lost()));
    let attempts = s.store.attempts(claimed.task.id).await.expect("attempts");
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].state, attempts[0].failure.clone()), (TaskState::Failed, Some(Lifecycle::lost())));
}

pub async fn a_lost_task_asked_to_stop_is_cancelled(s: &Subject) {
    let claimed = s.running().await;
    s.store.cancel(claimed.task.id, s.now()).await.expect("cancel");
    let now = s.advance(60);
    let rescued = s.store.rescue_lost(now, MANY).await.expect("rescue");
    assert!(rescued.again.tasks.is_empty());
    assert_eq!(rescued.ended, [ended(&claimed.task, TaskState::Cancelled)]);
    let summary = s.view(claimed.task.id).await.summary;
    assert_eq!((summary.state, summary.finished_at), (TaskState::Cancelled, Some(now)));
    assert!(!summary.cancel_requested);
    let attempts = s.store.attempts(claimed.task.id).await.expect("attempts");
    assert_eq!(attempts.iter().map(|a| a.state).collect::<Vec<_>>(), [TaskState::Cancelled]);
}

pub async fn a_mixed_batch_is_rescued_at_once(s: &Subject) {
    let again = s.running().await.task.id;
    let last = s.running_as(|t| t.max_attempts = 1).await.task.id;
    let asked = s.running().await.task.id;
    s.store.cancel(asked, s.now()).await.expect("cancel");
    s.advance(20);
    let alive = s.running().await.task.id;
    s.advance(10);
    let handover = s.store.rescue_lost(s.now(), MANY).await.expect("rescue").again;
    assert_eq!(handover.tasks.iter().map(|t| t.id).collect::<Vec<_>>(), [again]);
    for (id, state) in
        [(again, TaskState::Queued), (last, TaskState::Failed), (asked, TaskState::Cancelled), (alive, TaskState::Running)]
    {
        assert_eq!(s.state(id).await, state);
    }
}

pub async fn the_limit_is_kept(s: &Subject) {
    let tasks = s.tasks(5);
    let ids: Vec<_> = tasks.iter().map(|t| t.id).collect();
    s.insert(tasks).await;
    assert_eq!(s.claim(&ids).await.len(), 5);
    s.advance(60);
    for expected in [2, 2, 1, 0] {
        assert_eq!(s.store.rescue_lost(s.now(), 2).await.expect("rescue").again.tasks.len(), expected);
    }
}
