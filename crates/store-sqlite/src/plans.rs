//! Reads the plans of all statements: none may walk through the tasks, whatever SQLite knows of their number.

use ruche_domain::{QueueName, TaskId, TaskName, TaskState, Timestamp, WorkerName};
use ruche_store::{AuditFilter, Cursor, Position, StoreError, TaskFilter};
use sqlx::{AssertSqlSafe, Execute, Row, SqliteConnection};
use uuid::Uuid;

use crate::{
    SqliteStore,
    browse::list,
    pool::{Durability, WriteGuard},
};

const TASKS: u32 = 50_000;

/// Tasks in every state, of several names, queues and workers, with logs, attempts and notes.
const FILL: &str = "
    WITH RECURSIVE generate (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM generate WHERE value < ?1)
    INSERT INTO tasks (id, name, queue, priority, state, max_attempts, created_at, queued_at, due_at, finished_at,
                       lease_until, started_at, expires_at, worker, args, kwargs, fingerprint)
    SELECT randomblob(16), 'name.' || n % 7, 'queue-' || n % 5, n % 10, state, 3, n / 100, n, n,
           iif(state IN ('succeeded', 'failed', 'cancelled', 'expired'), n, NULL), n, n, iif(n % 3, NULL, n), 'w@' || n % 4,
           '[]', '{}', iif(state = 'failed' AND n % 50, printf('%016x', n % 11), NULL)
    FROM (SELECT value AS n,
                 CASE value % 20
                     WHEN 0 THEN 'blocked' WHEN 1 THEN 'scheduled' WHEN 2 THEN 'running' WHEN 3 THEN 'retrying'
                     WHEN 4 THEN 'failed' WHEN 5 THEN 'cancelled' WHEN 6 THEN 'expired' WHEN 7 THEN 'queued'
                     ELSE 'succeeded'
                 END AS state
          FROM generate)
";

/// Keys, sessions and audit entries.
const FILL_ACCESS: &str = "
    INSERT INTO api_keys (id, name, role, digest, created_at, created_by)
    SELECT id, name, 'viewer', randomblob(32), created_at, name FROM tasks LIMIT 900;
    INSERT INTO sessions (id, key_id, digest, created_at, expires_at)
    SELECT id, id, randomblob(32), created_at, created_at FROM tasks LIMIT 9000;
    INSERT INTO audit_entries (id, at, actor, role, action, target, request_id, status)
    SELECT id, created_at, worker, 'admin', name, queue, 'r', 200 FROM tasks LIMIT 9000;
    INSERT INTO artifacts (id, state, task_id, attempt, name, content_type, size, sha256, created_at, due_at)
    SELECT id, iif(priority, 'whole', 'doomed'), id, 1, 'a', 'b/c', 1, randomblob(32), created_at, created_at FROM tasks LIMIT 9000
";

async fn filled() -> Result<SqliteStore, StoreError> {
    let store = SqliteStore::temporary().await?;
    let mut writer = store.pool.writer(Durability::Relaxed).await?;
    sqlx::query(FILL).bind(TASKS).execute(&mut *writer).await.expect("tasks");
    for more in [
        FILL_ACCESS,
        "INSERT INTO attempts (task_id, attempt, started_at, state) SELECT id, 1, 0, 'retrying' FROM tasks LIMIT 9000",
        "INSERT INTO task_logs (task_id, attempt, at, level, message) SELECT id, 1, 0, 'info', 'm' FROM tasks LIMIT 9000",
        "INSERT INTO outbox (task_ids, created_at, taken_at) SELECT id, created_at, created_at FROM tasks LIMIT 9000",
        "INSERT INTO idempotency_keys (key, fingerprint, task_ids, created_at)
             SELECT hex(id), randomblob(32), id, created_at FROM tasks LIMIT 9000",
        "INSERT INTO webhook_deliveries (id, webhook_id, kind, occurred_at, state, ended_at, facts)
             SELECT id, randomblob(16), 'task.failed', created_at, 'failed', created_at, '{}' FROM tasks LIMIT 9000",
    ] {
        sqlx::raw_sql(more).execute(&mut *writer).await.expect("rows");
    }
    drop(writer);
    Ok(store)
}

