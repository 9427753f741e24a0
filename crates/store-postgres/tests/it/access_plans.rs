//! Keys, sessions and the audit log are found through indexes: PostgreSQL's own counters say so, after the real calls.

use std::time::Duration;

use ruche_domain::{KeyId, SessionId, TaskId};
use ruche_store::{
    Access, Artifacts, Audit, AuditFilter, Position, Store,
    conformance::{Fixture, Subject},
};
use ruche_store_postgres::PgStore;
use sqlx::{Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use crate::database::Database;

const SEED: &str = "
insert into audit_entries (id, at, actor, role, action, target, request_id, status)
select gen_random_uuid(), $1::timestamptz - interval '1 s' * n, 'a' || n % 50, 'admin', 'do' || n % 50,
       case when n % 2 = 0 then 't' || n % 5000 end, 'r', 200
from generate_series(1, 20000) as g (n)";

const SEED_SESSIONS: &str = "
insert into sessions (id, key_id, digest, created_at, expires_at)
select gen_random_uuid(), gen_random_uuid(), sha256('x'), $1::timestamptz, $1::timestamptz + interval '1 s' * n
from generate_series(1, 5000) as g (n)";

/// Whole scans of the table and rows fetched from it, once every other connection is gone.
async fn counters(behind: &mut PgConnection, table: &str) -> (i64, i64) {
    let others = "select count(*) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *behind).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let read = "select seq_scan, coalesce(idx_tup_fetch, 0) as fetched from pg_stat_user_tables where relname = $1";
    let row = sqlx::query(read).bind(table).fetch_one(behind).await.unwrap();
    (row.get("seq_scan"), row.get("fetched"))
}

async fn expect(
    database: &Database,
    behind: &mut PgConnection,
    (table, what, most): (&str, &str, i64),
    call: impl AsyncFnOnce(&PgStore),
) {
    let before = counters(behind, table).await;
    let store = database.connect().await;
    call(&store).await;
    store.close().await;
    let after = counters(behind, table).await;
    assert_eq!(after.0, before.0, "{what} reads the whole table");
    assert!(after.1 - before.1 <= most, "{what} fetches {} rows", after.1 - before.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_sessions_and_the_audit_log_are_found_through_indexes() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    let now = subject.now();
    sqlx::query(SEED).bind(now).execute(&mut behind).await.unwrap();
    sqlx::query(SEED_SESSIONS).bind(now).execute(&mut behind).await.unwrap();
    behind.execute("vacuum (analyze) audit_entries, sessions, api_keys").await.unwrap();
    subject.store.close().await;

    let all = AuditFilter::default;
    let later = now - chrono::TimeDelta::seconds(10_000);
    let filters = [
        all(),
        AuditFilter { actor: Some("a7".parse().unwrap()), ..all() },
        AuditFilter { actor: Some("nobody".parse().unwrap()), ..all() },
        AuditFilter { action: Some("do3".to_owned()), ..all() },
        AuditFilter { target: Some("t42".to_owned()), ..all() },
        AuditFilter { before: Some(later), ..all() },
        AuditFilter { actor: Some("a7".parse().unwrap()), from: Some(later), before: Some(later), ..all() },
        AuditFilter { target: Some("t42".to_owned()), actor: Some("a7".parse().unwrap()), ..all() },
    ];
    for filter in &filters {
        for after in [None, Some(Position { at: later, id: Uuid::nil() })] {
            let what = format!("{filter:?} after {after:?}");
            expect(&database, &mut behind, ("audit_entries", &what, 60), async |store| {
                store.audit(filter, after, 50).await.unwrap();
            })
            .await;
        }
    }
    // Each row is found to be locked, and again to be deleted.
    expect(&database, &mut behind, ("audit_entries", "prune", 300), async |store| {
        assert_eq!(store.prune_audit(now, 100).await.unwrap(), 100);
    })
    .await;
    expect(&database, &mut behind, ("sessions", "sessions", 150), async |store| {
        let (session, key) = (SessionId::from(Uuid::nil()), KeyId::from(Uuid::nil()));
        store.session(session, now).await.unwrap();
        store.close_session(session).await.unwrap();
        store.revoke_key(key, now).await.unwrap();
        store.prune_access(now, now + chrono::TimeDelta::seconds(50)).await.unwrap();
    })
    .await;
    expect(&database, &mut behind, ("api_keys", "keys", 10), async |store| {
        store.key(KeyId::from(Uuid::nil())).await.unwrap();
        store.keys(None, 50).await.unwrap();
        store.touch_keys(&[(KeyId::from(Uuid::nil()), now)]).await.unwrap();
    })
    .await;
    behind.close().await.unwrap();
    database.drop().await;
}

const SEED_ARTIFACTS: &str = "
insert into artifacts (id, state, task_id, attempt, name, content_type, size, sha256, created_at, due_at)
select gen_random_uuid(), case when n % 10 = 0 then 'writing' else 'whole' end, lpad(to_hex(n % 500), 32, '0')::uuid, 1, 'a' || n,
       'a/b', 1, sha256('x'), $1::timestamptz - interval '1 s' * n, $1::timestamptz + interval '1 s' * n
from generate_series(1, 20000) as g (n)";

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_are_found_through_indexes() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    let now = subject.now();
    sqlx::query(SEED_ARTIFACTS).bind(now).execute(&mut behind).await.unwrap();
    behind.execute("vacuum (analyze) artifacts").await.unwrap();
    subject.store.close().await;

    let later = now - chrono::TimeDelta::seconds(10_000);
    for after in [None, Some(Position { at: later, id: Uuid::nil() })] {
        for task in [None, Some(TaskId::from(Uuid::from_u128(7))), Some(TaskId::from(Uuid::from_u128(7_000)))] {
            let what = format!("{task:?} after {after:?}");
            expect(&database, &mut behind, ("artifacts", &what, 80), async |store| {
                store.artifacts(task, after, 50).await.unwrap();
            })
            .await;
        }
    }
    // Each row is found to be locked, and again to be changed.
    expect(&database, &mut behind, ("artifacts", "what is past its time", 300), async |store| {
        let at = now + chrono::TimeDelta::seconds(15_000);
        let taken = store.take_doomed(at, at, 100).await.unwrap();
        assert_eq!(taken.len(), 100);
        let ids: Vec<_> = taken.iter().map(|doomed| doomed.id).collect();
        assert_eq!(store.forget_artifacts(&ids).await.unwrap(), 100);
    })
    .await;
    behind.close().await.unwrap();
    database.drop().await;
}
