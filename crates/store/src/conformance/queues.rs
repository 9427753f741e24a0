//! Pausing, limiting, admitting.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use futures::future::join_all;
use ruche_domain::{
    AttemptOutcome, ConcurrencyKey, NewTask, OperationAction, Priority, TaskId, TaskName, TaskState,
    limit::{KeyLimits, KeyStrategy, QueueLimits, Rate},
};

use super::{Subject, operations, subject::*};
use crate::{Admissions, InLine, RetryAnswer, TaskFilter};

const AGAIN_AFTER: Duration = Duration::from_secs(3);
pub(super) const NONE: QueueLimits = QueueLimits { max_running: None, rate: None, per_key: None };

pub(super) fn at_once(max_running: u32) -> QueueLimits {
    QueueLimits { max_running: Some(max_running), ..NONE }
}

pub(super) fn per_key(max_running: u32, strategy: KeyStrategy) -> QueueLimits {
    QueueLimits { per_key: Some(KeyLimits { max_running: Some(max_running), strategy, rate: None }), ..NONE }
}

pub(super) fn with_key(task: &mut NewTask, key: &str) {
    task.options.concurrency_key = Some(ConcurrencyKey::new(key).expect("a valid key"));
}

impl Subject {
    pub(super) async fn limit(&self, limits: QueueLimits) {
        self.store.limit(&queue("default"), Some(&limits), self.now()).await.expect("limit");
    }

    /// A round in which nothing is told twice.
    pub(super) async fn round(&self, most: u32) -> Admissions {
        let long_ago = self.now() - TimeDelta::days(1);
        self.store.admit(&queue("default"), self.now(), long_ago, most).await.expect("admit")
    }

    pub(super) async fn admitted(&self) -> Vec<TaskId> {
        self.round(MANY).await.tasks.iter().map(|task| task.id).collect()
    }

    /// A worker's round, after one of its attempts has ended.
    pub(super) async fn follow(&self, most: u32) -> Vec<crate::Claimed> {
        let until = self.now() + LEASE;
        self.store.claim_next(&queue("default"), &worker(), self.now(), until, most).await.expect("claim_next")
    }

    pub(super) async fn keyed(&self, key: &str) -> TaskId {
        self.queued_as(|task| with_key(task, key)).await.id
    }
}

pub async fn a_paused_queue_starts_nothing_until_it_is_resumed(s: &Subject) {
    let (task, elsewhere) = (s.queued().await.id, s.queued_as(|t| t.queue = queue("other")).await.id);
    let running = s.running().await;
    let since = s.now();
    assert_eq!(s.store.pause(&queue("default"), since).await.expect("pause"), since);
    s.advance(5);
    assert_eq!(s.store.pause(&queue("default"), s.now()).await.expect("pause"), since, "it was paused before");
    let late = s.queued().await.id;
    assert_eq!(s.claim(&[task, elsewhere, late]).await.iter().map(|c| c.task.id).collect::<Vec<_>>(), [elsewhere]);
    assert!(s.finish(attempt(&running), succeeded()).await, "what runs goes on");
    assert_eq!(s.state(task).await, TaskState::Queued);
    assert!(s.store.resume(&queue("default"), s.now()).await.expect("resume"));
    assert!(!s.store.resume(&queue("default"), s.now()).await.expect("resume"), "it is not paused any more");
    assert_eq!(s.claim(&[task, late]).await.len(), 2);
}