async fn plan(connection: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = sqlx::query(AssertSqlSafe(explain)).fetch_all(connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error} in {statement}"));
    rows.iter().map(|row| row.get("detail")).collect()
}

/// Whether a step reads a whole table: not of a virtual one, of a subquery, nor a partial index made for the purpose.
fn walks(step: &str) -> bool {
    let tables = [
        "tasks",
        "task",
        "attempts",
        "task_logs",
        "outbox",
        "idempotency_keys",
        "schedules",
        "schedule_ticks",
        "k",
        "sessions",
        "artifacts",
        "audit_entries",
        "unique_keys",
        "webhook_deliveries",
        "d",
    ];
    let reads = step.strip_prefix("SCAN ").is_some_and(|what| tables.contains(&what.split(' ').next().unwrap_or(what)));
    let partial = [
        "tasks_queued",
        "tasks_due",
        "tasks_expiring",
        "outbox_by_taking",
        "schedules_due",
        "webhook_deliveries_silent",
        "webhook_deliveries_ended",
    ];
    reads && !partial.iter().any(|index| step.contains(index))
}

/// Every combination of the filter's conditions, for first and further pages.
fn filters() -> impl Iterator<Item = (TaskFilter, Option<Cursor>)> {
    let at = Timestamp::from_timestamp_micros(250).expect("a time in range");
    (0..256).map(move |bits: u32| {
        let wanted = |bit: u32| bits & (1 << bit) != 0;
        let filter = TaskFilter {
            state: wanted(0).then_some(TaskState::Failed),
            name: wanted(1).then(|| TaskName::new("name.1").expect("a valid name")),
            queue: wanted(2).then(|| QueueName::new("queue-1").expect("a valid name")),
            worker: wanted(3).then(|| WorkerName::new("w@1").expect("a valid name")),
            created_from: wanted(4).then_some(at),
            created_before: wanted(5).then_some(at),
            fingerprint: wanted(7).then(|| "0123456789abcdef".parse().expect("a fingerprint")),
        };
        (filter, wanted(6).then(|| Cursor { created_at: at, id: TaskId::from(Uuid::nil()) }))
    })
}

async fn no_list_is_sorted_or_walks(writer: &mut WriteGuard<'_>) {
    for (filter, after) in filters() {
        let statement = list::query(&filter, after, 51).sql();
        let steps = plan(writer, statement.as_str()).await;
        assert!(steps.iter().any(|step| step.contains("SEARCH tasks USING INDEX")), "{filter:?}: {steps:#?}");
        for step in &steps {
            assert!(!step.contains("TEMP B-TREE"), "{filter:?} is sorted: {steps:#?}");
            assert!(!step.starts_with("SCAN tasks"), "{filter:?} walks: {steps:#?}");
            let bounded = !step.contains("SEARCH tasks") || after.is_none() || step.contains("created_at");
            assert!(bounded, "{filter:?} begins at the first page: {steps:#?}");
        }
    }
}

