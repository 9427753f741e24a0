//! Limits per concurrency key.

use chrono::TimeDelta;
use futures::future::join_all;
use ruche_domain::{
    AttemptOutcome, ChangeKind, ConcurrencyKey, TaskState,
    limit::{KeyLimits, KeyStrategy, QueueLimits, Rate},
};

use super::{
    Subject,
    queues::{NONE, at_once, per_key, with_key},
    subject::*,
};
use crate::{EnqueueAnswer, EnqueueRequest, IdempotencyKey};

pub async fn a_key_s_starts_are_spread_over_time(s: &Subject) {
    let rate = Some(Rate { count: 1, per_ms: 60_000, burst: 1 });
    let per_key = Some(KeyLimits { max_running: None, strategy: KeyStrategy::Queue, rate });
    s.limit(QueueLimits { per_key, ..NONE }).await;
    let a = [s.keyed("a").await, s.keyed("a").await];
    let (b, free) = (s.keyed("b").await, s.queued().await.id);
    assert_eq!(sorted(s.admitted().await), sorted([a[0], b, free]), "of each key one; no key, no limit");
    assert_eq!(s.round(MANY).await.next_at, Some(s.now() + TimeDelta::seconds(60)));
    s.advance(60);
    assert_eq!(s.admitted().await, [a[1]]);
    let standing = s.store.standing(&queue("default"), None, a[0], 0).await.expect("standing");
    assert!(standing.admitted && standing.bucket.is_none(), "{standing:?}");
}

pub async fn keys_take_turns(s: &Subject) {
    s.limit(at_once(2)).await;
    let mut tasks = s.tasks(1_000);
    tasks.iter_mut().for_each(|task| with_key(task, "loud"));
    let loud: Vec<_> = tasks.iter().map(|task| task.id).collect();
    s.insert(tasks).await;
    s.advance(1);
    let (quiet, plain) = (s.keyed("quiet").await, s.queued().await.id);
    let mut turns = Vec::new();
    for _ in 0..3 {
        let admitted = s.admitted().await;
        assert_eq!(admitted.len(), 2);
        for claimed in s.claim(&admitted).await {
            assert!(s.finish(attempt(&claimed), succeeded()).await);
        }
        turns.extend(admitted);
    }
    assert!(turns.contains(&quiet), "it does not wait for a thousand others");
    s.advance(2);
    let found = async {
        for _ in 0..5 {
            let admitted = s.admitted().await;
            if admitted.contains(&plain) {
                return true;
            }
            for claimed in s.claim(&admitted).await {
                assert!(s.finish(attempt(&claimed), succeeded()).await);
            }
            s.advance(2);
        }
        false
    };
    assert!(found.await, "a task without a key is found behind many with one");
    assert!(turns.iter().filter(|id| loud.contains(id)).count() >= 4);
}

pub async fn a_full_key_waits_and_others_go_on(s: &Subject) {
    s.limit(per_key(1, KeyStrategy::Queue)).await;
    let (first, second) = (s.keyed("a").await, s.keyed("a").await);
    let mut tasks = s.tasks(3);
    with_key(&mut tasks[2], "b");
    let others: Vec<_> = tasks.iter().map(|task| task.id).collect();
    s.insert(tasks).await;
    let admitted = s.admitted().await;
    assert_eq!(sorted(admitted), sorted(others.into_iter().chain([first])));
    let standing = s.store.standing(&queue("default"), Some(&ConcurrencyKey::new("a").expect("valid")), second, 0).await;
    let standing = standing.expect("standing");
    assert_eq!((standing.admitted, standing.running, standing.key_running), (false, 4, 1));
}

pub async fn a_key_behind_a_thousand_full_ones_comes_to_its_turn(s: &Subject) {
    s.limit(per_key(1, KeyStrategy::Queue)).await;
    let keys = (0..1_100).flat_map(|n| [n, n]);
    let tasks = keys.map(|n| {
        let mut task = s.task();
        with_key(&mut task, &format!("k{n:04}"));
        task
    });
    s.insert(tasks.collect()).await;
    let mut admitted = 0;
    for _ in 0..4 {
        admitted += s.round(MANY).await.admitted;
    }
    assert_eq!(admitted, 1_100);
    let last = s.keyed("k0700-and-more").await;
    let mut rounds = 0;
    while !s.admitted().await.contains(&last) {
        rounds += 1;
        assert!(rounds < 4, "it is never looked at");
    }
}

