//! Changes of many tasks at once.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use ruche_domain::{OperationAction, OperationId, OperationState, Priority, TaskId, TaskState};

use super::{Fixture, Subject, subject::*};
use crate::{
    Chunk, IdempotencyKey, NewOperation, OPEN_OPERATIONS, OperationAnswer, OperationStop, OperationView, SharedStore, TaskFilter,
};

fn operation(s: &Subject, action: OperationAction, filter: TaskFilter) -> NewOperation {
    NewOperation { id: s.new_id().as_uuid().into(), action, filter, created_at: s.now() }
}

pub(super) fn in_state(state: TaskState) -> TaskFilter {
    TaskFilter { state: Some(state), ..TaskFilter::default() }
}

pub(super) fn in_queue(name: &str) -> TaskFilter {
    TaskFilter { queue: Some(queue(name)), ..TaskFilter::default() }
}

pub(super) async fn begin(s: &Subject, action: OperationAction, filter: TaskFilter) -> OperationId {
    let operation = operation(s, action, filter);
    assert_eq!(s.store.create_operation(&operation, None).await.expect("create"), OperationAnswer::Created);
    operation.id
}

pub(super) async fn chunk(store: &SharedStore, s: &Subject, limit: u32) -> Option<Chunk> {
    store.work_on_operation(s.now(), limit).await.expect("work").map(|done| done.expect("no chunk is refused"))
}

/// Works until nothing is open; the tasks handed over.
pub(super) async fn work_off(s: &Subject, limit: u32) -> Vec<TaskId> {
    let mut handed = Vec::new();
    while let Some(chunk) = chunk(&s.store, s, limit).await {
        assert!(chunk.operation.state != OperationState::Pending);
        handed.extend(chunk.handover.tasks.iter().map(|task| task.id));
        s.store.confirm_published(&chunk.handover.outbox).await.expect("confirm");
    }
    handed
}

pub(super) async fn view(s: &Subject, id: OperationId) -> OperationView {
    s.store.operation(id).await.expect("operation").expect("the operation is stored")
}

/// Asks, works it off, and gives what it came to.
pub(super) async fn done(s: &Subject, action: OperationAction, filter: TaskFilter) -> (OperationView, Vec<TaskId>) {
    let id = begin(s, action, filter).await;
    let handed = work_off(s, 3).await;
    let view = view(s, id).await;
    assert_eq!((view.state, view.finished_at), (OperationState::Succeeded, Some(s.now())));
    (view, handed)
}

pub(super) fn counters(view: &OperationView) -> (u64, u64, u64) {
    (view.matched, view.changed, view.skipped)
}

/// One task in each state a case can bring about.
pub(super) async fn one_of_each(s: &Subject) -> BTreeMap<TaskState, TaskId> {
    let (eta, soon) = (s.in_seconds(600), s.in_seconds(1));
    let expired = s.queued_as(|t| t.expires_at = Some(soon)).await.id;
    s.advance(2);
    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 1);
    BTreeMap::from([
        (TaskState::Scheduled, s.queued_as(|t| t.eta = Some(eta)).await.id),
        (TaskState::Queued, s.queued().await.id),
        (TaskState::Running, s.running().await.task.id),
        (TaskState::Retrying, s.ended(retrying(eta)).await.task.id),
        (TaskState::Succeeded, s.ended(succeeded()).await.task.id),
        (TaskState::Failed, s.ended(failed()).await.task.id),
        (TaskState::Cancelled, s.ended(ruche_domain::AttemptOutcome::Cancelled).await.task.id),
        (TaskState::Expired, expired),
    ])
}

pub async fn the_filter_is_kept(s: &Subject) {
    let mail = name("mail.send");
    let old = s.queued_as(|t| t.name = mail.clone()).await.id;
    s.advance(10);
    let from = s.now();
    let mine = s.queued_as(|t| t.name = mail.clone()).await.id;
    let other = s.queued().await.id;
    s.advance(10);
    let filter = TaskFilter { name: Some(mail), created_from: Some(from), ..TaskFilter::default() };
    let (view, _) = done(s, OperationAction::Cancel, filter).await;
    assert_eq!(counters(&view), (1, 1, 0));
    for (id, state) in [(old, TaskState::Queued), (mine, TaskState::Cancelled), (other, TaskState::Queued)] {
        assert_eq!(s.state(id).await, state);
    }
}