/// Lists of keys and of the audit log, by every combination of filters.
async fn no_listing_is_sorted_or_walks(writer: &mut WriteGuard<'_>) {
    let at = Timestamp::from_timestamp_micros(250).expect("a time in range");
    let mut statements = Vec::new();
    for bits in 0..64u32 {
        let wanted = |bit: u32| bits & (1 << bit) != 0;
        let filter = AuditFilter {
            actor: wanted(0).then(|| "w@1".parse().expect("a valid name")),
            action: wanted(1).then(|| "name.1".to_owned()),
            target: wanted(2).then(|| "queue-1".to_owned()),
            from: wanted(3).then_some(at),
            before: wanted(4).then_some(at),
        };
        let after = wanted(5).then_some(Position { at, id: Uuid::nil() });
        statements
            .push((crate::audit::list(&filter, after, 50).into_string(), after.is_some() || filter != AuditFilter::default()));
        statements.push((crate::access::list(after, 50).into_string(), after.is_some()));
        let task = wanted(0).then(|| TaskId::from(Uuid::nil()));
        statements.push((crate::artifacts::list(task, after, 50).into_string(), after.is_some() || task.is_some()));
    }
    for (statement, bounded) in statements {
        let steps = plan(writer, &statement).await;
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{statement} is sorted: {steps:#?}");
        // The first page of everything is read off the end of the index.
        assert!(!bounded || steps.iter().all(|step| step.starts_with("SEARCH")), "{statement} walks: {steps:#?}");
    }
}

async fn no_operation_is_sorted_or_walks(writer: &mut WriteGuard<'_>) {
    for (filter, after) in filters() {
        for statement in [list::walk(&filter, &filter.states(), after, 51), list::count(&filter, &filter.states(), 51)] {
            let statement = statement.sql();
            let steps = plan(writer, statement.as_str()).await;
            assert!(steps.iter().any(|step| step.contains("SEARCH tasks USING")), "{filter:?}: {steps:#?}");
            let bad = steps.iter().find(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN tasks"));
            assert!(bad.is_none(), "{filter:?} is sorted or walks: {steps:#?}");
        }
    }
}

async fn no_statement_walks(writer: &mut WriteGuard<'_>) {
    let mut read = 0;
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries")).expect("the folder of queries");
    for folder in folders {
        for file in std::fs::read_dir(folder.expect("an entry").path()).expect("a folder of queries") {
            let path = file.expect("an entry").path();
            if path.ends_with("task/list.sql") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a query");
            let steps = plan(writer, &text).await;
            assert!(!steps.iter().any(|step| walks(step)), "{}: {steps:#?}", path.display());
            let counted = steps.iter().filter(|step| step.starts_with("SCAN tasks")).all(|step| step.contains("COVERING"));
            assert!(counted, "{} reads rows to count them: {steps:#?}", path.display());
            if path.ends_with("queue/list.sql") {
                assert!(steps.iter().any(|step| step.ends_with("COVERING INDEX tasks_queued")), "{steps:#?}");
            }
            read += 1;
        }
    }
    assert!(read > 40, "the queries were read");
}

#[tokio::test]
async fn every_statement_is_answered_by_an_index() {
    let store = filled().await.expect("a store with tasks");
    let mut writer = store.pool.writer(Durability::Relaxed).await.expect("the writer");
    let count: u32 = sqlx::query_scalar("SELECT count(*) FROM tasks").fetch_one(&mut *writer).await.expect("a count");
    assert_eq!(count, TASKS);
    no_list_is_sorted_or_walks(&mut writer).await;
    no_operation_is_sorted_or_walks(&mut writer).await;
    no_statement_walks(&mut writer).await;
    no_listing_is_sorted_or_walks(&mut writer).await;
    sqlx::raw_sql("ANALYZE").execute(&mut *writer).await.expect("statistics");
    no_list_is_sorted_or_walks(&mut writer).await;
    no_operation_is_sorted_or_walks(&mut writer).await;
    no_statement_walks(&mut writer).await;
    no_listing_is_sorted_or_walks(&mut writer).await;
}

#[tokio::test]
async fn every_query_starts_with_its_name() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/queries"));
    for folder in std::fs::read_dir(root).expect("the folder of queries") {
        let folder = folder.expect("an entry").path();
        for file in std::fs::read_dir(&folder).expect("a folder of queries") {
            let path = file.expect("an entry").path();
            let name = path.strip_prefix(root).expect("inside").with_extension("").display().to_string().replace('/', ".");
            let text = std::fs::read_to_string(&path).expect("a query");
            assert_eq!(text.lines().next(), Some(&*format!("-- {name}")));
        }
    }
}
