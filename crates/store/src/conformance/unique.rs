//! Unique tasks.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use ruche_domain::{
    ConcurrencyKey,
    limit::{KeyLimits, KeyStrategy, QueueLimits},
};
use ruche_domain::{NewTask, Priority, RawJson, TaskId, TaskState, UniqueKey, UniquePolicy, Uniqueness};

use super::{Subject, subject::*};
use crate::{
    ClaimRequest, EnqueueAnswer, EnqueueRequest, IdempotencyKey, Retention, UniqueAnswer, UniqueBatch, UniqueFate, UniqueRequest,
    UniqueTask,
};

fn wish(key: u8, policy: UniquePolicy) -> Uniqueness {
    Uniqueness { key: UniqueKey([key; 32]), period: None, states: Uniqueness::usual_states(policy, false), policy }
}

fn one(task: NewTask, unique: Uniqueness) -> UniqueRequest {
    UniqueRequest { tasks: vec![UniqueTask { task, unique: Some(unique) }], idempotency: None }
}

fn keyed(request: UniqueRequest, key: &str, print: u8) -> UniqueRequest {
    UniqueRequest { idempotency: Some(IdempotencyKey { key: key.to_owned(), fingerprint: [print; 32] }), ..request }
}

async fn ask(s: &Subject, requests: &[UniqueRequest]) -> UniqueBatch {
    s.store.enqueue_unique(requests, s.now()).await.expect("enqueue_unique")
}

/// Enqueues one task with this wish.
async fn ask_one(s: &Subject, task: NewTask, unique: Uniqueness) -> UniqueAnswer {
    ask(s, &[one(task, unique)]).await.answers.remove(0)
}

/// The same, where it must be created.
async fn create(s: &Subject, task: NewTask, unique: Uniqueness) -> TaskId {
    let id = task.id;
    assert_eq!(ask_one(s, task, unique).await, created(id));
    id
}

fn created(id: TaskId) -> UniqueAnswer {
    UniqueAnswer::Accepted(vec![UniqueFate::Created(id)])
}

fn existing(id: TaskId) -> UniqueAnswer {
    UniqueAnswer::Accepted(vec![UniqueFate::Existing(id)])
}

fn replaced(id: TaskId) -> UniqueAnswer {
    UniqueAnswer::Accepted(vec![UniqueFate::Replaced(id)])
}

const fn held(by: TaskId) -> UniqueAnswer {
    UniqueAnswer::Held { index: 0, by }
}

async fn are_absent(s: &Subject, ids: &[TaskId]) -> bool {
    s.store.states(ids).await.expect("states").is_empty()
}

/// A task that brings something of its own.
fn newest(s: &Subject) -> NewTask {
    NewTask {
        priority: Priority::MAX,
        args: RawJson::trusted("[1, 2.50]"),
        kwargs: RawJson::trusted("{\"b\":1,\"a\":\"\\u0000\"}"),
        expires_at: Some(s.in_seconds(9_000)),
        ..s.task()
    }
}

pub async fn a_held_key_is_refused_or_answered_with_its_holder(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Reject)).await;
    let (refused, stood_for) = (s.task(), s.task());
    let ids = [refused.id, stood_for.id];
    assert_eq!(ask_one(s, refused, wish(1, UniquePolicy::Reject)).await, held(first));
    let batch = ask(s, &[one(stood_for, wish(1, UniquePolicy::Existing))]).await;
    assert_eq!(batch.answers, [existing(first)]);
    assert!(batch.handover.tasks.is_empty() && batch.handover.outbox.is_empty(), "nothing new is to be published");
    assert!(are_absent(s, &ids).await);
    create(s, s.task(), wish(2, UniquePolicy::Reject)).await;
}

pub async fn a_created_task_is_noted_and_read_back(s: &Subject) {
    let task = newest(s);
    let batch = ask(s, &[one(task.clone(), wish(1, UniquePolicy::Reject))]).await;
    assert_eq!(batch.handover.tasks, std::slice::from_ref(&task));
    assert_eq!(s.view(task.id).await.task, task);
    s.store.confirm_published(&batch.handover.outbox).await.expect("confirm");
    assert_eq!(s.store.outbox_backlog().await.expect("backlog").0, 0);
}

