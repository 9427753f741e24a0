use std::time::Duration;

use ruche_domain::{
    AttemptOutcome, Clock, ManualClock, NewTask, Priority, QueueName, RawJson, TaskId, TaskName, TaskOptions, Timestamp,
    WorkerName,
};
use ruche_store::{AttemptRef, Browse, ClaimRequest, Control, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Maintain, Store};

use super::*;
use crate::{SqliteProblem, SqliteStore};

fn clock() -> ManualClock {
    ManualClock::new(Timestamp::from_timestamp_micros(1_790_000_000_000_000).expect("a time in range"), 3)
}

fn task(clock: &ManualClock) -> NewTask {
    NewTask {
        id: clock.new_task_id(),
        name: TaskName::new("t.plain").expect("a valid name"),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::empty_object(),
        max_attempts: 3,
        created_at: clock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    }
}

fn request(task: NewTask) -> EnqueueRequest {
    EnqueueRequest { tasks: vec![task], idempotency: None }
}

fn claims(id: TaskId, foreign: Option<NewTask>) -> Vec<ClaimRequest> {
    vec![ClaimRequest { id, foreign }]
}

/// What SQLite says its writing connection waits for: 2 is FULL, 1 is NORMAL.
async fn synchronous(store: &SqliteStore) -> i64 {
    let mut writer = store.pool.writer.lock().await;
    let connection = &mut writer.as_mut().expect("an open store").connection;
    sqlx::query_scalar("PRAGMA synchronous").persistent(false).fetch_one(connection).await.expect("the setting")
}

#[tokio::test]
async fn what_must_survive_a_power_cut_is_synced_and_nothing_else() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    let worker = WorkerName::new("ruche@one").expect("a valid name");
    let (now, later) = (clock.now(), clock.now() + Duration::from_secs(30));
    for _ in 0..2 {
        let task = task(&clock);
        let id = task.id;
        let inserted = store.enqueue(&[request(task.clone())], now).await.expect("enqueue");
        assert_eq!(synchronous(&store).await, 2, "an accepted task");
        store.claim(&worker, claims(id, None), now, later).await.expect("claim");
        assert_eq!(synchronous(&store).await, 1, "a claim");
        let attempt = AttemptRef { id, attempt: 1 };
        let finished = FinishedAttempt { attempt, outcome: AttemptOutcome::Cancelled, finished_at: now, of_workflow: false };
        assert_eq!(store.finish(&[finished]).await.expect("finish"), [true]);
        assert_eq!(synchronous(&store).await, 2, "an outcome");
        store.renew(&worker, &[attempt], later).await.expect("renew");
        assert_eq!(synchronous(&store).await, 1, "a renewal");
        store.retry(id, now).await.expect("retry");
        assert_eq!(synchronous(&store).await, 2, "an operator's change");
        store.confirm_published(&[inserted.outbox.expect("a note")]).await.expect("confirm");
        assert_eq!(synchronous(&store).await, 1, "a confirmation");
        store.rescue_lost(now, 1).await.expect("rescue");
        assert_eq!(synchronous(&store).await, 2, "maintenance");
        store.record_progress(&[], now).await.expect("progress");
        let foreign = super::tests::task(&clock);
        store.claim(&worker, claims(foreign.id, Some(foreign)), now, later).await.expect("claim");
        assert_eq!(synchronous(&store).await, 2, "a task that only this row holds");
    }
}

#[tokio::test]
async fn a_full_disk_refuses_and_leaves_the_store_usable() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    let pages = async |most: &'static str| {
        let mut writer = store.pool.writer(Durability::Full).await.expect("the writer");
        sqlx::raw_sql(most).execute(&mut *writer).await.expect("a limit");
    };
    pages("PRAGMA max_page_count = 1").await;
    let mut big = task(&clock);
    big.args = RawJson::of(&vec!["x".repeat(1_000_000)]).expect("JSON");
    let error = store.enqueue(&[request(big.clone())], clock.now()).await.expect_err("no page is left");
    let StoreError::Refused(source) = &error else { panic!("{error:?}") };
    assert!(matches!(source.downcast_ref(), Some(SqliteProblem::DiskFull(_))), "{error:?}");
    assert!(!error.is_transient());
    assert!(store.task(big.id).await.expect("task").is_none(), "nothing was inserted");
    pages("PRAGMA max_page_count = 4294967294").await;
    store.enqueue(&[request(big.clone())], clock.now()).await.expect("enqueue");
    assert!(store.task(big.id).await.expect("task").is_some());
}

#[tokio::test]
async fn a_lock_held_by_another_process_is_a_conflict() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    let path = store.directory().join("ruche.db");
    let mut other = sqlx::ConnectOptions::connect(&options(&path)).await.expect("a connection");
    let lock = begin(&mut other).await.expect("the lock");
    {
        let mut writer = store.pool.writer(Durability::Full).await.expect("the writer");
        sqlx::raw_sql("PRAGMA busy_timeout = 10").execute(&mut *writer).await.expect("a shorter wait");
    }
    let task = task(&clock);
    let error = store.enqueue(&[request(task.clone())], clock.now()).await.expect_err("locked");
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    let error = store.expire_overdue(clock.now(), 1).await.expect_err("locked");
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    assert!(store.task(task.id).await.expect("readers are not locked out").is_none());
    drop(lock);
    sqlx::Connection::close(other).await.expect("closed");
    store.enqueue(&[request(task)], clock.now()).await.expect("the same again");
}

#[tokio::test]
async fn a_call_given_up_half_way_leaves_all_or_nothing() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    let mut stored = 0;
    for patience in 0..60 {
        let given_up = task(&clock);
        let requests = [request(given_up.clone())];
        tokio::select! {
            biased;
            answer = store.enqueue(&requests, clock.now()) => drop(answer.expect("enqueue")),
            () = turns(patience) => {}
        }
        // The next call waits for what was given up.
        store.enqueue(&[request(task(&clock))], clock.now()).await.expect("enqueue");
        stored += 1 + u64::from(store.task(given_up.id).await.expect("task").is_some());
        assert_eq!(store.outbox_backlog().await.expect("backlog").0, stored, "one note for each task");
    }
}

/// Lets others run so many times.
async fn turns(count: u32) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    store.ping().await.expect("it answers");
    let PoolStats { size, max, .. } = store.pool_stats();
    assert_eq!((size, max), (2, READERS + 1), "the writer and one reader");
    store.close().await;
    store.close().await;
    assert_eq!(store.pool_stats().size, 0);
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    let refused = store.enqueue(&[request(task(&clock))], clock.now()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn who_waits_for_a_connection_in_vain_is_counted() {
    let store = SqliteStore::temporary().await.expect("a store");
    let mut held = Vec::new();
    for _ in 0..READERS {
        held.push(store.pool.readers().acquire().await.expect("a reader"));
    }
    // Other tests of this process may count too.
    let before = store.connections().expect("figures").timeouts;
    // Takes as long as a reader is waited for.
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    assert!(store.connections().expect("figures").timeouts > before);
}