pub async fn tasks_accepted_later_are_left_alone(s: &Subject) {
    let before = s.queued().await.id;
    let id = begin(s, OperationAction::Cancel, in_queue("default")).await;
    s.advance(1);
    let later = s.queued().await.id;
    work_off(s, 10).await;
    assert_eq!(counters(&view(s, id).await), (1, 1, 0));
    assert_eq!((s.state(before).await, s.state(later).await), (TaskState::Cancelled, TaskState::Queued));
}

pub async fn chunks_go_on_where_the_last_one_ended(s: &Subject) {
    for _ in 0..5 {
        s.insert(s.tasks(5)).await;
        s.advance(1);
    }
    let id = begin(s, OperationAction::SetPriority { priority: Priority::MAX }, in_queue("default")).await;
    assert_eq!(view(s, id).await, OperationView::pending(view(s, id).await.operation));
    let mut seen = HashSet::new();
    for (round, expected) in [7, 7, 7, 4].into_iter().enumerate() {
        let now = s.advance(1);
        let chunk = chunk(&s.store, s, 7).await.expect("a chunk");
        assert_eq!(chunk.handover.tasks.len(), expected);
        assert!(chunk.handover.tasks.iter().all(|task| seen.insert(task.id)), "no task comes twice");
        let last = round == 3;
        assert_eq!(chunk.operation.state, if last { OperationState::Succeeded } else { OperationState::Running });
        assert_eq!(chunk.operation.finished_at, last.then_some(now));
        assert_eq!(chunk.operation, view(s, id).await, "what is told is what is stored");
    }
    assert!(chunk(&s.store, s, 7).await.is_none());
    assert_eq!(counters(&view(s, id).await), (25, 25, 0));
}