pub async fn a_key_is_free_when_its_holder_is_in_no_state_of_the_scope(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Reject)).await;
    let claimed = s.claim_one(first).await.expect("claimed");
    assert_eq!(ask_one(s, s.task(), wish(1, UniquePolicy::Reject)).await, held(first), "it runs");
    assert!(s.finish(attempt(&claimed), succeeded()).await);
    let ended = Uniqueness { states: vec![TaskState::Succeeded], ..wish(1, UniquePolicy::Reject) };
    assert_eq!(ask_one(s, s.task(), ended.clone()).await, held(first), "succeeded, and that was asked for");
    let second = create(s, s.task(), wish(1, UniquePolicy::Reject)).await;
    create(s, s.task(), ended).await;
    s.store.cancel(second, s.now()).await.expect("cancel");
}

pub async fn a_period_frees_the_key_of_a_task_that_lives(s: &Subject) {
    let unique = Uniqueness { period: Some(Duration::from_secs(60)), ..wish(1, UniquePolicy::Reject) };
    let first = create(s, s.task(), unique.clone()).await;
    s.advance(59);
    assert_eq!(ask_one(s, s.task(), wish(1, UniquePolicy::Reject)).await, held(first));
    s.advance(1);
    let second = create(s, s.task(), unique.clone()).await;
    assert_eq!(s.state(first).await, TaskState::Queued);
    assert_eq!(ask_one(s, s.task(), unique).await, held(second), "the newest holds it now");
}

pub async fn a_waiting_task_takes_over_what_the_newest_brings(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Replace)).await;
    let place = s.view(first).await.summary.queued_at;
    s.advance(5);
    let new = newest(s);
    let batch = ask(s, &[one(new.clone(), wish(1, UniquePolicy::Replace))]).await;
    assert_eq!(batch.answers, [replaced(first)]);
    assert!(are_absent(s, &[new.id]).await);
    let view = s.view(first).await;
    let (args, kwargs) = (view.task.args.as_str(), view.task.kwargs.as_str());
    assert_eq!((args, kwargs), (new.args.as_str(), new.kwargs.as_str()));
    assert_eq!((view.task.priority, view.task.expires_at), (new.priority, new.expires_at));
    assert_eq!((view.summary.state, view.summary.queued_at), (TaskState::Queued, place), "it keeps its place");
    assert_eq!(batch.handover.tasks, [view.task], "published once more, with what it took over");
    assert_eq!(batch.handover.outbox.len(), 1);
}

pub async fn a_replaced_task_moves_to_the_newest_eta_and_back(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Replace)).await;
    let eta = Some(s.in_seconds(60));
    let later = NewTask { eta, ..s.task() };
    assert_eq!(ask_one(s, later, wish(1, UniquePolicy::Replace)).await, replaced(first));
    let view = s.view(first).await;
    assert_eq!((view.summary.state, view.summary.due_at, view.task.eta), (TaskState::Scheduled, eta, eta));
    assert!(s.claim_one(first).await.is_none(), "its message may be with a worker already");
    let batch = ask(s, &[one(s.task(), wish(1, UniquePolicy::Replace))]).await;
    assert_eq!(batch.answers, [replaced(first)]);
    assert_eq!(batch.handover.tasks.len(), 1);
    assert!(s.claim_one(first).await.is_some());
}

pub async fn a_task_between_attempts_goes_on_waiting_with_new_arguments(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Replace)).await;
    let claimed = s.claim_one(first).await.expect("claimed");
    let due = s.in_seconds(30);
    assert!(s.finish(attempt(&claimed), retrying(due)).await);
    let new = newest(s);
    assert_eq!(ask_one(s, new.clone(), wish(1, UniquePolicy::Replace)).await, replaced(first));
    let view = s.view(first).await;
    assert_eq!((view.summary.state, view.summary.due_at, view.summary.attempt), (TaskState::Retrying, Some(due), 1));
    assert_eq!(view.task.args, new.args);
}

pub async fn a_running_task_is_left_alone(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Replace)).await;
    s.claim_one(first).await.expect("claimed");
    let wide = Uniqueness { states: Uniqueness::LIVE.to_vec(), ..wish(1, UniquePolicy::Replace) };
    assert_eq!(ask_one(s, newest(s), wide).await, held(first));
    assert_eq!(s.view(first).await.task.args.as_str(), "[]");
    create(s, newest(s), wish(1, UniquePolicy::Replace)).await;
}

