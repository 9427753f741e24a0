//! What each action makes of tasks, in bulk.

use std::collections::{BTreeMap, HashSet};

use ruche_domain::{LogLevel, LogLine, OperationAction, Priority, SkipReason, TaskId, TaskState};

use super::{
    Subject,
    operations::{begin, chunk, counters, done, in_queue, in_state, one_of_each},
    subject::*,
};
use crate::{AttemptLog, RetryAnswer};

async fn states(s: &Subject, ids: &BTreeMap<TaskState, TaskId>) -> BTreeMap<TaskState, Option<TaskState>> {
    let all: Vec<_> = ids.values().copied().collect();
    let states: BTreeMap<_, _> = s.store.states(&all).await.expect("states").into_iter().collect();
    ids.iter().map(|(was, id)| (*was, states.get(id).copied())).collect()
}

/// What each action makes of one task in each state.
async fn changes(s: &Subject, action: OperationAction, after: impl Fn(TaskState) -> Option<TaskState>) -> Vec<TaskId> {
    let ids = one_of_each(s).await;
    let (view, handed) = done(s, action.clone(), in_queue("default")).await;
    let changed = ids.keys().filter(|state| action.changes(**state)).count() as u64;
    assert_eq!(counters(&view), (changed, changed, 0));
    let expected = ids.keys().map(|was| (*was, if action.changes(*was) { after(*was) } else { Some(*was) })).collect();
    assert_eq!(states(s, &ids).await, expected);
    handed
}

pub async fn waiting_tasks_are_cancelled_and_running_ones_asked_to_stop(s: &Subject) {
    let handed = changes(s, OperationAction::Cancel, |was| {
        Some(if was == TaskState::Running { TaskState::Running } else { TaskState::Cancelled })
    });
    assert!(handed.await.is_empty(), "nothing is to be published");
    let page = s.store.tasks(&in_state(TaskState::Running), None, 5).await.expect("tasks");
    assert!(page.rows.iter().all(|row| row.cancel_requested));
    let page = s.store.tasks(&in_state(TaskState::Cancelled), None, 50).await.expect("tasks");
    assert!(page.rows.iter().all(|row| row.due_at.is_none() && row.finished_at.is_some()));
}

pub async fn ended_tasks_are_retried_with_their_history(s: &Subject) {
    let handed = changes(s, OperationAction::Retry, |_| Some(TaskState::Queued)).await;
    assert_eq!(handed.len(), 5, "all that were changed are to be published");
    for id in handed {
        let view = s.view(id).await;
        assert_eq!((view.summary.queued_at, view.summary.finished_at), (Some(s.now()), None));
        assert_eq!((view.summary.failure, view.summary.expires_at, view.result), (None, None, None));
        let before = s.store.attempts(id).await.expect("attempts").len();
        let claimed = s.claim_one(id).await.expect("claimed");
        assert_eq!(s.store.attempts(id).await.expect("attempts").len(), before + 1);
        assert_eq!(before as u32, claimed.attempt - 1, "each attempt before is history");
    }
}

pub async fn retried_tasks_are_noted_for_the_publisher(s: &Subject) {
    let ended = s.ended(failed()).await.task.id;
    let noted = s.store.outbox_backlog().await.expect("backlog").0;
    begin(s, OperationAction::Retry, in_state(TaskState::Failed)).await;
    let chunk = chunk(&s.store, s, 10).await.expect("a chunk");
    assert_eq!(chunk.handover.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [ended]);
    assert_eq!((chunk.handover.outbox.len(), s.store.outbox_backlog().await.expect("backlog").0), (1, noted + 1));
    let later = s.advance(60);
    let taken = s.store.take_unpublished(later, later, 100).await.expect("take");
    assert!(taken.tasks.iter().any(|task| task.id == ended), "the relay finds it if the process died");
}

pub async fn ended_tasks_are_deleted_with_what_they_left(s: &Subject) {
    let claimed = s.running().await;
    let line = LogLine { at: s.now(), level: LogLevel::Info, message: "x".into() };
    s.store.append_logs(&[AttemptLog { attempt: attempt(&claimed), lines: vec![line] }]).await.expect("logs");
    assert!(s.finish(attempt(&claimed), retrying(s.now())).await);
    assert!(matches!(s.store.retry(claimed.task.id, s.now()).await.expect("retry"), RetryAnswer::Queued { .. }));
    let again = s.claim_one(claimed.task.id).await.expect("claimed");
    assert!(s.finish(attempt(&again), succeeded()).await);
    assert_eq!(s.store.attempts(claimed.task.id).await.expect("attempts").len(), 2);
    let (view, _) = done(s, OperationAction::Delete, in_state(TaskState::Succeeded)).await;
    assert_eq!(counters(&view), (1, 1, 0));
    assert!(s.store.task(claimed.task.id).await.expect("task").is_none());
    assert!(s.store.attempts(claimed.task.id).await.expect("attempts").is_empty());
    assert!(s.store.logs(claimed.task.id, 0, 10).await.expect("logs").is_empty());
}

pub async fn only_ended_tasks_are_deleted(s: &Subject) {
    assert!(changes(s, OperationAction::Delete, |_| None).await.is_empty());
}

pub async fn waiting_tasks_are_moved_and_queued_ones_published_again(s: &Subject) {
    let other = queue("other");
    let handed = changes(s, OperationAction::Move { queue: other.clone() }, Some).await;
    let page = s.store.tasks(&in_queue("other"), None, 50).await.expect("tasks");
    let moved: BTreeMap<_, _> = page.rows.iter().map(|row| (row.state, row.id)).collect();
    assert_eq!(moved.keys().copied().collect::<Vec<_>>(), [TaskState::Scheduled, TaskState::Queued, TaskState::Retrying]);
    assert_eq!(handed, [moved[&TaskState::Queued]]);
    assert_eq!(s.claim_one(handed[0]).await.expect("claimed").task.queue, other);
}

pub async fn waiting_tasks_change_their_priority(s: &Subject) {
    let handed = changes(s, OperationAction::SetPriority { priority: Priority::MAX }, Some).await;
    assert_eq!(s.view(handed[0]).await.summary.priority, 9);
    assert_eq!(handed.len(), 1);
}

pub async fn what_is_so_already_is_skipped_and_says_so(s: &Subject) {
    let to = OperationAction::Move { queue: queue("default") };
    let there = s.queued().await.id;
    let elsewhere = s.queued_as(|t| t.queue = queue("a")).await.id;
    let (view, handed) = done(s, to, in_state(TaskState::Queued)).await;
    assert_eq!((counters(&view), handed), ((2, 1, 1), vec![elsewhere]));
    assert_eq!(
        view.samples.iter().map(|skipped| (skipped.id, skipped.reason)).collect::<Vec<_>>(),
        [(there, SkipReason::AlreadySo)]
    );
}

pub async fn only_so_many_skipped_tasks_are_remembered(s: &Subject) {
    s.insert(s.tasks(SkipReason::SAMPLES + 10)).await;
    let to = OperationAction::Move { queue: queue("default") };
    let (view, _) = done(s, to, in_state(TaskState::Queued)).await;
    assert_eq!(view.skipped as usize, SkipReason::SAMPLES + 10);
    assert_eq!(view.samples.iter().map(|skipped| skipped.id).collect::<HashSet<_>>().len(), SkipReason::SAMPLES);
}