pub async fn a_newcomer_takes_the_place_of_its_key_s_running_task(s: &Subject) {
    s.limit(per_key(1, KeyStrategy::CancelRunning)).await;
    let old = s.keyed("a").await;
    s.admitted().await;
    let running = s.claim_one(old).await.expect("admitted");
    let other = s.keyed("b").await;
    s.advance(1);
    let new = s.keyed("a").await;
    let round = s.round(MANY).await;
    assert_eq!(round.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [other]);
    assert_eq!(round.stopped.iter().map(|c| (c.id, c.kind.clone())).collect::<Vec<_>>(), [(old, ChangeKind::CancelRequested)]);
    assert!(s.view(old).await.summary.cancel_requested);
    let again = s.round(MANY).await;
    assert!(again.stopped.is_empty() && again.tasks.is_empty(), "asked once, and not before it has stopped");
    assert!(s.finish(attempt(&running), AttemptOutcome::Cancelled).await);
    assert_eq!(s.admitted().await, [new]);
    s.advance(1);
    let newest = s.keyed("a").await;
    let round = s.round(MANY).await;
    assert_eq!(round.stopped.iter().map(|c| c.kind.clone()).collect::<Vec<_>>(), [ChangeKind::State(TaskState::Cancelled)]);
    assert_eq!(s.state(new).await, TaskState::Cancelled, "it had not begun");
    assert_eq!(s.admitted().await, [newest]);
}

pub async fn a_full_key_refuses_what_is_beyond(s: &Subject) {
    s.limit(per_key(2, KeyStrategy::RejectNewest)).await;
    let request = |keys: &[&str], idempotency: Option<&str>| {
        let mut tasks = s.tasks(keys.len());
        tasks.iter_mut().zip(keys).for_each(|(task, key)| with_key(task, key));
        let idempotency = idempotency.map(|key| IdempotencyKey { key: key.to_owned(), fingerprint: [1; 32] });
        EnqueueRequest { tasks, idempotency }
    };
    let enqueue = async |requests: &[EnqueueRequest]| s.store.enqueue(requests, s.now()).await.expect("enqueue").answers;
    let first = request(&["a"], Some("k"));
    assert_eq!(enqueue(std::slice::from_ref(&first)).await, [EnqueueAnswer::Created]);
    let batch =
        [request(&["a", "b", "a"], None), request(&["b", "a"], None), request(&["a"], Some("l")), request(&["a"], Some("l"))];
    let answers = enqueue(&batch).await;
    assert_eq!(
        answers,
        [EnqueueAnswer::KeyFull(2), EnqueueAnswer::Created, EnqueueAnswer::KeyFull(0), EnqueueAnswer::KeyFull(0)]
    );
    assert!(s.store.task(batch[0].tasks[1].id).await.expect("task").is_none(), "together or not at all");
    let replayed = enqueue(&[request(&["a"], Some("k"))]).await;
    assert_eq!(replayed, [EnqueueAnswer::Replayed(vec![first.tasks[0].id])], "a repetition is not one more");
    s.store.cancel(first.tasks[0].id, s.now()).await.expect("cancel");
    assert_eq!(enqueue(&[request(&["a"], Some("l"))]).await, [EnqueueAnswer::Created], "the key was not used up");
    let mut elsewhere = request(&["a"], None);
    elsewhere.tasks[0].queue = queue("other");
    assert_eq!(enqueue(&[elsewhere]).await, [EnqueueAnswer::Created]);
}

pub async fn a_key_is_never_overfilled_by_many_at_once(s: &Subject) {
    s.limit(per_key(3, KeyStrategy::RejectNewest)).await;
    let now = s.now();
    let racers = (0..12).map(|_| {
        let mut tasks = s.tasks(1);
        with_key(&mut tasks[0], "a");
        let store = s.store.clone();
        tokio::spawn(async move {
            let requests = [EnqueueRequest { tasks, idempotency: None }];
            store.enqueue(&requests, now).await.expect("enqueue").answers.remove(0)
        })
    });
    let answers = join_all(racers).await.into_iter().map(|answer| answer.expect("no panic"));
    assert_eq!(answers.filter(|answer| *answer == EnqueueAnswer::Created).count(), 3);
}

pub async fn full_keys_are_told_with_those_that_wait(s: &Subject) {
    s.limit(per_key(1, KeyStrategy::Queue)).await;
    let keys = async |most| {
        let full = s.store.full_keys(&queue("default"), 1, 2, most).await.expect("full_keys");
        full.into_iter().map(|key| (key.key, key.running, key.waiting)).collect::<Vec<_>>()
    };
    assert!(keys(10).await.is_empty());
    for key in ["a", "b", "b", "b", "c", "free"] {
        s.keyed(key).await;
    }
    s.queued().await;
    assert_eq!(s.round(MANY).await.admitted, 5);
    assert_eq!(keys(10).await, [("b".to_owned(), 1, 2), ("a".to_owned(), 1, 0)], "those with most waiting, of two");
    assert_eq!(keys(1).await[0].2, 1, "counted no further");
}