pub async fn a_debounced_task_is_put_off_up_to_its_longest_wait(s: &Subject) {
    let policy = UniquePolicy::Debounce { max_wait: Duration::from_secs(25) };
    let start = s.now();
    let asked = |s: &Subject, args: &str| NewTask { eta: Some(s.in_seconds(10)), args: RawJson::trusted(args), ..s.task() };
    let first = create(s, asked(s, "[0]"), wish(1, policy)).await;
    for (n, expected) in [(1, 15), (2, 20), (3, 25), (4, 25)] {
        s.advance(5);
        let answer = ask_one(s, asked(s, &format!("[{n}]")), wish(1, policy)).await;
        assert_eq!(answer, replaced(first));
        let view = s.view(first).await;
        assert_eq!(view.summary.due_at, Some(start + Duration::from_secs(expected)), "call {n}");
        assert_eq!(view.task.args.as_str(), format!("[{n}]"));
    }
    s.advance(5);
    let due = s.store.release_due(s.now(), MANY).await.expect("release");
    assert_eq!(due.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [first]);
    assert_eq!(ask_one(s, asked(s, "[5]"), wish(1, policy)).await, replaced(first), "due, and not begun");
    let claimed = s.claim_one(first).await.expect("a queued task is not put off any more");
    assert_eq!(claimed.task.args.as_str(), "[5]");
    create(s, asked(s, "[6]"), wish(1, policy)).await;
}

pub async fn of_several_in_one_request_the_first_is_created(s: &Subject) {
    let tasks = s.tasks(4);
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let wishes = [
        Some(wish(1, UniquePolicy::Existing)),
        Some(wish(1, UniquePolicy::Existing)),
        None,
        Some(wish(2, UniquePolicy::Existing)),
    ];
    let tasks = tasks.into_iter().zip(wishes).map(|(task, unique)| UniqueTask { task, unique }).collect();
    let batch = ask(s, &[UniqueRequest { tasks, idempotency: None }]).await;
    let fates =
        vec![UniqueFate::Created(ids[0]), UniqueFate::Existing(ids[0]), UniqueFate::Created(ids[2]), UniqueFate::Created(ids[3])];
    assert_eq!(batch.answers, [UniqueAnswer::Accepted(fates)]);
    assert_eq!(batch.handover.tasks.len(), 3);
    assert_eq!(s.store.states(&ids).await.expect("states").len(), 3);
}

pub async fn of_several_requests_in_one_batch_the_first_is_created(s: &Subject) {
    let (a, b, c, d) = (s.task(), newest(s), s.task(), s.task());
    let ids = [a.id, b.id, c.id, d.id];
    let requests = [
        one(a, wish(1, UniquePolicy::Replace)),
        one(b.clone(), wish(1, UniquePolicy::Replace)),
        one(c, wish(1, UniquePolicy::Reject)),
        one(d, wish(2, UniquePolicy::Reject)),
    ];
    let batch = ask(s, &requests).await;
    assert_eq!(batch.answers, [created(ids[0]), replaced(ids[0]), held(ids[0]), created(ids[3])]);
    assert_eq!(s.view(ids[0]).await.task.args, b.args, "the newest arguments, before anything was stored");
    assert!(are_absent(s, &[ids[1], ids[2]]).await);
}

pub async fn one_held_key_refuses_the_whole_request(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Reject)).await;
    let tasks = s.tasks(3);
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let wishes = [None, Some(wish(2, UniquePolicy::Reject)), Some(wish(1, UniquePolicy::Reject))];
    let tasks = tasks.into_iter().zip(wishes).map(|(task, unique)| UniqueTask { task, unique }).collect();
    let request = keyed(UniqueRequest { tasks, idempotency: None }, "k", 1);
    let batch = ask(s, std::slice::from_ref(&request)).await;
    assert_eq!(batch.answers, [UniqueAnswer::Held { index: 2, by: first }]);
    assert!(are_absent(s, &ids).await);
    create(s, s.task(), wish(2, UniquePolicy::Reject)).await;
    s.store.cancel(first, s.now()).await.expect("cancel");
    let retried = keyed(one(s.task(), wish(1, UniquePolicy::Reject)), "k", 1);
    let id = retried.tasks[0].task.id;
    assert_eq!(ask(s, &[retried]).await.answers, [created(id)], "a refused request is not remembered");
}