pub async fn gates_tell_what_is_said_of_queues(s: &Subject) {
    assert!(s.store.gates().await.expect("gates").is_empty());
    s.store.pause(&queue("b"), s.now()).await.expect("pause");
    let rate = Some(Rate { count: 5, per_ms: 1_000, burst: 7 });
    let limits = QueueLimits { rate, ..per_key(2, KeyStrategy::CancelRunning) };
    s.store.limit(&queue("a"), Some(&limits), s.now()).await.expect("limit");
    let gates = s.store.gates().await.expect("gates");
    assert_eq!(gates.iter().map(|gate| gate.queue.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((gates[0].limits, gates[0].paused_at), (Some(limits), None));
    assert_eq!((gates[1].limits, gates[1].paused_at), (None, Some(s.now())));
    assert!(gates.iter().all(crate::Gate::is_closed));
    let opened = s.advance(1);
    s.store.limit(&queue("a"), None, opened).await.expect("limit");
    s.store.resume(&queue("b"), opened).await.expect("resume");
    let gates = s.store.gates().await.expect("gates");
    assert!(gates.iter().all(|gate| !gate.is_closed() && gate.opened_at == Some(opened)), "{gates:?}");
    s.store.limit(&queue("never"), None, s.now()).await.expect("limit");
    assert_eq!(s.store.gates().await.expect("gates").len(), 2, "lifting what was not set leaves nothing behind");
}

pub async fn an_opened_queue_is_swept_by_priority_and_age_and_forgotten(s: &Subject) {
    let default = queue("default");
    let mut expected = Vec::new();
    s.store.pause(&default, s.now()).await.expect("pause");
    for n in 0..25_u8 {
        s.advance(60);
        let priority = Priority::clamped(n % 3);
        expected.push((9 - priority.get(), n, s.queued_as(|t| t.priority = priority).await.id));
    }
    expected.sort_unstable();
    assert!(s.store.sweep(&default, s.now(), AGAIN_AFTER, 10).await.expect("sweep").is_none(), "it is paused");
    s.advance(3_600);
    s.store.resume(&default, s.now()).await.expect("resume");
    let mut swept = Vec::new();
    for portion in [10, 10, 5] {
        let tasks = s.store.sweep(&default, s.now(), AGAIN_AFTER, 10).await.expect("sweep").expect("more to do");
        assert_eq!(tasks.len(), portion);
        swept.extend(tasks.into_iter().map(|task| task.id));
    }
    assert_eq!(swept, expected.iter().map(|(_, _, id)| *id).collect::<Vec<_>>());
    assert!(s.store.sweep(&default, s.now(), AGAIN_AFTER, 10).await.expect("sweep").is_none(), "not yet again");
    let late = s.queued().await.id;
    s.advance(3);
    let again = s.store.sweep(&default, s.now(), AGAIN_AFTER, 10).await.expect("sweep").expect("a second look");
    assert_eq!(again.iter().map(|task| task.id).collect::<Vec<_>>(), [late], "only what came while it was opened");
    assert!(s.store.gates().await.expect("gates").is_empty(), "nothing is left to say of it");
    assert!(s.store.sweep(&default, s.now(), AGAIN_AFTER, 10).await.expect("sweep").is_none());
}

pub async fn of_a_limited_queue_only_admitted_tasks_are_claimed(s: &Subject) {
    s.limit(at_once(2)).await;
    let ids: Vec<_> = [s.queued().await.id, s.queued().await.id, s.queued().await.id].into();
    assert!(s.claim(&ids).await.is_empty());
    let round = s.round(MANY).await;
    assert_eq!((round.admitted, round.tasks.len(), round.next_at), (2, 2, None));
    assert_eq!(s.claim(&ids).await.len(), 2);
    assert_eq!(s.round(MANY).await.admitted, 0);
    assert!(s.claim(&ids).await.is_empty());
    let other = s.store.admit(&queue("other"), s.now(), s.now(), MANY).await.expect("admit");
    assert!(other.tasks.is_empty() && other.next_at.is_none(), "a queue that is not limited");
}

pub async fn the_most_urgent_and_oldest_are_admitted_first(s: &Subject) {
    s.limit(at_once(3)).await;
    let old = s.queued().await.id;
    s.advance(1);
    let young = s.queued().await.id;
    let urgent = s.queued_as(|t| t.priority = Priority::MAX).await.id;
    s.advance(1);
    s.queued().await;
    assert_eq!(s.admitted().await, [urgent, old, young]);
}

pub async fn an_attempt_that_is_over_frees_its_slot(s: &Subject) {
    s.limit(at_once(1)).await;
    for outcome in [succeeded(), failed(), AttemptOutcome::Cancelled, retrying(s.in_seconds(9_000)), AttemptOutcome::Released] {
        let task = s.queued_as(|t| t.priority = Priority::MAX).await;
        assert_eq!(s.admitted().await, [task.id], "{outcome:?}");
        let claimed = s.claim_one(task.id).await.expect("admitted");
        assert!(s.admitted().await.is_empty());
        assert!(s.finish(attempt(&claimed), outcome).await);
        s.store.cancel(task.id, s.now()).await.expect("cancel");
    }
    let lost = s.queued().await;
    assert_eq!(s.admitted().await, [lost.id]);
    let claimed = s.claim_one(lost.id).await.expect("admitted");
    s.advance(60);
    assert!(s.admitted().await.is_empty(), "the lost worker holds it until the rescuer says so");
    assert_eq!(s.store.rescue_lost(s.now(), MANY).await.expect("rescue").again.tasks.len(), 1);
    assert!(s.claim_one(lost.id).await.is_none(), "its slot was for the lost attempt");
    assert_eq!(s.admitted().await, [lost.id], "it takes one like any other");
    assert_eq!(s.claim_one(lost.id).await.expect("admitted").attempt, claimed.attempt + 1);
}

pub async fn a_waiting_task_that_ends_frees_its_slot(s: &Subject) {
    s.limit(at_once(2)).await;
    let soon = s.in_seconds(10);
    let expiring = s.queued_as(|t| t.expires_at = Some(soon)).await.id;
    let cancelled = s.queued().await.id;
    assert_eq!(s.round(MANY).await.admitted, 2);
    s.store.cancel(cancelled, s.now()).await.expect("cancel");
    s.advance(10);
    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 1);
    let (one, two) = (s.queued().await.id, s.queued().await.id);
    assert_eq!(sorted(s.admitted().await), sorted([one, two]));
    assert!(s.claim_one(expiring).await.is_none());
}

pub async fn a_retry_needs_a_slot_of_its_own(s: &Subject) {
    s.limit(at_once(1)).await;
    let task = s.queued().await.id;
    s.admitted().await;
    let claimed = s.claim_one(task).await.expect("admitted");
    assert!(s.finish(attempt(&claimed), failed()).await);
    // Before any round could see that it failed.
    assert!(matches!(s.store.retry(task, s.now()).await.expect("retry"), RetryAnswer::Queued { .. }));
    assert!(s.claim_one(task).await.is_none(), "a slot is good for one attempt");
    assert_eq!(s.admitted().await, [task]);
    let again = s.claim_one(task).await.expect("admitted");
    assert!(s.finish(attempt(&again), retrying(s.now())).await);
    assert_eq!(s.store.release_due(s.now(), MANY).await.expect("release").tasks.len(), 1);
    assert!(s.claim_one(task).await.is_none());
    assert_eq!(s.admitted().await, [task]);
}

pub async fn what_ran_before_the_limit_counts(s: &Subject) {
    let running = [s.running().await, s.running_as(|t| with_key(t, "a")).await];
    let (waits, other) = (s.keyed("a").await, s.keyed("b").await);
    s.limit(QueueLimits { max_running: Some(3), ..per_key(1, KeyStrategy::Queue) }).await;
    assert_eq!(s.admitted().await, [other]);
    assert!(s.finish(attempt(&running[0]), succeeded()).await);
    assert!(s.admitted().await.is_empty(), "its key is full");
    assert!(s.finish(attempt(&running[1]), succeeded()).await);
    assert_eq!(s.admitted().await, [waits]);
}

pub async fn starts_are_spread_over_time(s: &Subject) {
    s.limit(QueueLimits { rate: Some(Rate { count: 2, per_ms: 1_000, burst: 3 }), ..NONE }).await;
    s.insert(s.tasks(20)).await;
    let first = s.round(MANY).await;
    assert_eq!((first.admitted, first.next_at), (3, Some(s.now() + TimeDelta::milliseconds(500))));
    let none = s.round(MANY).await;
    assert_eq!((none.admitted, none.next_at), (0, first.next_at));
    s.advance(1);
    assert_eq!(s.round(MANY).await.admitted, 2);
    s.advance(60);
    assert_eq!(s.round(MANY).await.admitted, 3, "no more than the burst is saved up");
    let ended: Vec<_> = s.store.tasks(&crate::TaskFilter::default(), None, 50).await.expect("tasks").rows;
    for task in ended {
        s.store.cancel(task.id, s.now()).await.expect("cancel");
    }
    s.advance(60);
    let idle = s.round(MANY).await;
    assert_eq!((idle.admitted, idle.next_at), (0, None), "nobody waits for a token");
}

pub async fn who_does_not_begin_is_told_of_once_more(s: &Subject) {
    s.limit(at_once(2)).await;
    let (lost, begun) = (s.queued().await, s.queued().await.id);
    assert_eq!(s.round(MANY).await.admitted, 2);
    s.claim_one(begun).await.expect("admitted");
    let told_before = s.now();
    let now = s.advance(15);
    let again = s.store.admit(&queue("default"), now, told_before, MANY).await.expect("admit");
    assert!(again.tasks.is_empty(), "not before its time");
    let again = s.store.admit(&queue("default"), now, now, MANY).await.expect("admit");
    assert_eq!((again.tasks, again.admitted), (vec![lost], 0));
    let again = s.store.admit(&queue("default"), now, now, MANY).await.expect("admit");
    assert!(again.tasks.is_empty(), "it was told of just now");
}

pub async fn a_paused_queue_admits_nobody_and_keeps_its_slots(s: &Subject) {
    s.limit(at_once(1)).await;
    let (first, second) = (s.queued().await.id, s.queued().await.id);
    let admitted = s.admitted().await;
    s.store.pause(&queue("default"), s.now()).await.expect("pause");
    assert!(s.claim(&[first, second]).await.is_empty());
    assert!(s.admitted().await.is_empty());
    s.store.resume(&queue("default"), s.now()).await.expect("resume");
    assert!(s.store.sweep(&queue("default"), s.now(), AGAIN_AFTER, MANY).await.expect("sweep").is_none(), "it is limited");
    assert_eq!(s.claim(&[first, second]).await.iter().map(|c| c.task.id).collect::<Vec<_>>(), admitted);
}

pub async fn lifted_limits_hold_nobody(s: &Subject) {
    s.limit(at_once(1)).await;
    let ids = [s.queued().await.id, s.queued().await.id];
    s.admitted().await;
    s.store.limit(&queue("default"), None, s.now()).await.expect("limit");
    assert_eq!(s.claim(&ids).await.len(), 2);
    s.limit(at_once(2)).await;
    assert_eq!(s.round(MANY).await.admitted, 0, "what runs counts again");
    s.queued().await;
    assert_eq!(s.round(MANY).await.admitted, 0);
}

pub async fn an_ended_attempt_is_followed_at_once(s: &Subject) {
    s.limit(at_once(1)).await;
    let (first, second) = (s.queued().await.id, s.queued().await.id);
    s.admitted().await;
    let running = s.claim_one(first).await.expect("admitted");
    assert!(running.limited);
    assert!(s.follow(5).await.is_empty(), "nothing has ended");
    assert!(s.finish(attempt(&running), succeeded()).await);
    let followed = s.follow(5).await;
    assert_eq!(followed.iter().map(|claimed| (claimed.task.id, claimed.attempt)).collect::<Vec<_>>(), [(second, 1)]);
    assert!(followed[0].limited && s.state(second).await == TaskState::Running);
    assert!(s.follow(5).await.is_empty() && s.admitted().await.is_empty(), "its slot is taken");
    assert!(s.claim_one(second).await.is_none(), "it runs");
    assert!(s.finish(attempt(&followed[0]), succeeded()).await);
    for _ in 0..3 {
        s.queued().await;
    }
    s.limit(at_once(3)).await;
    assert_eq!(s.follow(2).await.len(), 2, "no more than there is room for");
}

pub async fn only_an_open_queue_with_slots_is_followed_in(s: &Subject) {
    let plain = s.running().await;
    assert!(!plain.limited);
    s.queued().await;
    assert!(s.follow(5).await.is_empty(), "nothing is limited");
    s.limit(QueueLimits { rate: Some(Rate { count: 5, per_ms: 1_000, burst: 5 }), ..NONE }).await;
    assert!(s.follow(5).await.is_empty(), "an end makes no room for a rate");
    s.limit(at_once(5)).await;
    s.store.pause(&queue("default"), s.now()).await.expect("pause");
    assert!(s.follow(5).await.is_empty());
    s.store.resume(&queue("default"), s.now()).await.expect("resume");
    assert_eq!(s.follow(5).await.len(), 1);
}

pub async fn a_moved_task_leaves_its_slot_behind(s: &Subject) {
    s.limit(at_once(1)).await;
    let moved = s.queued_as(|t| t.name = TaskName::new("moved").expect("valid")).await.id;
    assert_eq!(s.admitted().await, [moved]);
    let stays = s.queued().await.id;
    let other = queue("other");
    s.store.limit(&other, Some(&at_once(1)), s.now()).await.expect("limit");
    let only = TaskFilter { name: Some(TaskName::new("moved").expect("valid")), ..TaskFilter::default() };
    operations::done(s, OperationAction::Move { queue: other.clone() }, only).await;
    assert_eq!(s.store.slots(&queue("default")).await.expect("slots"), 0, "at once, before any round");
    assert!(s.claim_one(moved).await.is_none(), "a slot is for its queue");
    assert_eq!(s.admitted().await, [stays]);
    let round = s.store.admit(&other, s.now(), s.now() - TimeDelta::days(1), MANY).await.expect("admit");
    assert_eq!(round.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [moved]);
    assert!(s.claim_one(moved).await.is_some());
}

pub async fn places_in_line_are_told_up_to_a_bound(s: &Subject) {
    let default = queue("default");
    let mut line = Vec::new();
    for key in [None, Some("a"), Some("b"), Some("a")] {
        s.advance(1);
        let task =
            s.queued_as(|task| task.options.concurrency_key = key.map(|key| ConcurrencyKey::new(key).expect("valid"))).await;
        line.push(InLine { id: task.id, priority: task.priority.get(), queued_at: s.now() });
    }
    let urgent = s.queued_as(|task| task.priority = Priority::MAX).await;
    s.queued_as(|task| task.queue = queue("other")).await;
    let urgent = InLine { id: urgent.id, priority: 9, queued_at: s.now() };
    let a = ConcurrencyKey::new("a").expect("valid");
    let before =
        async |key: Option<&ConcurrencyKey>, task, most| s.store.before(&default, key, task, most).await.expect("before");
    assert_eq!((before(None, urgent, 10).await, before(None, line[0], 10).await, before(None, line[3], 10).await), (0, 1, 4));
    assert_eq!((before(Some(&a), line[1], 10).await, before(Some(&a), line[3], 10).await), (0, 1));
    assert_eq!(before(None, line[3], 2).await, 2, "counted no further");
    let (twin_one, twin_two) = (s.queued().await.id, s.queued().await.id);
    let twin = |id| InLine { id, ..line[3] };
    let places = sorted_places([before(None, twin(twin_one), 10).await, before(None, twin(twin_two), 10).await]);
    assert_eq!(places[1] - places[0], 1, "tasks of one moment stand one after the other");
}

fn sorted_places(mut places: [u32; 2]) -> [u32; 2] {
    places.sort_unstable();
    places
}

pub async fn a_round_keeps_to_its_size(s: &Subject) {
    s.limit(at_once(100)).await;
    s.insert(s.tasks(10)).await;
    for expected in [4, 4, 2, 0] {
        assert_eq!(s.round(4).await.admitted, expected);
    }
}

/// Random arrivals, claims, ends and lost workers, with rounds of several servers at once: the limits are never exceeded, are
/// used while there is work, and every key comes to its turn.
pub async fn limits_hold_whatever_happens(s: &Subject) {
    const MAX: usize = 6;
    const EACH: usize = 2;
    s.limit(QueueLimits { max_running: Some(6), ..per_key(2, KeyStrategy::Queue) }).await;
    let keys = ["a", "b", "c", "d", "e"];
    let dice = |sides: usize| ((ruche_domain::Clock::random(&s.clock) * sides as f64) as usize).min(sides - 1);
    let (mut all, mut last_turn): (Vec<(TaskId, &str)>, BTreeMap<&str, usize>) = (Vec::new(), BTreeMap::new());
    let (mut used, mut possible) = (0, 0);
    for step in 0..60 {
        s.advance(1);
        // One key is loud; the others come now and then.
        for key in (0..3).map(|_| keys[0]).chain([keys[dice(5)]]) {
            all.push((s.keyed(key).await, key));
        }
        let (now, long_ago) = (s.now(), s.now() - TimeDelta::days(1));
        let rounds = (0..3).map(|_| {
            let store = s.store.clone();
            async move { store.admit(&queue("default"), now, long_ago, MANY).await }
        });
        let (rounds, mut followed) = futures::future::join(join_all(rounds), s.follow(2)).await;
        for round in rounds {
            assert!(round.is_ok() || round.is_err_and(|error| error.is_transient()));
        }
        let ids: Vec<_> = all.iter().map(|(id, _)| *id).collect();
        let mut claimed = s.claim(&ids).await;
        claimed.append(&mut followed);
        let states: BTreeMap<_, _> = s.store.states(&ids).await.expect("states").into_iter().collect();
        let in_state = |state| all.iter().filter(|(id, _)| states[id] == state).copied().collect::<Vec<_>>();
        let (running, waiting) = (in_state(TaskState::Running), in_state(TaskState::Queued));
        assert!(running.len() <= MAX, "step {step}: {} run", running.len());
        let of_key = |tasks: &[(TaskId, &str)], key: &str| tasks.iter().filter(|(_, one)| *one == key).count();
        for key in keys {
            assert!(of_key(&running, key) <= EACH, "step {step}: {key}");
            if of_key(&waiting, key) == 0 || of_key(&running, key) > 0 {
                last_turn.insert(key, step);
            }
            assert!(step - last_turn.get(key).copied().unwrap_or(0) < 8, "step {step}: {key} starves");
        }
        let could = keys.iter().map(|key| (of_key(&running, key) + of_key(&waiting, key)).min(EACH)).sum::<usize>().min(MAX);
        (used, possible) = (used + running.len(), possible + could);
        for claimed in claimed {
            let outcome = match dice(8) {
                0 => retrying(s.in_seconds(2)),
                1 => AttemptOutcome::Released,
                2 => failed(),
                // Its worker dies, and the rescuer finds it.
                3 => continue,
                _ => succeeded(),
            };
            assert!(s.finish(attempt(&claimed), outcome).await);
        }
        s.store.release_due(s.now(), MANY).await.expect("release");
        s.store.rescue_lost(s.now() + LEASE, MANY).await.expect("rescue");
    }
    assert!(used * 10 >= possible * 9, "{used} of {possible}");
}
