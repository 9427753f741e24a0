//! Requests that may be repeated.

use futures::future::join_all;
use ruche_domain::{NewTask, TaskId};

use super::{Subject, subject::*};
use crate::{EnqueueAnswer, EnqueueRequest, IdempotencyKey};

fn keyed(tasks: Vec<NewTask>, key: &str, print: u8) -> EnqueueRequest {
    EnqueueRequest { tasks, idempotency: Some(IdempotencyKey { key: key.to_owned(), fingerprint: [print; 32] }) }
}

fn ids(request: &EnqueueRequest) -> Vec<TaskId> {
    request.tasks.iter().map(|t| t.id).collect()
}

pub async fn a_repeated_request_gets_its_first_tasks_in_order(s: &Subject) {
    let mut tasks = s.tasks(5);
    tasks.reverse();
    let first = keyed(tasks, "k", 1);
    let batch = s.store.enqueue(std::slice::from_ref(&first), s.now()).await.expect("enqueue");
    assert_eq!(batch.answers, [EnqueueAnswer::Created]);
    assert!(batch.outbox.is_some());

    let again = keyed(s.tasks(5), "k", 1);
    let batch = s.store.enqueue(std::slice::from_ref(&again), s.advance(5)).await.expect("enqueue");
    assert_eq!(batch.answers, [EnqueueAnswer::Replayed(ids(&first))]);
    assert!(batch.outbox.is_none(), "nothing new is to be published");
    assert!(s.store.states(&ids(&again)).await.expect("states").is_empty());
}

pub async fn a_key_used_for_another_request_is_refused(s: &Subject) {
    s.store.enqueue(&[keyed(s.tasks(1), "k", 1)], s.now()).await.expect("enqueue");
    let other = keyed(s.tasks(1), "k", 2);
    let batch = s.store.enqueue(std::slice::from_ref(&other), s.now()).await.expect("enqueue");
    assert_eq!(batch.answers, [EnqueueAnswer::KeyReused]);
    assert!(s.store.states(&ids(&other)).await.expect("states").is_empty());
}

pub async fn of_two_with_one_key_in_a_batch_the_first_wins(s: &Subject) {
    let (a, b, c) = (keyed(s.tasks(2), "k", 1), keyed(s.tasks(2), "k", 1), keyed(s.tasks(1), "k", 9));
    let plain = EnqueueRequest { tasks: s.tasks(1), idempotency: None };
    let other = keyed(s.tasks(1), "l", 1);
    let requests = [a.clone(), b.clone(), c.clone(), plain.clone(), other.clone()];
    let batch = s.store.enqueue(&requests, s.now()).await.expect("enqueue");
    assert_eq!(
        batch.answers,
        [
            EnqueueAnswer::Created,
            EnqueueAnswer::Replayed(ids(&a)),
            EnqueueAnswer::KeyReused,
            EnqueueAnswer::Created,
            EnqueueAnswer::Created,
        ]
    );
    let all: Vec<_> = requests.iter().flat_map(ids).collect();
    let stored = s.store.states(&all).await.expect("states").into_iter().map(|(id, _)| id);
    assert_eq!(sorted(stored), sorted([ids(&a), ids(&plain), ids(&other)].concat()));
}

pub async fn keys_are_told_apart_exactly(s: &Subject) {
    for key in ["k", "K", "k ", "ké", "", "'; drop table tasks; --", "\u{1f41d}"] {
        let batch = s.store.enqueue(&[keyed(s.tasks(1), key, 1)], s.now()).await.expect("enqueue");
        assert_eq!(batch.answers, [EnqueueAnswer::Created], "{key:?}");
    }
}

pub async fn a_request_without_tasks_is_remembered_too(s: &Subject) {
    for answer in [EnqueueAnswer::Created, EnqueueAnswer::Replayed(Vec::new())] {
        let batch = s.store.enqueue(&[keyed(Vec::new(), "k", 1)], s.now()).await.expect("enqueue");
        assert_eq!(batch.answers, [answer]);
        assert!(batch.outbox.is_none());
    }
}

pub async fn concurrent_repeats_create_once(s: &Subject) {
    let requests: Vec<_> = (0..8).map(|_| keyed(s.tasks(3), "same", 1)).collect();
    let now = s.now();
    let racers = requests.iter().map(|request| {
        let (store, request) = (s.store.clone(), request.clone());
        tokio::spawn(async move {
            // A conflict means: nothing was changed, try the same again.
            loop {
                match store.enqueue(std::slice::from_ref(&request), now).await {
                    Err(error) if error.is_transient() => {}
                    other => break other.expect("enqueue").answers.remove(0),
                }
            }
        })
    });
    let answers: Vec<_> = join_all(racers).await.into_iter().map(|a| a.expect("no panic")).collect();
    let winner = answers.iter().position(|a| *a == EnqueueAnswer::Created).expect("one was first");
    for (n, answer) in answers.iter().enumerate().filter(|(n, _)| *n != winner) {
        assert_eq!(*answer, EnqueueAnswer::Replayed(ids(&requests[winner])), "racer {n}");
    }
    let all: Vec<_> = requests.iter().flat_map(ids).collect();
    assert_eq!(s.store.states(&all).await.expect("states").len(), 3);
}

pub async fn concurrent_batches_with_the_same_keys_do_not_hang(s: &Subject) {
    let batches: Vec<Vec<_>> = (0..6)
        .map(|n| {
            let mut keys: Vec<_> = (0..10).map(|k| format!("key-{k}")).collect();
            if n % 2 == 1 {
                keys.reverse();
            }
            keys.iter().map(|key| keyed(s.tasks(1), key, 1)).collect()
        })
        .collect();
    let now = s.now();
    let racers = batches.into_iter().map(|requests| {
        let store = s.store.clone();
        tokio::spawn(async move {
            loop {
                match store.enqueue(&requests, now).await {
                    Err(error) if error.is_transient() => {}
                    other => break other.expect("enqueue").answers,
                }
            }
        })
    });
    let answers: Vec<_> = join_all(racers).await.into_iter().flat_map(|a| a.expect("no panic")).collect();
    assert_eq!(answers.iter().filter(|a| **a == EnqueueAnswer::Created).count(), 10);
}
