//! Limits of task names, in whatever queue.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use ruche_domain::{
    AttemptOutcome, ConcurrencyKey, NewTask, Priority, TaskId, TaskName, TaskState,
    limit::{QueueLimits, Rate},
};

use super::{Subject, subject::*};
use crate::Admissions;

const AGAIN_AFTER: Duration = Duration::from_secs(3);
const SLOW: Rate = Rate { count: 2, per_ms: 1_000, burst: 3 };

fn slow() -> TaskName {
    TaskName::new("slow").expect("a valid name")
}

fn is_slow(task: &mut NewTask) {
    task.name = slow();
}

impl Subject {
    async fn limit_slow(&self, rate: Rate) {
        self.store.limit_name(&slow(), Some(&rate), self.now()).await.expect("limit_name");
    }

    /// A round in which nothing is told twice.
    async fn name_round(&self) -> Admissions {
        let long_ago = self.now() - TimeDelta::days(1);
        self.store.admit_name(&slow(), self.now(), long_ago, MANY).await.expect("admit_name")
    }

    async fn named(&self) -> Vec<TaskId> {
        self.name_round().await.tasks.iter().map(|task| task.id).collect()
    }

    async fn queue_round(&self) -> Admissions {
        let long_ago = self.now() - TimeDelta::days(1);
        self.store.admit(&queue("default"), self.now(), long_ago, MANY).await.expect("admit")
    }
}

pub async fn a_limited_name_starts_so_many_per_time_in_all_queues(s: &Subject) {
    s.limit_slow(SLOW).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "a", "b", "a", "b", "a"] {
        s.advance(1);
        ids.push(
            s.queued_as(|task| {
                is_slow(task);
                task.queue = queue(name);
            })
            .await
            .id,
        );
    }
    let plain = s.queued_as(|task| task.queue = queue("a")).await.id;
    assert!(s.claim(&ids).await.is_empty());
    let claimed = s.claim_one(plain).await.expect("its name is not limited");
    assert!(!claimed.limited, "nothing follows in a queue without limits");
    let first = s.name_round().await;
    assert_eq!((first.admitted, first.next_at), (3, Some(s.now() + TimeDelta::milliseconds(500))));
    assert_eq!(first.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), ids[..3], "the oldest, of any queue");
    let none = s.name_round().await;
    assert_eq!((none.admitted, none.next_at), (0, first.next_at));
    assert_eq!(sorted(s.claim(&ids).await.iter().map(|claimed| claimed.task.id)), sorted(ids[..3].iter().copied()));
    s.advance(1);
    assert_eq!(s.named().await, ids[3..5]);
    s.advance(60);
    assert_eq!(s.named().await, ids[5..], "no more wait");
    assert!(
        s.store
            .admit_name(&TaskName::new("other").expect("valid"), s.now(), s.now(), MANY)
            .await
            .expect("admit")
            .tasks
            .is_empty()
    );
}

pub async fn a_start_of_a_limited_name_is_good_for_one_attempt(s: &Subject) {
    s.limit_slow(Rate { burst: 1, ..SLOW }).await;
    let task = s.queued_as(is_slow).await.id;
    assert_eq!(s.named().await, [task]);
    let claimed = s.claim_one(task).await.expect("a slot");
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Released).await);
    assert!(s.claim_one(task).await.is_none());
    assert!(s.named().await.is_empty(), "the token is used");
    s.advance(1);
    assert_eq!(s.named().await, [task]);
    s.store.cancel(task, s.now()).await.expect("cancel");
    assert!(s.claim_one(task).await.is_none());
}

pub async fn a_name_and_its_queue_hold_both(s: &Subject) {
    let limits = QueueLimits { max_running: Some(2), rate: None, per_key: None };
    s.store.limit(&queue("default"), Some(&limits), s.now()).await.expect("limit");
    s.limit_slow(Rate { count: 1, per_ms: 10_000, burst: 1 }).await;
    let key = |task: &mut NewTask| task.options.concurrency_key = Some(ConcurrencyKey::new("a").expect("valid"));
    let (first, second) = (s.queued_as(is_slow).await.id, s.queued_as(is_slow).await.id);
    let keyed = s
        .queued_as(|task| {
            is_slow(task);
            key(task)
        })
        .await
        .id;
    s.advance(1);
    let (plain, other) = (s.queued().await.id, s.queued_as(key).await.id);
    assert!(s.named().await.is_empty(), "a limited queue gives slots itself");
    let round = s.queue_round().await;
    let admitted: Vec<_> = round.tasks.iter().map(|task| task.id).collect();
    assert_eq!(admitted.len(), 2, "what has no token lets others go before");
    let of_name = admitted.iter().filter(|id| [first, second, keyed].contains(id)).count();
    assert_eq!(of_name, 1, "one token");
    assert!(admitted.iter().any(|id| [plain, other].contains(id)));
    assert!(round.next_at.is_none_or(|at| at > s.now()));
    for claimed in s.claim(&admitted).await {
        assert!(s.finish(attempt(&claimed), succeeded()).await);
    }
    let rest = s.queue_round().await;
    assert_eq!(rest.tasks.iter().filter(|task| task.name == slow()).count(), 0, "no token");
    assert_eq!(rest.next_at, Some(s.now() + TimeDelta::seconds(10)), "the name's next token");
    for claimed in s.claim(&rest.tasks.iter().map(|task| task.id).collect::<Vec<_>>()).await {
        assert!(s.finish(attempt(&claimed), succeeded()).await);
    }
    for _ in 0..2 {
        s.advance(10);
        let next = s.queue_round().await;
        assert_eq!(next.tasks.len(), 1);
        for claimed in s.claim(&[next.tasks[0].id]).await {
            assert!(s.finish(attempt(&claimed), succeeded()).await);
        }
    }
    let ended = s.store.states(&[first, second, keyed, plain, other]).await.expect("states");
    assert!(ended.iter().all(|(_, state)| *state == TaskState::Succeeded), "{ended:?}");
}

