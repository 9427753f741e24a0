//! Every statement finds its tasks through an index, and touches few: PostgreSQL's own counters say so, after the real calls.
//! (Plans are made once and do not depend on the parameters, see `pool`: what holds here holds for a million.)

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{
    AttemptOutcome, Clock, ConcurrencyKey, Fingerprint, OperationAction, Priority, Progress, QueueName, RawJson, TaskFailure,
    TaskState, Timestamp, UniqueKey, UniquePolicy, Uniqueness,
    limit::{KeyLimits, KeyStrategy, QueueLimits, Rate},
};
use ruche_store::{
    AttemptProgress, AttemptRef, Browse, ClaimRequest, Control, DeadLetters, Enqueue, EnqueueRequest, FinishedAttempt, InLine,
    Lease, Lines, Maintain, NameLimits, NewOperation, Operations, Queues, Retention, Store, TaskFilter, Unique, UniqueRequest,
    UniqueTask, WorkflowAnswer, Workflows,
    conformance::{Fixture, Subject},
};
use ruche_store_postgres::PgStore;
use sqlx::{Connection, Executor, PgConnection, Row};

use crate::database::Database;

const ROWS: i64 = 50_000;
const PAGE: u32 = 50;
/// Rows of each of the nine states that a page may look at, and the running ones by worker.
const FEW: i64 = 9 * (PAGE as i64 + 1) + 500;

/// A day's mixture: mostly done, a few of everything else.
const SEED: &str = "
insert into tasks (id, created_at, queued_at, started_at, lease_until, finished_at, due_at, expires_at, state, attempt,
                   attempts_used, max_attempts, priority, name, queue, worker)
select gen_random_uuid(), at, at, at,
       case when state = 'running' then $1::timestamptz + interval '30 s' * (1 - 2 * (n % 400 / 200)) end,
       case when state in ('succeeded', 'failed', 'cancelled', 'expired') then at + interval '1 s' end,
       case when state in ('scheduled', 'retrying') then at + interval '1 day' * (n % 3) end,
       case when n % 40 in (8, 10) then at + interval '1 day' * (n % 4) end,
       state, 1, 1, 3, case when n % 10 = 0 then 5 else 0 end,
       case when n % 25000 = 7 then 't.rare' else 't.' || n % 20 end,
       case when n % 25000 = 9 then 'rare' else 'q' || n % 5 end,
       case when n % 25000 = 11 then 'w@rare' else 'w@' || n % 10 end
from (
    select n, $1::timestamptz - interval '86400 s' * (1 - n / 50000.0) as at,
           (case when n % 100 = 1 then 'failed' when n % 100 = 2 then 'cancelled' when n % 100 = 3 then 'expired'
                 when n % 100 = 4 then 'scheduled' when n % 100 = 5 then 'retrying' when n % 200 = 6 then 'running'
                 when n % 10 = 8 then 'queued' else 'succeeded' end)::task_state as state
    from generate_series(1, 50000) as g (n)
) as seeds";

struct Stand {
    database: Database,
    subject: Subject,
    behind: PgConnection,
}

/// What a call cost the table of tasks.
#[derive(Debug, Clone, Copy)]
struct Cost {
    whole_scans: i64,
    rows_fetched: i64,
}

impl Stand {
    async fn new() -> Self {
        let database = Database::with_store().await;
        let subject = Subject::new(database.store());
        let mut behind = database.connection().await;
        behind.execute("alter table tasks set (autovacuum_enabled = false)").await.unwrap();
        sqlx::query(SEED).bind(subject.now()).execute(&mut behind).await.unwrap();
        behind.execute("vacuum (analyze) tasks").await.unwrap();
        subject.store.close().await;
        Self { database, subject, behind }
    }

    fn now(&self) -> Timestamp {
        self.subject.now()
    }

    /// Runs a call on a store of its own, whose connections hand in their counters when they end.
    async fn cost(&mut self, call: impl AsyncFnOnce(&PgStore)) -> Cost {
        let before = self.counters().await;
        let store = self.database.connect().await;
        call(&store).await;
        store.close().await;
        let after = self.counters().await;
        Cost { whole_scans: after.whole_scans - before.whole_scans, rows_fetched: after.rows_fetched - before.rows_fetched }
    }

