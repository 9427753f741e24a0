//! Moving due tasks on.

use futures::future::join_all;
use ruche_domain::TaskState;

use super::{Subject, subject::*};

pub async fn due_tasks_are_queued_with_a_note(s: &Subject) {
    let eta = s.in_seconds(10);
    let scheduled = s.queued_as(|t| t.eta = Some(eta)).await;
    let retried = s.ended(retrying(eta)).await.task;
    let later = s.in_seconds(11);
    let early = s.queued_as(|t| t.eta = Some(later)).await;
    let noted = s.store.outbox_backlog().await.expect("backlog").0;

    let now = s.advance(10);
    let handover = s.store.release_due(now, MANY).await.expect("release");
    assert_eq!(sorted(handover.tasks.iter().map(|t| t.id)), sorted([scheduled.id, retried.id]));
    assert!(handover.tasks.contains(&scheduled) && handover.tasks.contains(&retried), "whole tasks are handed over");
    assert_eq!(handover.outbox.len(), 1);
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, noted + 1);
    for id in [scheduled.id, retried.id] {
        let summary = s.view(id).await.summary;
        assert_eq!((summary.state, summary.queued_at, summary.due_at), (TaskState::Queued, Some(now), None));
    }
    assert_eq!(s.state(early.id).await, TaskState::Scheduled);
}

pub async fn nothing_due_leaves_no_note(s: &Subject) {
    let eta = s.in_seconds(10);
    s.queued_as(|t| t.eta = Some(eta)).await;
    let handover = s.store.release_due(s.now(), MANY).await.expect("release");
    assert!(handover.tasks.is_empty() && handover.outbox.is_empty());
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 0);
}

pub async fn the_limit_is_kept_and_the_longest_due_go_first(s: &Subject) {
    let mut ids = Vec::new();
    for seconds in [5, 1, 3, 4, 2] {
        let eta = s.in_seconds(seconds);
        ids.push((seconds, s.queued_as(|t| t.eta = Some(eta)).await.id));
    }
    ids.sort_unstable();
    s.advance(60);
    let mut released = Vec::new();
    for expected in [2, 2, 1, 0] {
        let handover = s.store.release_due(s.now(), 2).await.expect("release");
        assert_eq!(handover.tasks.len(), expected);
        released.push(sorted(handover.tasks.iter().map(|t| t.id)));
    }
    assert_eq!(released[0], sorted([ids[0].1, ids[1].1]));
    assert_eq!(released[1], sorted([ids[2].1, ids[3].1]));
}

pub async fn the_next_due_time_is_the_earliest(s: &Subject) {
    assert_eq!(s.store.next_due().await.expect("next due"), None);
    let (soon, later) = (s.in_seconds(5), s.in_seconds(50));
    s.queued_as(|t| t.eta = Some(later)).await;
    assert_eq!(s.store.next_due().await.expect("next due"), Some(later));
    s.ended(retrying(soon)).await;
    assert_eq!(s.store.next_due().await.expect("next due"), Some(soon));
    s.advance(5);
    s.store.release_due(s.now(), MANY).await.expect("release");
    assert_eq!(s.store.next_due().await.expect("next due"), Some(later));
}

pub async fn two_schedulers_never_release_the_same_task(s: &Subject) {
    let eta = s.in_seconds(1);
    let mut tasks = s.tasks(300);
    tasks.iter_mut().for_each(|t| t.eta = Some(eta));
    let ids = sorted(tasks.iter().map(|t| t.id));
    s.insert(tasks).await;
    let now = s.advance(2);
    let racers = (0..4).map(|_| {
        let store = s.store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                match store.release_due(now, 20).await {
                    Ok(handover) if handover.tasks.is_empty() => break mine,
                    Ok(handover) => mine.extend(handover.tasks.into_iter().map(|t| t.id)),
                    Err(error) => assert!(error.is_transient(), "{error}"),
                }
            }
        })
    });
    let released = join_all(racers).await.into_iter().flat_map(|r| r.expect("no panic"));
    assert_eq!(sorted(released), ids);
}