pub async fn a_repeated_request_gets_what_it_got_before(s: &Subject) {
    let first = create(s, s.task(), wish(1, UniquePolicy::Existing)).await;
    let request = |s: &Subject| keyed(one(s.task(), wish(1, UniquePolicy::Existing)), "k", 1);
    let (a, b) = (request(s), request(s));
    assert_eq!(ask(s, &[a, b]).await.answers, [existing(first), UniqueAnswer::Replayed(vec![first])]);
    s.store.cancel(first, s.now()).await.expect("cancel");
    assert_eq!(ask(s, &[request(s)]).await.answers, [UniqueAnswer::Replayed(vec![first])], "though the key is free");
    let other = keyed(one(s.task(), wish(2, UniquePolicy::Reject)), "k", 2);
    assert_eq!(ask(s, &[other]).await.answers, [UniqueAnswer::KeyReused]);
    let plain = EnqueueRequest { tasks: s.tasks(1), idempotency: request(s).idempotency };
    let batch = s.store.enqueue(&[plain], s.now()).await.expect("enqueue");
    assert_eq!(batch.answers, [EnqueueAnswer::Replayed(vec![first])], "the keys are the same everywhere");
}

/// Sends each batch from a task of its own, again while the database asks for it.
async fn race(s: &Subject, batches: Vec<Vec<UniqueRequest>>) -> Vec<UniqueAnswer> {
    let now = s.now();
    let racers = batches.into_iter().map(|requests| {
        let store = Arc::clone(&s.store);
        tokio::spawn(async move {
            loop {
                match store.enqueue_unique(&requests, now).await {
                    Err(error) if error.is_transient() => {}
                    other => break other.expect("enqueue_unique").answers,
                }
            }
        })
    });
    join_all(racers).await.into_iter().flat_map(|answers| answers.expect("no panic")).collect()
}

pub async fn concurrent_requests_with_one_key_make_one_task(s: &Subject) {
    let batches: Vec<_> = (0..12).map(|_| vec![one(s.task(), wish(1, UniquePolicy::Existing))]).collect();
    let ids: Vec<_> = batches.iter().map(|batch| batch[0].tasks[0].task.id).collect();
    let answers = race(s, batches).await;
    let stored = s.store.states(&ids).await.expect("states");
    assert_eq!(stored.len(), 1);
    let winner = stored[0].0;
    for (id, answer) in ids.iter().zip(answers) {
        assert_eq!(answer, if *id == winner { created(winner) } else { existing(winner) });
    }
}

pub async fn concurrent_batches_in_different_orders_make_one_task_per_key(s: &Subject) {
    let batches: Vec<Vec<_>> = (0..6)
        .map(|n| {
            let mut keys: Vec<u8> = (0..10).collect();
            if n % 2 == 1 {
                keys.reverse();
            }
            let idempotent = |key: u8| keyed(one(s.task(), wish(key, UniquePolicy::Existing)), &format!("{n}-{key}"), 1);
            keys.into_iter().map(idempotent).collect()
        })
        .collect();
    let ids: Vec<_> = batches.iter().flatten().map(|request| request.tasks[0].task.id).collect();
    race(s, batches).await;
    assert_eq!(s.store.states(&ids).await.expect("states").len(), 10);
}

pub async fn concurrent_repeats_of_one_request_make_one_task(s: &Subject) {
    let request = || keyed(UniqueRequest { tasks: tasks_of(s), idempotency: None }, "same", 1);
    let batches: Vec<_> = (0..6).map(|_| vec![request()]).collect();
    let ids: Vec<_> = batches.iter().flat_map(|batch| batch[0].tasks.iter().map(|wish| wish.task.id)).collect();
    let answers = race(s, batches).await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, UniqueAnswer::Accepted(_))).count(), 1);
    assert_eq!(s.store.states(&ids).await.expect("states").len(), 2);
}

/// One unique task and one that is not.
fn tasks_of(s: &Subject) -> Vec<UniqueTask> {
    let unique = Some(wish(1, UniquePolicy::Existing));
    vec![UniqueTask { task: s.task(), unique }, UniqueTask { task: s.task(), unique: None }]
}

pub async fn what_a_worker_claims_meanwhile_has_the_newest_arguments_or_another_task_has(s: &Subject) {
    for key in 0..40 {
        let first = create(s, s.task(), wish(key, UniquePolicy::Replace)).await;
        let new = newest(s);
        let batches = vec![vec![one(new.clone(), wish(key, UniquePolicy::Replace))]];
        let claim = async {
            loop {
                let request = vec![ClaimRequest { id: first, foreign: None }];
                match s.store.claim(&worker(), request, s.now(), s.now() + LEASE).await {
                    Err(error) if error.is_transient() => {}
                    other => break other.expect("claim").pop().expect("a queued task is claimed"),
                }
            }
        };
        let (claimed, answers) = futures::future::join(claim, race(s, batches)).await;
        if answers == [created(new.id)] {
            assert_eq!(claimed.task.args.as_str(), "[]");
        } else {
            assert_eq!(answers, [replaced(first)]);
            assert_eq!(claimed.task.args, new.args, "key {key}");
        }
    }
}