    /// The counters once every other connection is gone.
    async fn counters(&mut self) -> Cost {
        let others = "select count(*) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
        while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut self.behind).await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let read = "select seq_scan, idx_tup_fetch from pg_stat_user_tables where relname = 'tasks'";
        let row = self.behind.fetch_one(read).await.unwrap();
        Cost { whole_scans: row.get(0), rows_fetched: row.get(1) }
    }

    async fn expect(&mut self, what: &str, most: i64, call: impl AsyncFnOnce(&PgStore)) {
        let cost = self.cost(call).await;
        assert_eq!(cost.whole_scans, 0, "{what} reads the whole table: {cost:?}");
        assert!(cost.rows_fetched <= most, "{what} fetches more than {most} rows: {cost:?}");
    }

    async fn end(self) {
        self.behind.close().await.unwrap();
        self.database.drop().await;
    }
}

/// Each filter alone, and pairs; those whose cost is bounded by the page say so.
fn filters(now: Timestamp) -> Vec<(TaskFilter, bool)> {
    let all = TaskFilter::default;
    let by_state = |state| TaskFilter { state: Some(state), ..all() };
    let by_name = |name: &str| TaskFilter { name: Some(name.parse().unwrap()), ..all() };
    let by_queue = |queue: &str| TaskFilter { queue: Some(queue.parse().unwrap()), ..all() };
    let by_worker = |worker: &str| TaskFilter { worker: Some(worker.parse().unwrap()), ..all() };
    let (hours, later) = (now - TimeDelta::hours(12), now - TimeDelta::hours(11));
    let mut bounded = vec![
        all(),
        by_name("t.3"),
        by_name("t.rare"),
        by_name("t.none"),
        by_queue("q1"),
        by_queue("rare"),
        by_queue("none"),
        by_worker("w@4"),
        by_worker("w@rare"),
        by_worker("w@none"),
        TaskFilter { created_from: Some(hours), ..all() },
        TaskFilter { created_before: Some(hours), ..all() },
        TaskFilter { created_from: Some(hours), created_before: Some(later), ..all() },
    ];
    bounded.extend(TaskState::ALL.map(by_state));
    for state in [TaskState::Failed, TaskState::Succeeded, TaskState::Running, TaskState::Blocked] {
        bounded.push(TaskFilter { state: Some(state), ..by_name("t.1") });
        bounded.push(TaskFilter { state: Some(state), ..by_queue("rare") });
        bounded.push(TaskFilter { state: Some(state), ..by_worker("w@6") });
        bounded.push(TaskFilter { state: Some(state), created_before: Some(hours), ..all() });
    }
    bounded.push(TaskFilter { created_before: Some(hours), ..by_name("t.3") });
    bounded.push(TaskFilter { created_from: Some(hours), created_before: Some(later), ..by_queue("q1") });
    let crossed = [
        TaskFilter { queue: Some("q1".parse().unwrap()), ..by_name("t.3") },
        TaskFilter { worker: Some("w@3".parse().unwrap()), ..by_name("t.rare") },
        TaskFilter { worker: Some("w@3".parse().unwrap()), ..by_queue("q3") },
    ];
    bounded.into_iter().map(|filter| (filter, true)).chain(crossed.into_iter().map(|filter| (filter, false))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_is_answered_by_an_index() {
    let mut stand = Stand::new().await;
    for (filter, bounded) in filters(stand.now()) {
        let most = if bounded { FEW } else { ROWS / 2 };
        let what = format!("{filter:?}");
        stand
            .expect(&what, most, async |store| {
                store.tasks(&filter, None, PAGE).await.unwrap();
            })
            .await;
        let page = {
            let store = stand.database.connect().await;
            let page = store.tasks(&filter, None, PAGE).await.unwrap();
            store.close().await;
            page
        };
        if page.next.is_some() {
            stand
                .expect(&format!("the next page of {what}"), most, async |store| {
                    store.tasks(&filter, page.next, PAGE).await.unwrap();
                })
                .await;
        }
    }
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_read_is_answered_by_an_index() {
    let mut stand = Stand::new().await;
    let now = stand.now();
    let queue = "q3".parse().unwrap();
    let ids: Vec<_> = {
        let store = stand.database.connect().await;
        let page = store.tasks(&TaskFilter::default(), None, 100).await.unwrap();
        store.close().await;
        page.rows.into_iter().map(|row| row.id).collect()
    };
    stand
        .expect("one task", 1, async |store| {
            store.task(ids[0]).await.unwrap();
        })
        .await;
    stand
        .expect("its attempts", 2, async |store| {
            store.attempts(ids[0]).await.unwrap();
        })
        .await;
    stand
        .expect("states", 100, async |store| {
            store.states(&ids).await.unwrap();
        })
        .await;
    stand
        .expect("counts", ROWS, async |store| {
            store.counts(1_000).await.unwrap();
        })
        .await;
    // Exact numbers: as many as there are live tasks, of the ended ones none.
    stand
        .expect("queues", ROWS / 6, async |store| {
            store.queues().await.unwrap();
        })
        .await;
    stand
        .expect("waiting queues", 200, async |store| {
            store.waiting_queues().await.unwrap();
        })
        .await;
    stand
        .expect("next due", 2, async |store| {
            store.next_due().await.unwrap();
        })
        .await;
    let since = async |store: &PgStore| {
        assert_eq!(store.queued_since(&queue, now, 100).await.unwrap().len(), 100);
    };
    stand.expect("queued since", 100, since).await;
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_maintenance_duty_is_answered_by_an_index() {
    let mut stand = Stand::new().await;
    let now = stand.now();
    // Each moved row is fetched to be locked, again to be changed, and once more for its new version.
    stand.expect("release", 400, async |store| assert_eq!(store.release_due(now, 100).await.unwrap().tasks.len(), 100)).await;
    stand.expect("expire", 400, async |store| assert_eq!(store.expire_overdue(now, 40).await.unwrap(), 40)).await;
    stand
        .expect("rescue", 1_000, async |store| {
            assert!(!store.rescue_lost(now, 100).await.unwrap().again.tasks.is_empty());
        })
        .await;
    let retention = Retention {
        succeeded: Duration::from_secs(3_600),
        failed: Duration::from_secs(3_600),
        other: Duration::from_secs(3_600),
        idempotency_keys: Duration::from_secs(3_600),
    };
    stand.expect("prune", 700, async |store| assert_eq!(store.prune(&retention, now, 100).await.unwrap(), 100)).await;
    stand
        .expect("the relay", 300, async |store| {
            let handover = store.take_unpublished(now + TimeDelta::days(1), now, 100).await.unwrap();
            assert!(!handover.tasks.is_empty(), "what was released and rescued");
        })
        .await;
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_batch_is_answered_by_the_primary_key() {
    let mut stand = Stand::new().await;
    let now = stand.now();
    let until = now + TimeDelta::seconds(30);
    let worker = "ruche@one".parse().unwrap();
    let tasks = stand.subject.tasks(500);
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let attempts: Vec<_> = ids.iter().map(|&id| AttemptRef { id, attempt: 1 }).collect();
    let unknown = stand.subject.clock.new_task_id();
    stand
        .expect("insert", 0, async |store| {
            store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await.unwrap();
        })
        .await;
    stand
        .expect("claim", 1_500, async |store| {
            let requests = ids.iter().map(|&id| ClaimRequest { id, foreign: None }).collect();
            assert_eq!(store.claim(&worker, requests, now, until).await.unwrap().len(), 500);
        })
        .await;
    stand
        .expect("renew", 1_500, async |store| {
            store.renew(&worker, &attempts, until).await.unwrap();
        })
        .await;
    stand
        .expect("progress", 1_500, async |store| {
            let progress = Progress { current: 1, total: None, message: None };
            let reports: Vec<_> =
                attempts.iter().map(|&attempt| AttemptProgress { attempt, progress: progress.clone() }).collect();
            store.record_progress(&reports, now).await.unwrap();
        })
        .await;
    let finish = |attempts: &[AttemptRef], outcome: AttemptOutcome| -> Vec<_> {
        attempts
            .iter()
            .map(|&attempt| FinishedAttempt { attempt, outcome: outcome.clone(), finished_at: now, of_workflow: false })
            .collect()
    };
    let done = finish(&attempts[..250], AttemptOutcome::Succeeded { result: RawJson::null() });
    let failure = TaskFailure::new("x", "y");
    let repeated = finish(&attempts[250..], AttemptOutcome::Retrying { due_at: until, failure });
    stand
        .expect("finish", 1_500, async |store| {
            store.finish(&done).await.unwrap();
        })
        .await;
    stand
        .expect("retrying", 1_500, async |store| {
            store.finish(&repeated).await.unwrap();
        })
        .await;
    stand
        .expect("cancel", 5, async |store| {
            store.cancel(ids[300], now).await.unwrap();
        })
        .await;
    stand
        .expect("retry", 5, async |store| {
            store.retry(ids[300], now).await.unwrap();
        })
        .await;
    stand
        .expect("unknown", 1, async |store| {
            store.cancel(unknown, now).await.unwrap();
        })
        .await;
    stand.end().await;
}

/// Tasks of many keys beside those without, in a queue that is limited.
const KEYED: &str = r#"
update tasks set concurrency_key = 'k' || (hashtext(id::text) % 40)
where state = 'queued' and queue = 'q3' and hashtext(id::text) % 2 = 0"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_round_of_admissions_is_answered_by_an_index() {
    let mut stand = Stand::new().await;
    let (now, queue) = (stand.now(), "q3".parse().unwrap());
    // By a connection that ends: what it read is counted before anything is measured.
    let mut seeds = stand.database.connection().await;
    seeds.execute(KEYED).await.unwrap();
    seeds.execute("vacuum (analyze) tasks").await.unwrap();
    seeds.close().await.unwrap();
    let per_key = Some(KeyLimits { max_running: Some(5), strategy: KeyStrategy::RejectNewest, rate: None });
    // Some 25 run already.
    let limits = QueueLimits { max_running: Some(75), rate: None, per_key };
    stand
        .expect("limit", 0, async |store| {
            store.limit(&queue, Some(&limits), now).await.unwrap();
        })
        .await;
    // A few of each key and the first without are looked at, the granted ones once more; none of the ended.
    stand
        .expect("admit", 1_500, async |store| {
            assert!(store.admit(&queue, now, now, 100).await.unwrap().admitted > 10);
        })
        .await;
    let key = "k7".parse().unwrap();
    let id = stand.subject.clock.new_task_id();
    stand
        .expect("standing", 0, async |store| {
            store.standing(&queue, Some(&key), id, 0).await.unwrap();
        })
        .await;
    let mut tasks = stand.subject.tasks(10);
    tasks.iter_mut().for_each(|task| {
        task.queue = queue.clone();
        task.options.concurrency_key = Some(key.clone());
    });
    stand
        .expect("enqueue with a key", 50, async |store| {
            let request = EnqueueRequest { tasks, idempotency: None };
            let answers = store.enqueue(&[request], now).await.unwrap().answers;
            assert!(matches!(answers[0], ruche_store::EnqueueAnswer::KeyFull(_)), "{answers:?}");
        })
        .await;
    stand
        .expect("lift", 0, async |store| {
            store.limit(&queue, None, now).await.unwrap();
        })
        .await;
    stand
        .expect("sweep", 200, async |store| {
            assert_eq!(store.sweep(&queue, now, Duration::from_secs(3), 100).await.unwrap().unwrap().len(), 100);
        })
        .await;
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_for_an_empty_table_hold_while_it_grows() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    behind.execute("alter table tasks set (autovacuum_enabled = false)").await.unwrap();
    subject.store.close().await;
    let mut stand = Stand { database, subject, behind };
    let worker = "ruche@one".parse().unwrap();
    let now = stand.now();
    let batches: Vec<_> = (0..20).map(|_| stand.subject.tasks(200)).collect();
    let way = async |store: &PgStore| {
        for tasks in batches {
            let requests = tasks.iter().map(|task| ClaimRequest { id: task.id, foreign: None }).collect();
            store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await.unwrap();
            let claimed = store.claim(&worker, requests, now, now).await.unwrap();
            let attempts: Vec<_> = claimed.iter().map(|claimed| AttemptRef { id: claimed.task.id, attempt: 1 }).collect();
            store.renew(&worker, &attempts, now).await.unwrap();
            let outcome = AttemptOutcome::Succeeded { result: RawJson::null() };
            let ends = attempts.iter().map(|&attempt| FinishedAttempt {
                attempt,
                outcome: outcome.clone(),
                finished_at: now,
                of_workflow: false,
            });
            let ends: Vec<_> = ends.collect();
            assert_eq!(store.finish(&ends).await.unwrap(), vec![true; 200]);
        }
    };
    // Three changes of each task, and the versions of its row that an index still leads to.
    stand.expect("twenty batches", 20 * 200 * 9, way).await;
    stand.end().await;
}

/// A backlog of one key, and a few tasks of others and of none.
const BACKLOG: &str = "
insert into tasks (id, created_at, queued_at, state, max_attempts, name, queue, concurrency_key)
select gen_random_uuid(), $1, $1 + n * interval '1 us', 'queued', 3, 't', 'q',
       case when n % 1000 = 7 then null when n % 500 = 3 then 'k' || n / 500 % 5 else 'loud' end
from generate_series(1, 20000) as g (n)";

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_admissions_planned_for_an_empty_table_hold_while_it_grows() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    behind.execute("alter table tasks set (autovacuum_enabled = false)").await.unwrap();
    subject.store.close().await;
    let url = database.url();
    let mut stand = Stand { database, subject, behind };
    let (now, queue): (_, QueueName) = (stand.now(), "q".parse().unwrap());
    let key: ConcurrencyKey = "loud".parse().unwrap();
    let worker = "ruche@one".parse().unwrap();
    let last = InLine { id: stand.subject.clock.new_task_id(), priority: 0, queued_at: now + TimeDelta::hours(1) };
    let per_key = Some(KeyLimits { max_running: Some(3), strategy: KeyStrategy::RejectNewest, rate: None });
    let limits = QueueLimits { max_running: Some(12), rate: None, per_key };
    let id = stand.subject.clock.new_task_id();
    let mut refused = stand.subject.tasks(1);
    refused.iter_mut().for_each(|task| {
        task.queue = queue.clone();
        task.options.concurrency_key = Some(key.clone());
    });
    let round = async |store: &PgStore, granted: u32| {
        assert_eq!(store.admit(&queue, now, now, 8).await.unwrap().admitted, granted.min(8));
        let claimed = store.claim_next(&queue, &worker, now, now + TimeDelta::seconds(30), 4).await.unwrap();
        assert_eq!(claimed.len(), granted.saturating_sub(8) as usize);
        store.before(&queue, None, last, 100).await.unwrap();
        store.before(&queue, Some(&key), last, 100).await.unwrap();
        store.full_keys(&queue, 3, 10, 100).await.unwrap();
        store.standing(&queue, Some(&key), id, 0).await.unwrap();
    };
    let way = async |store: &PgStore| {
        store.limit(&queue, Some(&limits), now).await.unwrap();
        round(store, 0).await;
        let mut seeds = PgConnection::connect(&url).await.unwrap();
        sqlx::query(BACKLOG).bind(now).execute(&mut seeds).await.unwrap();
        seeds.close().await.unwrap();
        round(store, 12).await;
        let request = EnqueueRequest { tasks: refused, idempotency: None };
        let answers = store.enqueue(&[request], now).await.unwrap().answers;
        assert!(matches!(answers[0], ruche_store::EnqueueAnswer::KeyFull(_)), "{answers:?}");
    };
    stand.expect("a round beside a backlog", 1_500, way).await;
    stand.end().await;
}

/// Failures of a few kinds, and some of before there were fingerprints.
const FINGERPRINTS: &str = "
update tasks set fingerprint = case when random() < 0.9 then lpad((extract(epoch from created_at)::bigint % 7)::text, 16, '0') end
where state = 'failed'";

#[tokio::test(flavor = "multi_thread")]
async fn every_chunk_and_every_group_is_answered_by_an_index() {
    let mut stand = Stand::new().await;
    // On a connection of its own, which hands in its counters when it ends, not in the midst of what is measured.
    let mut setup = stand.database.connection().await;
    setup.execute(FINGERPRINTS).await.unwrap();
    setup.execute("vacuum (analyze) tasks").await.unwrap();
    setup.close().await.unwrap();
    let now = stand.now();
    let print: Fingerprint = "0000000000000003".parse().unwrap();
    let alike = TaskFilter { fingerprint: Some(print.clone()), ..TaskFilter::default() };
    stand
        .expect("groups", 400, async |store| {
            let page = store.dead_letters(None, 50, 1_000).await.unwrap();
            assert_eq!(page.rows.len(), 7);
        })
        .await;
    stand
        .expect("a group", 100, async |store| {
            assert!(store.dead_letter(&print, 10).await.unwrap().is_some());
        })
        .await;
    stand
        .expect("its tasks", 60, async |store| {
            assert_eq!(store.tasks(&alike, None, PAGE).await.unwrap().rows.len(), PAGE as usize);
        })
        .await;
    stand
        .expect("fingerprints of before", 50, async |store| {
            assert_eq!(store.fingerprint_failures(10).await.unwrap(), 10);
        })
        .await;
    let everything = TaskFilter { queue: Some("q3".parse().unwrap()), ..TaskFilter::default() };
    for (action, filter) in [
        (OperationAction::SetPriority { priority: Priority::MAX }, everything.clone()),
        (OperationAction::Move { queue: "elsewhere".parse().unwrap() }, everything.clone()),
        (OperationAction::Retry, alike.clone()),
        (OperationAction::Cancel, TaskFilter { name: Some("t.8".parse().unwrap()), ..TaskFilter::default() }),
        (OperationAction::Delete, TaskFilter { created_before: Some(now), ..TaskFilter::default() }),
    ] {
        let what = action.to_string();
        stand
            .expect(&format!("the dry run of {what}"), 9 * 51, async |store| {
                assert!(!store.preview_operation(&action, &filter, 50).await.unwrap().is_empty());
            })
            .await;
        let id = stand.subject.clock.new_task_id().as_uuid().into();
        let operation = NewOperation { id, action, filter, created_at: now };
        // Per state that is walked a chunk's worth of rows, then each row to be locked, changed, and its new version.
        stand
            .expect(&format!("two chunks of {what}"), 2 * (9 * 51 + 50 * 5), async |store| {
                store.create_operation(&operation, None).await.unwrap();
                for _ in 0..2 {
                    let chunk = store.work_on_operation(now, 50).await.unwrap().unwrap().unwrap();
                    assert!(chunk.operation.changed >= 50, "{chunk:?}");
                }
                store.cancel_operation(operation.id, now).await.unwrap();
            })
            .await;
    }
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unique_tasks_are_answered_by_primary_keys() {
    let mut stand = Stand::new().await;
    let now = stand.now();
    let wish = |n: u16| {
        let mut key = [0; 32];
        key[..2].copy_from_slice(&n.to_be_bytes());
        let policy = UniquePolicy::Replace;
        Uniqueness { key: UniqueKey(key), period: None, states: Uniqueness::usual_states(policy, false), policy }
    };
    let request = |subject: &Subject, keys: std::ops::Range<u16>| {
        let tasks = keys.map(|n| UniqueTask { task: subject.task(), unique: Some(wish(n)) }).collect();
        UniqueRequest { tasks, idempotency: None }
    };
    let new = request(&stand.subject, 0..5_000);
    stand.expect("insert", 0, async |store| drop(store.enqueue_unique(&[new], now).await.unwrap())).await;
    stand.behind.execute("analyze unique_keys").await.unwrap();
    let whole_scans = "select seq_scan from pg_stat_user_tables where relname = 'unique_keys'";
    let before: i64 = sqlx::query_scalar(whole_scans).fetch_one(&mut stand.behind).await.unwrap();
    let again = request(&stand.subject, 100..200);
    // Each row is fetched to be locked, and again to be changed.
    stand
        .expect("replace", 300, async |store| {
            let batch = store.enqueue_unique(&[again], now).await.unwrap();
            assert_eq!(batch.handover.tasks.len(), 100);
        })
        .await;
    let after: i64 = sqlx::query_scalar(whole_scans).fetch_one(&mut stand.behind).await.unwrap();
    assert_eq!(after, before, "the keys are found by their index");
    stand.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workflows_find_their_tasks_by_index() {
    let mut stand = Stand::new().await;
    let (now, later) = (stand.now(), stand.now() + TimeDelta::days(1));
    let worker = "ruche@one".parse().unwrap();
    let header: Vec<String> = (0..50).map(|n| format!("h{n}")).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut nodes: Vec<(&str, &[&str])> = header.iter().map(|name| (*name, [].as_slice())).collect();
    nodes.push(("z", &header));
    let workflow = stand.subject.new_workflow(&nodes);
    let tasks: Vec<_> = workflow.nodes.iter().map(|node| node.task.id).collect();
    stand
        .expect("create", 10, async |store| {
            store.create_workflow(&workflow, None).await.unwrap();
        })
        .await;
    let ends = |from: usize, to: usize, outcome: AttemptOutcome| -> Vec<_> {
        let attempts = tasks[from..to].iter().map(|&id| AttemptRef { id, attempt: 1 });
        attempts
            .map(|attempt| FinishedAttempt { attempt, outcome: outcome.clone(), finished_at: now, of_workflow: true })
            .collect()
    };
    stand
        .expect("claim", 250, async |store| {
            let requests = tasks[..50].iter().map(|&id| ClaimRequest { id, foreign: None }).collect();
            assert_eq!(store.claim(&worker, requests, now, later).await.unwrap().len(), 50);
        })
        .await;
    let succeeded = ends(0, 49, AttemptOutcome::Succeeded { result: RawJson::null() });
    stand
        .expect("finish", 600, async |store| {
            assert_eq!(store.finish(&succeeded).await.unwrap(), vec![true; 49]);
        })
        .await;
    let broken = ends(49, 50, AttemptOutcome::Failed { failure: TaskFailure::new("x", "y") });
    stand
        .expect("break", 200, async |store| {
            assert_eq!(store.finish(&broken).await.unwrap(), [true]);
        })
        .await;
    stand
        .expect("retry", 600, async |store| {
            assert_eq!(store.retry_workflow(workflow.id, now).await.unwrap(), WorkflowAnswer::Changed(2));
        })
        .await;
    stand
        .expect("cancel", 600, async |store| {
            assert_eq!(store.cancel_workflow(workflow.id, now).await.unwrap(), WorkflowAnswer::Changed(2));
        })
        .await;
    stand
        .expect("show", 200, async |store| {
            assert_eq!(store.workflow(workflow.id).await.unwrap().unwrap().nodes.len(), 51);
        })
        .await;
    stand.end().await;
}

#[tokio::test]
async fn places_in_line_and_limited_names_are_answered_by_an_index() {
    let mut stand = Stand::new().await;
    let (now, queue, name) = (stand.now(), "q3".parse().unwrap(), "t.8".parse().unwrap());
    let mut seeds = stand.database.connection().await;
    seeds.execute(KEYED).await.unwrap();
    seeds.execute("vacuum (analyze) tasks").await.unwrap();
    seeds.close().await.unwrap();
    let last = InLine { id: stand.subject.clock.new_task_id(), priority: 0, queued_at: now };
    stand
        .expect("before", 200, async |store| {
            assert_eq!(store.before(&queue, None, last, 200).await.unwrap(), 200);
        })
        .await;
    let key = "k8".parse().unwrap();
    stand
        .expect("before of a key", 100, async |store| {
            assert!(store.before(&queue, Some(&key), last, 100).await.unwrap() > 3);
        })
        .await;
    let rate = Rate { count: 100, per_ms: 1_000, burst: 100 };
    stand
        .expect("limit a name", 0, async |store| {
            store.limit_name(&name, Some(&rate), now).await.unwrap();
        })
        .await;
    // So many as one look reads, the granted ones once more, and again to be published.
    stand
        .expect("admit by name", 1_500, async |store| {
            assert_eq!(store.admit_name(&name, now, now, 500).await.unwrap().admitted, 100);
        })
        .await;
    stand
        .expect("lift", 0, async |store| {
            assert!(store.limit_name(&name, None, now).await.unwrap());
        })
        .await;
    stand
        .expect("sweep a name", 300, async |store| {
            let swept = store.sweep_name(&name, now, Duration::from_secs(3), 300).await.unwrap();
            assert_eq!(swept.unwrap().len(), 300);
        })
        .await;
    stand.end().await;
}