pub async fn rounds_of_many_servers_share_a_name_s_tokens(s: &Subject) {
    s.limit_slow(Rate { burst: 7, ..SLOW }).await;
    let mut tasks = s.tasks(50);
    tasks.iter_mut().for_each(is_slow);
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    s.insert(tasks).await;
    let (now, long_ago) = (s.now(), s.now() - TimeDelta::days(1));
    let rounds = (0..8).map(|_| {
        let store = s.store.clone();
        tokio::spawn(async move { store.admit_name(&slow(), now, long_ago, 3).await })
    });
    let mut admitted = 0;
    for round in join_all(rounds).await {
        match round.expect("no panic") {
            Ok(round) => admitted += round.admitted,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
    }
    assert!((1..=7).contains(&admitted), "{admitted}");
    while s.store.admit_name(&slow(), now, long_ago, 3).await.expect("admit").admitted > 0 {}
    assert_eq!(s.claim(&ids).await.len(), 7);
}

pub async fn a_new_rate_does_not_fill_the_bucket(s: &Subject) {
    s.limit_slow(SLOW).await;
    let mut tasks = s.tasks(10);
    tasks.iter_mut().for_each(is_slow);
    s.insert(tasks).await;
    assert_eq!(s.name_round().await.admitted, 3);
    s.limit_slow(Rate { burst: 10, ..SLOW }).await;
    assert_eq!(s.name_round().await.admitted, 0);
    let limits = s.store.name_limits().await.expect("limits");
    assert_eq!(
        limits.iter().map(|limit| (limit.name.as_str(), limit.rate.map(|rate| rate.burst))).collect::<Vec<_>>(),
        [("slow", Some(10))]
    );
    s.advance(60);
    assert_eq!(s.name_round().await.admitted, 7);
}

pub async fn a_lifted_name_holds_nobody_and_is_swept(s: &Subject) {
    s.limit_slow(Rate { burst: 1, ..SLOW }).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        s.advance(1);
        ids.push(s.queued_as(is_slow).await.id);
    }
    assert_eq!(s.named().await.len(), 1);
    assert!(s.store.sweep_name(&slow(), s.now(), AGAIN_AFTER, 2).await.expect("sweep").is_none(), "it is limited");
    s.advance(60);
    assert!(s.store.limit_name(&slow(), None, s.now()).await.expect("lift"));
    assert!(!s.store.limit_name(&slow(), None, s.now()).await.expect("lift"), "it is not limited any more");
    assert!(s.name_round().await.tasks.is_empty());
    let mut swept = Vec::new();
    for portion in [2, 2, 1] {
        let tasks = s.store.sweep_name(&slow(), s.now(), AGAIN_AFTER, 2).await.expect("sweep").expect("more to do");
        assert_eq!(tasks.len(), portion);
        swept.extend(tasks.into_iter().map(|task| task.id));
    }
    assert_eq!(swept, ids);
    assert!(s.store.sweep_name(&slow(), s.now(), AGAIN_AFTER, 2).await.expect("sweep").is_none(), "not yet again");
    let late = s.queued_as(is_slow).await.id;
    s.advance(3);
    let again = s.store.sweep_name(&slow(), s.now(), AGAIN_AFTER, 2).await.expect("sweep").expect("a second look");
    assert_eq!(again.iter().map(|task| task.id).collect::<Vec<_>>(), [late]);
    assert!(s.store.name_limits().await.expect("limits").is_empty(), "nothing is left to say of it");
    assert_eq!(s.claim(&ids).await.len(), 5);
}

pub async fn who_starts_by_name_and_does_not_begin_is_told_of_once_more(s: &Subject) {
    s.limit_slow(SLOW).await;
    let (lost, begun) = (s.queued_as(is_slow).await, s.queued_as(is_slow).await.id);
    assert_eq!(s.name_round().await.admitted, 2);
    s.claim_one(begun).await.expect("a slot");
    let now = s.advance(15);
    let again = s.store.admit_name(&slow(), now, now, MANY).await.expect("admit");
    assert_eq!((again.tasks, again.admitted), (vec![lost], 0));
}

pub async fn a_limited_name_s_tasks_in_a_paused_queue_hold_no_others_up(s: &Subject) {
    s.limit_slow(SLOW).await;
    s.store.pause(&queue("default"), s.now()).await.expect("pause");
    let mut tasks = s.tasks(1_500);
    tasks.iter_mut().for_each(is_slow);
    s.insert(tasks).await;
    s.advance(1);
    let urgent = s
        .queued_as(|task| {
            is_slow(task);
            task.queue = queue("other");
            task.priority = Priority::MAX;
        })
        .await
        .id;
    let mut rounds = 0;
    while s.named().await != [urgent] {
        rounds += 1;
        assert!(rounds < 4, "it is never looked at");
    }
}