pub async fn a_pruned_task_holds_no_key(s: &Subject) {
    let lasting = Uniqueness { states: TaskState::ALL.to_vec(), ..wish(1, UniquePolicy::Reject) };
    let first = create(s, s.task(), lasting.clone()).await;
    s.store.cancel(first, s.now()).await.expect("cancel");
    assert_eq!(ask_one(s, s.task(), lasting.clone()).await, held(first));
    s.advance(100);
    let (kept, keys) = (Duration::from_secs(50), Duration::from_secs(50));
    let retention = Retention { succeeded: kept, failed: kept, other: kept, idempotency_keys: keys };
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 1);
    create(s, s.task(), lasting).await;
}

pub async fn ten_thousand_unique_tasks_go_in_at_once(s: &Subject) {
    let wish = |n: u32| {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&n.to_be_bytes());
        Uniqueness { key: UniqueKey(key), ..wish(0, UniquePolicy::Existing) }
    };
    let tasks = |s: &Subject| (0..10_000).map(|n| UniqueTask { task: s.task(), unique: Some(wish(n / 2)) }).collect();
    let batch = ask(s, &[UniqueRequest { tasks: tasks(s), idempotency: None }]).await;
    assert_eq!(batch.handover.tasks.len(), 5_000);
    let batch = ask(s, &[UniqueRequest { tasks: tasks(s), idempotency: None }]).await;
    assert!(batch.handover.tasks.is_empty(), "all of them are there");
}

pub async fn only_what_is_new_needs_room_in_its_concurrency_key(s: &Subject) {
    let strategy = KeyStrategy::RejectNewest;
    let per_key = Some(KeyLimits { max_running: Some(1), strategy, rate: None });
    let limits = QueueLimits { max_running: None, rate: None, per_key };
    s.store.limit(&queue("default"), Some(&limits), s.now()).await.expect("limit");
    let of_tenant = |key: &str| {
        let mut task = s.task();
        task.options.concurrency_key = Some(ConcurrencyKey::new(key).expect("valid"));
        task
    };
    let first = create(s, of_tenant("a"), wish(1, UniquePolicy::Existing)).await;
    assert_eq!(ask_one(s, of_tenant("a"), wish(1, UniquePolicy::Existing)).await, existing(first), "none more of the key");
    assert_eq!(ask_one(s, of_tenant("a"), wish(1, UniquePolicy::Replace)).await, replaced(first));
    assert_eq!(ask_one(s, of_tenant("a"), wish(1, UniquePolicy::Reject)).await, held(first), "the nearer reason");
    let refused = of_tenant("a");
    let id = refused.id;
    assert_eq!(ask_one(s, refused, wish(2, UniquePolicy::Existing)).await, UniqueAnswer::KeyFull(0));
    assert!(are_absent(s, &[id]).await);
    create(s, of_tenant("b"), wish(3, UniquePolicy::Existing)).await;
    let both = UniqueRequest {
        tasks: vec![
            UniqueTask { task: of_tenant("c"), unique: Some(wish(4, UniquePolicy::Reject)) },
            UniqueTask { task: of_tenant("c"), unique: None },
        ],
        idempotency: None,
    };
    let ids: Vec<_> = both.tasks.iter().map(|wish| wish.task.id).collect();
    let batch = ask(s, &[keyed(both.clone(), "k", 1), one(of_tenant("c"), wish(5, UniquePolicy::Reject))]).await;
    assert_eq!(batch.answers[0], UniqueAnswer::KeyFull(1), "a plain task beside it counts");
    assert!(matches!(batch.answers[1], UniqueAnswer::Accepted(_)), "what was refused takes no room");
    assert!(are_absent(s, &ids).await, "together or not at all");
    let UniqueAnswer::Accepted(fates) = &batch.answers[1] else { unreachable!() };
    s.store.cancel(fates[0].id(), s.now()).await.expect("cancel");
    let half = UniqueRequest { tasks: both.tasks[..1].to_vec(), idempotency: None };
    let answer = ask(s, &[keyed(half, "k", 1)]).await.answers.remove(0);
    assert_eq!(answer, created(ids[0]), "neither the unique key nor the idempotency key was used up");
    assert!(s.store.cancel(first, s.now()).await.is_ok());
    create(s, of_tenant("a"), wish(2, UniquePolicy::Existing)).await;
}
