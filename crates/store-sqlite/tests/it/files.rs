//! The file: made, migrated, kept, shared, and refused where it is no good.

use std::path::Path;

use ruche_domain::{
    Clock, ManualClock, NewTask, Priority, QueueName, RawJson, TaskName, TaskOptions, TaskState, Timestamp, WorkerName,
};
use ruche_store::{Browse, ClaimRequest, Enqueue, EnqueueRequest, Lease, Store, StoreError};
use ruche_store_sqlite::{SqliteProblem, SqliteStore};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

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

async fn enqueue(store: &SqliteStore, tasks: Vec<NewTask>, now: Timestamp) {
    store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await.expect("enqueue");
}

async fn migrated(directory: &Path) -> std::path::PathBuf {
    let path = directory.join("ruche.db");
    SqliteStore::migrate(&path).await.expect("migrated");
    path
}

/// Another program's connection.
async fn foreign(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.expect("a connection")
}

fn problem(error: &StoreError) -> &SqliteProblem {
    let StoreError::Refused(source) = error else { panic!("{error:?}") };
    assert!(!error.is_transient());
    source.downcast_ref().unwrap_or_else(|| panic!("{error:?}"))
}

#[tokio::test]
async fn a_new_file_is_made_but_not_migrated() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("ruche.db");
    for _ in 0..2 {
        let refused = SqliteStore::open(&path).await.expect_err("pending");
        assert!(matches!(refused, StoreError::PendingMigrations { pending: 1.. }), "{refused:?}");
        assert!(path.exists());
    }
    for _ in 0..2 {
        SqliteStore::migrate(&path).await.expect("migrated, and once more");
    }
    SqliteStore::open(&path).await.expect("opens").close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_may_migrate_at_once() {
    for _ in 0..10 {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ruche.db");
        let racers: Vec<_> =
            (0..4).map(|_| path.clone()).map(|path| tokio::spawn(async move { SqliteStore::migrate(&path).await })).collect();
        for racer in racers {
            racer.await.expect("no panic").expect("migrated");
        }
        SqliteStore::open(&path).await.expect("opens").close().await;
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = migrated(directory.path()).await;
    let mut other = foreign(&path).await;
    let insert =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, '', 1, x'', 0)";
    sqlx::raw_sql(insert).execute(&mut other).await.expect("a migration of the future");
    for refused in [SqliteStore::open(&path).await.map(drop), SqliteStore::migrate(&path).await] {
        assert!(matches!(refused, Err(StoreError::NewerSchema { version: 99 })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("nowhere").join("ruche.db");
    for refused in [SqliteStore::open(&path).await.map(drop), SqliteStore::migrate(&path).await] {
        let refused = refused.expect_err("no directory");
        let SqliteProblem::MissingDirectory(missing) = problem(&refused) else { panic!("{refused:?}") };
        assert!(path.starts_with(missing));
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("ruche.db");
    let text = "Dear diary, this is not a database. ".repeat(100);
    std::fs::write(&path, &text).expect("written");
    for refused in [SqliteStore::open(&path).await.map(drop), SqliteStore::migrate(&path).await] {
        let refused = refused.expect_err("not a database");
        assert!(matches!(problem(&refused), SqliteProblem::NotADatabase { .. }), "{refused:?}");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("read"), text);
}

#[tokio::test]
async fn a_directory_in_the_file_s_place_cannot_be_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("ruche.db");
    std::fs::create_dir(&path).expect("made");
    let refused = SqliteStore::open(&path).await.expect_err("a directory");
    assert!(matches!(problem(&refused), SqliteProblem::CannotOpen { .. }), "{refused:?}");
}

/// `/proc` takes no files, not even from root, whom permissions do not stop.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_directory_that_takes_no_files_is_refused() {
    let refused = SqliteStore::migrate(Path::new("/proc/ruche.db")).await.expect_err("nothing can be created here");
    assert!(matches!(problem(&refused), SqliteProblem::CannotOpen { .. }), "{refused:?}");
}

#[tokio::test]
async fn tasks_are_kept_between_starts() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), clock());
    let path = migrated(directory.path()).await;
    let task = task(&clock);
    let store = SqliteStore::open(&path).await.expect("opens");
    enqueue(&store, vec![task.clone()], clock.now()).await;
    store.close().await;
    let left: Vec<_> =
        std::fs::read_dir(directory.path()).expect("read").map(|file| file.expect("an entry").file_name()).collect();
    assert_eq!(left, ["ruche.db"], "the log was moved into the database");
    let store = SqliteStore::open(&path).await.expect("opens again");
    assert_eq!(store.task(task.id).await.expect("task").expect("it is kept").task, task);
}

