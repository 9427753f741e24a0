//! Schedules, looked at from behind the store.

use chrono::TimeDelta;
use ruche_domain::{NewTask, Schedule, Timestamp};
use ruche_store::{Fired, Schedules, Store, TaskMaker, conformance::Fixture};
use ruche_store_postgres::PgStore;
use sqlx::{Executor, PgConnection};

use crate::database::Database;

const SCHEDULES: i64 = 2_000;

const DEFINITION: &str = r#"{"rule":{"every":{"every_ms":10000,"anchor":"2026-01-01T00:00:00Z"}},"task":{"task":"t"}}"#;

/// Many schedules, one in a hundred due, each with a little history.
const SEED: &str = "
insert into schedules (name, definition, paused, next_tick_at, due_at, created_at, updated_at, revision)
select 's' || n, $1::json, false, at, at, $2, $2, 1
from (select n, $2 + interval '1 s' * (n - 20) as at from generate_series(1, 2000) as g (n)) as seeded;
";

const HISTORY: &str = "
insert into schedule_ticks (schedule, tick_at, kind, decided_at, skipped)
select 's' || n % 2000, $1 - interval '10 s' * (n / 2000 + 1), 'tick', $1 - interval '10 s' * (n / 2000 + 1), 'missed'
from generate_series(1, 40000) as g (n)
";

struct Nothing;

impl TaskMaker for Nothing {
    fn make(&self, _: &Schedule, _: Timestamp) -> Result<NewTask, String> {
        Err("nothing".to_owned())
    }
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

async fn seeded() -> (Database, PgConnection) {
    let database = Database::with_store().await;
    let mut behind = database.connection().await;
    sqlx::query(SEED).bind(DEFINITION).bind(now()).execute(&mut behind).await.unwrap();
    sqlx::query(HISTORY).bind(now()).execute(&mut behind).await.unwrap();
    behind.execute("analyze schedules, schedule_ticks").await.unwrap();
    database.store().close().await;
    (database, behind)
}

/// Whole scans of the two tables so far; every other connection hands in its counters when it ends.
async fn whole_scans(behind: &mut PgConnection) -> i64 {
    let others = "select count(*) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *behind).await.unwrap() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let read = "select coalesce(sum(seq_scan), 0)::int8 from pg_stat_user_tables where relname like 'schedule%'";
    sqlx::query_scalar(read).fetch_one(behind).await.unwrap()
}

async fn everything(store: &PgStore) {
    let name = "s7".parse().unwrap();
    assert_eq!(store.schedules(Some(&name), 50).await.unwrap().rows.len(), 50);
    assert!(store.schedule(&name).await.unwrap().is_some());
    assert!(store.next_tick_due().await.unwrap().is_some());
    let page = store.ticks(&name, None, 5).await.unwrap();
    assert!(page.next.is_some());
    assert_eq!(store.ticks(&name, page.next, 5).await.unwrap().rows.len(), 5);
    let fired = store.fire_due(now(), 10, &Nothing).await.unwrap();
    assert_eq!((fired.decided, fired.unreadable), (10, 0));
    store.run_schedule(&name, now(), &Nothing).await.unwrap();
    store.backfill_schedule(&name, &[now() - TimeDelta::days(1)], now(), &Nothing).await.unwrap();
    store.delete_schedule(&name, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_schedule_query_is_answered_by_an_index() {
    let (database, mut behind) = seeded().await;
    let before = whole_scans(&mut behind).await;
    let store = database.connect().await;
    everything(&store).await;
    store.close().await;
    assert_eq!(whole_scans(&mut behind).await, before);
    let left: i64 = sqlx::query_scalar("select count(*) from schedules").fetch_one(&mut behind).await.unwrap();
    assert_eq!(left, SCHEDULES - 1);
    drop(behind);
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_cannot_be_read_holds_no_other_up() {
    let (database, mut behind) = seeded().await;
    let store = database.connect().await;
    behind.execute("update schedules set definition = '{\"rule\":\"from the future\"}' where name = 's3'").await.unwrap();
    let Fired { decided, unreadable, .. } = store.fire_due(now(), 100, &Nothing).await.unwrap();
    assert_eq!((decided, unreadable), (19, 1));
    let put_off: Timestamp =
        sqlx::query_scalar("select due_at from schedules where name = 's3'").fetch_one(&mut behind).await.unwrap();
    assert_eq!(put_off, now() + Fired::PUT_OFF);
    assert_eq!(store.fire_due(now(), 100, &Nothing).await.unwrap().unreadable, 0);
    // Readable again, it goes on where it was.
    sqlx::query("update schedules set definition = $1::json where name = 's3'")
        .bind(DEFINITION)
        .execute(&mut behind)
        .await
        .unwrap();
    assert!(store.fire_due(put_off, 1_000, &Nothing).await.unwrap().decided > 1);
    assert_eq!(store.ticks(&"s3".parse().unwrap(), None, 1).await.unwrap().rows[0].detail.as_deref(), Some("nothing"));
    store.close().await;
    drop(behind);
    database.drop().await;
}