pub async fn a_chunk_given_up_half_way_is_done_again(s: &Subject) {
    let tasks = s.tasks(60);
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    s.insert(tasks).await;
    for claimed in s.claim(&ids).await {
        assert!(s.finish(attempt(&claimed), failed()).await);
    }
    let id = begin(s, OperationAction::Retry, in_state(TaskState::Failed)).await;
    // The caller goes away after ever longer times: before, within and after the transaction.
    for micros in (0..4_000).step_by(100) {
        let patience = std::time::Duration::from_micros(micros);
        drop(tokio::time::timeout(patience, s.store.work_on_operation(s.now(), 3)).await);
    }
    // What was given up may hold the operation for another moment.
    for _ in 0..1_000 {
        work_off(s, 3).await;
        if view(s, id).await.finished_at.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(counters(&view(s, id).await), (60, 60, 0));
    let states = s.store.states(&ids).await.expect("states");
    assert!(states.len() == 60 && states.iter().all(|(_, state)| *state == TaskState::Queued));
    for id in ids {
        assert_eq!(s.store.attempts(id).await.expect("attempts").len(), 1, "retried once");
    }
}

pub async fn a_stopped_operation_leaves_the_rest_alone(s: &Subject) {
    s.insert(s.tasks(10)).await;
    let id = begin(s, OperationAction::Cancel, in_queue("default")).await;
    chunk(&s.store, s, 4).await.expect("a chunk");
    let now = s.advance(1);
    let OperationStop::Stopped(stopped) = s.store.cancel_operation(id, now).await.expect("cancel") else {
        panic!("an open operation is stopped");
    };
    assert_eq!((stopped.state, stopped.finished_at, counters(&stopped)), (OperationState::Cancelled, Some(now), (4, 4, 0)));
    assert!(chunk(&s.store, s, 4).await.is_none());
    let queued = s.store.tasks(&in_state(TaskState::Queued), None, 50).await.expect("tasks");
    assert_eq!(queued.rows.len(), 6);
    let again = s.store.cancel_operation(id, now).await.expect("cancel");
    assert_eq!(again, OperationStop::AlreadyEnded(OperationState::Cancelled));
    let unknown = s.store.cancel_operation(s.new_id().as_uuid().into(), now).await.expect("cancel");
    assert_eq!(unknown, OperationStop::NotFound);
}

pub async fn a_failed_operation_says_why_and_ends(s: &Subject) {
    s.queued().await;
    let id = begin(s, OperationAction::Cancel, in_queue("default")).await;
    s.store.fail_operation(id, "the disk is full", s.now()).await.expect("fail");
    let failed = view(s, id).await;
    assert_eq!((failed.state, failed.error.as_deref()), (OperationState::Failed, Some("the disk is full")));
    assert!(chunk(&s.store, s, 4).await.is_none());
    s.store.fail_operation(id, "again", s.now()).await.expect("fail");
    assert_eq!(view(s, id).await, failed, "what has ended stays as it is");
}

pub async fn open_operations_take_turns(s: &Subject) {
    s.insert(s.tasks(4)).await;
    let to = |priority| OperationAction::SetPriority { priority: Priority::clamped(priority) };
    let first = begin(s, to(1), in_queue("default")).await;
    s.advance(1);
    let second = begin(s, to(2), in_queue("default")).await;
    let mut turns = Vec::new();
    s.advance(1);
    while let Some(chunk) = chunk(&s.store, s, 2).await {
        turns.push(chunk.operation.operation.id);
        s.advance(1);
    }
    assert_eq!(turns, [first, second, first, second, first, second]);
}

pub async fn a_dry_run_counts_what_would_change(s: &Subject) {
    one_of_each(s).await;
    s.insert(s.tasks(5)).await;
    let preview = async |action: &OperationAction, filter: &TaskFilter, limit| {
        let counts = s.store.preview_operation(action, filter, limit).await.expect("preview");
        counts.into_iter().map(|counted| (counted.state, counted.count)).collect::<BTreeMap<_, _>>()
    };
    let all = in_queue("default");
    let cancel = preview(&OperationAction::Cancel, &all, 4).await;
    let expected = [(TaskState::Scheduled, 1), (TaskState::Queued, 4), (TaskState::Running, 1), (TaskState::Retrying, 1)];
    assert_eq!(cancel, expected.into(), "counting stops at the limit");
    let queued = preview(&OperationAction::Cancel, &in_state(TaskState::Queued), 100).await;
    assert_eq!(queued, [(TaskState::Queued, 6)].into());
    assert!(preview(&OperationAction::Delete, &in_state(TaskState::Queued), 100).await.is_empty());
    let later = TaskFilter { created_from: Some(s.in_seconds(5)), ..all };
    assert!(preview(&OperationAction::Cancel, &later, 100).await.is_empty());
    assert_eq!(s.store.operations(None, 10).await.expect("operations").rows, [], "a dry run leaves nothing behind");
}

pub async fn an_operation_on_nothing_succeeds_at_once(s: &Subject) {
    let (view, _) = done(s, OperationAction::Delete, in_state(TaskState::Queued)).await;
    assert_eq!(counters(&view), (0, 0, 0));
}

pub async fn a_repeated_request_is_the_same_operation(s: &Subject) {
    let key = |byte| IdempotencyKey { key: "ops k".into(), fingerprint: [byte; 32] };
    let first = operation(s, OperationAction::Cancel, in_queue("a"));
    assert_eq!(s.store.create_operation(&first, Some(&key(1))).await.expect("create"), OperationAnswer::Created);
    let again = operation(s, OperationAction::Cancel, in_queue("a"));
    let answer = s.store.create_operation(&again, Some(&key(1))).await.expect("create");
    assert_eq!(answer, OperationAnswer::Replayed(first.id));
    assert_eq!(s.store.create_operation(&again, Some(&key(2))).await.expect("create"), OperationAnswer::KeyReused);
    assert!(s.store.operation(again.id).await.expect("operation").is_none());
}

pub async fn only_so_many_are_open(s: &Subject) {
    for _ in 0..OPEN_OPERATIONS {
        begin(s, OperationAction::Cancel, in_queue("a")).await;
    }
    let key = IdempotencyKey { key: "ops k".into(), fingerprint: [1; 32] };
    let more = operation(s, OperationAction::Cancel, in_queue("a"));
    assert_eq!(s.store.create_operation(&more, Some(&key)).await.expect("create"), OperationAnswer::TooMany);
    work_off(s, 10).await;
    let answer = s.store.create_operation(&more, Some(&key)).await.expect("create");
    assert_eq!(answer, OperationAnswer::Created, "the refused request did not use the key up");
}

pub async fn operations_are_listed_newest_first(s: &Subject) {
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(begin(s, OperationAction::Cancel, in_queue("a")).await);
        if n % 3 == 0 {
            s.advance(1);
        }
    }
    ids.reverse();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = s.store.operations(after, 3).await.expect("operations");
        seen.extend(page.rows.iter().map(|row| row.operation.id));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(seen, ids);
}

