//! Filters, counts and overviews.

use std::collections::BTreeMap;

use ruche_domain::{Priority, TaskId, TaskState};

use super::{Subject, subject::*};
use crate::TaskFilter;

async fn listed(s: &Subject, filter: TaskFilter) -> Vec<TaskId> {
    let page = s.store.tasks(&filter, None, 100).await.expect("tasks");
    assert!(page.next.is_none(), "all fit on one page");
    page.rows.iter().map(|r| r.id).collect()
}

pub async fn a_list_is_newest_first(s: &Subject) {
    assert!(listed(s, TaskFilter::default()).await.is_empty());
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(s.queued().await.id);
        s.advance(1);
    }
    ids.reverse();
    assert_eq!(listed(s, TaskFilter::default()).await, ids);
}

pub async fn each_filter_alone_and_all_together(s: &Subject) {
    let (mail, bulk) = (name("mail.send"), queue("bulk"));
    let old = s.queued().await.id;
    s.advance(10);
    let from = s.now();
    let named = s.queued_as(|t| t.name = mail.clone()).await.id;
    s.advance(1);
    let in_bulk = s.queued_as(|t| t.queue = bulk.clone()).await.id;
    s.advance(1);
    let both = s
        .running_as(|t| {
            t.name = mail.clone();
            t.queue = bulk.clone();
        })
        .await;
    assert!(s.finish(attempt(&both), failed()).await);
    let both = both.task.id;
    s.advance(1);
    let before = s.now();
    let new = s.running().await.task.id;

    let all = TaskFilter::default();
    let by = |filter: TaskFilter| listed(s, filter);
    assert_eq!(by(TaskFilter { state: Some(TaskState::Queued), ..all.clone() }).await, [in_bulk, named, old]);
    assert_eq!(by(TaskFilter { state: Some(TaskState::Failed), ..all.clone() }).await, [both]);
    assert!(by(TaskFilter { state: Some(TaskState::Blocked), ..all.clone() }).await.is_empty());
    assert_eq!(by(TaskFilter { name: Some(mail.clone()), ..all.clone() }).await, [both, named]);
    assert_eq!(by(TaskFilter { queue: Some(bulk.clone()), ..all.clone() }).await, [both, in_bulk]);
    assert_eq!(by(TaskFilter { worker: Some(worker()), ..all.clone() }).await, [new, both]);
    assert!(by(TaskFilter { worker: Some(worker_called("w@none")), ..all.clone() }).await.is_empty());
    assert_eq!(by(TaskFilter { created_from: Some(from), ..all.clone() }).await, [new, both, in_bulk, named]);
    assert_eq!(by(TaskFilter { created_before: Some(from), ..all.clone() }).await, [old]);
    let span = TaskFilter { created_from: Some(from), created_before: Some(before), ..all };
    assert_eq!(by(span.clone()).await, [both, in_bulk, named]);
    let every =
        TaskFilter { state: Some(TaskState::Failed), name: Some(mail), queue: Some(bulk), worker: Some(worker()), ..span };
    assert_eq!(by(every.clone()).await, [both]);
    assert!(by(TaskFilter { state: Some(TaskState::Running), ..every }).await.is_empty());
}

pub async fn the_worker_filter_knows_every_state(s: &Subject) {
    let running = s.running().await.task.id;
    let released = s.ended(ruche_domain::AttemptOutcome::Released).await.task.id;
    let retried = s.ended(retrying(s.in_seconds(9))).await.task.id;
    let done = s.ended(succeeded()).await.task.id;
    s.queued().await;
    let mine = TaskFilter { worker: Some(worker()), ..TaskFilter::default() };
    assert_eq!(sorted(listed(s, mine.clone()).await), sorted([running, released, retried, done]));
    for (state, id) in [
        (TaskState::Running, running),
        (TaskState::Queued, released),
        (TaskState::Retrying, retried),
        (TaskState::Succeeded, done),
    ] {
        assert_eq!(listed(s, TaskFilter { state: Some(state), ..mine.clone() }).await, [id]);
    }
}

pub async fn an_unknown_task_is_none(s: &Subject) {
    assert!(s.store.task(s.new_id()).await.expect("task").is_none());
}

pub async fn states_of_known_ids_are_told(s: &Subject) {
    let (queued, running) = (s.queued().await.id, s.running().await.task.id);
    let asked = [queued, s.new_id(), running, queued];
    let mut states = s.store.states(&asked).await.expect("states");
    states.sort_unstable();
    states.dedup();
    assert_eq!(states, [(queued, TaskState::Queued), (running, TaskState::Running)]);
    assert!(s.store.states(&[]).await.expect("states").is_empty());
}

pub async fn counts_stop_at_the_limit(s: &Subject) {
    s.insert(s.tasks(5)).await;
    s.ended(succeeded()).await;
    s.ended(succeeded()).await;
    s.running().await;
    for (limit, expected) in [(3, [3, 2, 1]), (100, [5, 2, 1])] {
        let counted = s.store.counts(limit).await.expect("counts");
        let counts: BTreeMap<_, _> = counted.iter().filter(|c| c.count > 0).map(|c| (c.state, c.count)).collect();
        let states = [TaskState::Queued, TaskState::Succeeded, TaskState::Running];
        assert_eq!(counts, states.into_iter().zip(expected).collect(), "zeros may be left out, nothing else");
    }
}

pub async fn queues_show_their_live_tasks(s: &Subject) {
    assert!(s.store.queues().await.expect("queues").is_empty());
    let (a, b, done) = (queue("a"), queue("b"), queue("done"));
    let ended = s.running_as(|t| t.queue = done.clone()).await;
    assert!(s.finish(attempt(&ended), succeeded()).await);
    let oldest_queued = s.now();
    s.queued_as(|t| t.queue = a.clone()).await;
    s.advance(1);
    s.queued_as(|t| {
        t.queue = a.clone();
        t.priority = Priority::MAX;
    })
    .await;
    let oldest_started = s.now();
    s.running_as(|t| t.queue = a.clone()).await;
    s.advance(1);
    s.running_as(|t| t.queue = a.clone()).await;
    let eta = s.in_seconds(60);
    s.queued_as(|t| {
        t.queue = b.clone();
        t.eta = Some(eta);
    })
    .await;
    let retried = s.running_as(|t| t.queue = b.clone()).await;
    assert!(s.finish(attempt(&retried), retrying(eta)).await);

    let mut queues = s.store.queues().await.expect("queues");
    queues.sort_unstable_by(|x, y| x.name.cmp(&y.name));
    queues.iter_mut().for_each(|q| q.live.sort_unstable());
    assert_eq!(queues.iter().map(|q| &q.name).collect::<Vec<_>>(), [&a, &b]);
    assert_eq!(queues[0].live, [(TaskState::Queued, 2), (TaskState::Running, 2)]);
    assert_eq!(queues[0].oldest_queued_at, Some(oldest_queued));
    assert_eq!(queues[0].oldest_started_at, Some(oldest_started));
    assert_eq!(queues[1].live, [(TaskState::Scheduled, 1), (TaskState::Retrying, 1)]);
    assert_eq!((queues[1].oldest_queued_at, queues[1].oldest_started_at), (None, None));
}

pub async fn the_store_answers(s: &Subject) {
    s.store.ping().await.expect("ping");
}