#[tokio::test]
async fn a_process_that_just_dies_loses_nothing() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), clock());
    let path = migrated(directory.path()).await;
    let task = task(&clock);
    let store = SqliteStore::open(&path).await.expect("opens");
    enqueue(&store, vec![task.clone()], clock.now()).await;
    // What a crash would leave: the files as they are while the store is open.
    let after = tempfile::tempdir().expect("a directory");
    for file in ["ruche.db", "ruche.db-wal"] {
        std::fs::copy(directory.path().join(file), after.path().join(file)).expect("copied");
    }
    let revived = SqliteStore::open(&after.path().join("ruche.db")).await.expect("opens");
    assert_eq!(revived.task(task.id).await.expect("task").expect("it is kept").task, task);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stores_on_one_file_never_claim_the_same_task() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), clock());
    let path = migrated(directory.path()).await;
    let stores = [SqliteStore::open(&path).await.expect("opens"), SqliteStore::open(&path).await.expect("opens")];
    let tasks: Vec<_> = (0..500).map(|_| task(&clock)).collect();
    enqueue(&stores[0], tasks.clone(), clock.now()).await;
    let now = clock.now();
    let racers = stores.map(|store| {
        let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
        tokio::spawn(async move {
            let worker = WorkerName::new("ruche@one").expect("a valid name");
            let mut claimed = 0;
            for ids in ids.chunks(10) {
                let requests = ids.iter().map(|&id| ClaimRequest { id, foreign: None }).collect();
                claimed += store.claim(&worker, requests, now, now + chrono::TimeDelta::seconds(30)).await.expect("claim").len();
            }
            claimed
        })
    });
    let mut claimed = 0;
    for racer in racers {
        claimed += racer.await.expect("no panic");
    }
    assert_eq!(claimed, tasks.len());
}

#[tokio::test]
async fn a_value_somebody_else_wrote_is_named_not_shown() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), clock());
    let path = migrated(directory.path()).await;
    let store = SqliteStore::open(&path).await.expect("opens");
    let task = task(&clock);
    enqueue(&store, vec![task.clone()], clock.now()).await;
    let mut other = foreign(&path).await;
    sqlx::raw_sql("UPDATE tasks SET name = 'not a name; secret'").execute(&mut other).await.expect("written");
    let error = store.task(task.id).await.expect_err("corrupt");
    assert!(matches!(error, StoreError::Corrupt { table: "tasks", column: "name", .. }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("secret"));
    let worker = WorkerName::new("ruche@one").expect("a valid name");
    let requests = vec![ClaimRequest { id: task.id, foreign: None }];
    let later = clock.now() + chrono::TimeDelta::seconds(30);
    store.claim(&worker, requests, clock.now(), later).await.expect_err("corrupt");
    let states = store.states(&[task.id]).await.expect("states");
    assert_eq!(states, [(task.id, TaskState::Queued)], "a claim that fails claims nothing");
}

#[tokio::test]
async fn escaped_and_unusual_text_comes_back_byte_for_byte() {
    let (store, clock) = (SqliteStore::temporary().await.expect("a store"), clock());
    let mut tasks = Vec::new();
    for text in [
        r#"{"nul":"a\u0000b","pair":"\ud83d\udc1d","bee":"🐝","esc":"\"\\\/\b\f\n\r\t","low":"\u001f"}"#,
        r#"{"n":123456789012345678901234567890.10,"e":1E400,"z":-0.0,"b":1,"a":2,"a":3}"#,
        "{ \"space\" :\t[ 1 ,\n2 ] }",
        "{\"line\":\"\u{2028}\u{7f}\u{feff}\"}",
    ] {
        let mut task = task(&clock);
        task.kwargs = RawJson::parse(text).expect("JSON");
        task.args = RawJson::trusted(format!("[{text}]"));
        tasks.push(task);
    }
    enqueue(&store, tasks.clone(), clock.now()).await;
    for task in tasks {
        let stored = store.task(task.id).await.expect("task").expect("stored").task;
        assert_eq!(stored.kwargs.as_str(), task.kwargs.as_str());
        assert_eq!(stored.args.as_str(), task.args.as_str());
    }
}