pub async fn everything_asked_for_is_read_back(s: &Subject) {
    let filter = TaskFilter {
        state: Some(TaskState::Failed),
        name: Some(name("mail.send")),
        queue: Some(queue("a")),
        worker: Some(worker()),
        created_from: Some(s.now()),
        created_before: Some(s.now() + TimeDelta::microseconds(5)),
        fingerprint: Some("0123456789abcdef".parse().expect("a fingerprint")),
    };
    let asked = operation(s, OperationAction::Retry, filter);
    s.store.create_operation(&asked, None).await.expect("create");
    assert_eq!(view(s, asked.id).await, OperationView::pending(asked));
}

pub async fn ended_operations_are_forgotten(s: &Subject) {
    let open = begin(s, OperationAction::Cancel, in_queue("a")).await;
    let ended = begin(s, OperationAction::Cancel, in_queue("a")).await;
    s.store.cancel_operation(ended, s.now()).await.expect("cancel");
    assert_eq!(s.store.forget_operations(s.now(), MANY).await.expect("forget"), 0);
    let later = s.advance(1);
    assert_eq!(s.store.forget_operations(later, MANY).await.expect("forget"), 1);
    assert!(s.store.operation(ended).await.expect("operation").is_none());
    assert_eq!(view(s, open).await.state, OperationState::Pending);
}

/// Another process goes on where the first one ended, chunk by chunk.
pub async fn another_process_goes_on<F: Fixture>(fixture: F) {
    let s = Subject::new(fixture.store());
    let Some(other) = fixture.sibling().await else { return fixture.discard().await };
    s.insert(s.tasks(10)).await;
    let id = begin(&s, OperationAction::Cancel, in_queue("default")).await;
    chunk(&s.store, &s, 4).await.expect("a chunk");
    while chunk(&other, &s, 4).await.is_some() {}
    assert_eq!((view(&s, id).await.state, counters(&view(&s, id).await)), (OperationState::Succeeded, (10, 10, 0)));
    other.close().await;
    drop(s);
    fixture.discard().await;
}

/// Two processes at work on the same operations never handle a task twice.
pub async fn two_processes_never_handle_a_task_twice<F: Fixture>(fixture: F) {
    let s = Subject::new(fixture.store());
    let Some(other) = fixture.sibling().await else { return fixture.discard().await };
    s.insert(s.tasks(200)).await;
    let id = begin(&s, OperationAction::SetPriority { priority: Priority::MAX }, in_queue("default")).await;
    let operator = async |store: &SharedStore| {
        let mut handed = Vec::new();
        while view(&s, id).await.finished_at.is_none() {
            match store.work_on_operation(s.now(), 7).await {
                Ok(Some(done)) => {
                    handed.extend(done.expect("no chunk is refused").handover.tasks.into_iter().map(|task| task.id))
                }
                Ok(None) => tokio::task::yield_now().await,
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        }
        handed
    };
    let (mine, theirs) = futures::join!(operator(&s.store), operator(&other));
    let all: Vec<_> = mine.into_iter().chain(theirs).collect();
    assert_eq!((all.len(), all.iter().collect::<HashSet<_>>().len()), (200, 200));
    assert_eq!(counters(&view(&s, id).await), (200, 200, 0));
    other.close().await;
    drop(s);
    fixture.discard().await;
}
