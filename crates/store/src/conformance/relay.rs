//! What was committed and perhaps not published.

use ruche_domain::{Priority, QueueName, TaskId};

use super::{Subject, subject::*};

async fn take(s: &Subject, older_than: i64) -> (Vec<TaskId>, usize) {
    let handover = s.store.take_unpublished(s.in_seconds(-older_than), s.now(), MANY).await.expect("take");
    (sorted(handover.tasks.iter().map(|t| t.id)), handover.outbox.len())
}

pub async fn old_notes_are_taken_with_their_tasks(s: &Subject) {
    let tasks = s.tasks(3);
    s.insert(tasks.clone()).await;
    s.advance(10);
    s.insert(s.tasks(1)).await;
    let handover = s.store.take_unpublished(s.in_seconds(-5), s.now(), MANY).await.expect("take");
    assert_eq!(handover.outbox.len(), 1);
    assert_eq!(sorted(handover.tasks.iter().map(|t| t.id)), sorted(tasks.iter().map(|t| t.id)));
    assert!(tasks.iter().all(|t| handover.tasks.contains(t)), "whole tasks are handed over");
    s.store.confirm_published(&handover.outbox).await.expect("confirm");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog"), (1, Some(s.now())));
}

pub async fn a_taken_note_is_left_alone_for_a_while(s: &Subject) {
    s.insert(s.tasks(1)).await;
    s.advance(10);
    assert_eq!(take(s, 5).await.1, 1);
    assert_eq!(take(s, 5).await.1, 0, "it was taken over just now");
    s.advance(6);
    assert_eq!(take(s, 5).await.1, 1, "whoever took it over did not confirm");
}

pub async fn a_note_is_old_when_it_is_from_before_the_time(s: &Subject) {
    s.insert(s.tasks(1)).await;
    s.advance(5);
    assert_eq!(take(s, 5).await.1, 0, "older means older");
    assert_eq!(take(s, 4).await.1, 1);
}

pub async fn only_tasks_still_queued_are_handed_over(s: &Subject) {
    let tasks = s.tasks(4);
    let ids: Vec<_> = tasks.iter().map(|t| t.id).collect();
    s.insert(tasks).await;
    s.claim_one(ids[0]).await.expect("claimed");
    s.store.cancel(ids[1], s.now()).await.expect("cancel");
    s.advance(10);
    assert_eq!(take(s, 5).await, (sorted([ids[2], ids[3]]), 1));
}

pub async fn a_note_whose_tasks_have_moved_on_is_removed(s: &Subject) {
    let tasks = s.tasks(2);
    let ids: Vec<_> = tasks.iter().map(|t| t.id).collect();
    s.insert(tasks).await;
    assert_eq!(s.claim(&ids).await.len(), 2);
    s.advance(10);
    assert_eq!(take(s, 5).await, (Vec::new(), 0));
    assert_eq!(s.store.outbox_backlog().await.expect("backlog"), (0, None));
}

pub async fn the_limit_counts_notes_and_the_oldest_go_first(s: &Subject) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(s.queued().await.id);
        s.advance(1);
    }
    s.advance(60);
    let handover = s.store.take_unpublished(s.now(), s.now(), 2).await.expect("take");
    assert_eq!(sorted(handover.tasks.iter().map(|t| t.id)), sorted([ids[0], ids[1]]));
    assert_eq!(handover.outbox.len(), 2);
}

pub async fn two_relays_never_take_the_same_note(s: &Subject) {
    for _ in 0..40 {
        s.insert(s.tasks(2)).await;
    }
    let now = s.advance(60);
    let racers: Vec<_> = (0..4)
        .map(|_| {
            let store = s.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    match store.take_unpublished(now, now, 3).await {
                        Ok(handover) if handover.outbox.is_empty() => break mine,
                        Ok(handover) => mine.extend(handover.outbox),
                        Err(error) => assert!(error.is_transient(), "{error}"),
                    }
                }
            })
        })
        .collect();
    let mut taken = Vec::new();
    for racer in racers {
        taken.extend(racer.await.expect("no panic"));
    }
    assert_eq!(taken.len(), 40);
    assert_eq!(taken.into_iter().collect::<std::collections::HashSet<_>>().len(), 40);
}

pub async fn long_queued_tasks_come_by_priority_then_age(s: &Subject) {
    let mut expected = Vec::new();
    for priority in [0, 9, 5, 0, 9, 5] {
        let task = s.queued_as(|t| t.priority = Priority::clamped(priority)).await;
        expected.push((9 - priority, task.created_at, task.id));
        s.advance(1);
    }
    let other = queue("other");
    s.queued_as(|t| t.queue = other.clone()).await;
    let running = s.running().await;
    assert!(s.finish(attempt(&running), succeeded()).await);
    let eta = s.in_seconds(5);
    s.queued_as(|t| t.eta = Some(eta)).await;
    s.advance(10);
    let young = s.queued().await;

    expected.sort_unstable();
    let default = QueueName::default_queue();
    let found = s.store.queued_since(&default, s.in_seconds(-5), MANY).await.expect("queued since");
    let ids: Vec<_> = expected.iter().map(|(_, _, id)| *id).collect();
    assert_eq!(found.iter().map(|t| t.id).collect::<Vec<_>>(), ids);
    assert!(!found.iter().any(|t| t.id == young.id));
    let first = s.store.queued_since(&default, s.in_seconds(-5), 3).await.expect("queued since");
    assert_eq!(first.iter().map(|t| t.id).collect::<Vec<_>>(), ids[..3]);
    assert_eq!(s.store.queued_since(&other, s.now(), MANY).await.expect("queued since").len(), 1);
    assert!(s.store.queued_since(&queue("none"), s.now(), MANY).await.expect("queued since").is_empty());
    assert_eq!(s.view(ids[0]).await.summary.queued_at, Some(first[0].created_at), "reading changes nothing");
}

pub async fn waiting_queues_tell_since_when(s: &Subject) {
    assert!(s.store.waiting_queues().await.expect("waiting queues").is_empty());
    let (a, b, c) = (queue("a"), queue("b"), queue("c"));
    let oldest_b = s.now();
    s.queued_as(|t| t.queue = b.clone()).await;
    s.advance(5);
    let oldest_a = s.now();
    s.queued_as(|t| t.queue = a.clone()).await;
    s.advance(5);
    s.queued_as(|t| {
        t.queue = b.clone();
        t.priority = Priority::MAX;
    })
    .await;
    s.running_as(|t| t.queue = c.clone()).await;
    let mut waiting = s.store.waiting_queues().await.expect("waiting queues");
    waiting.sort_unstable();
    assert_eq!(waiting, [(a, oldest_a), (b, oldest_b)]);
}
