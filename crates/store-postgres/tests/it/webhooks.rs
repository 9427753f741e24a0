//! What records events, looked at from behind the store.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{
    AttemptOutcome, Clock, RawJson, Timestamp,
    webhook::{EventKind, Webhook, WebhookDefinition, WebhookSecret},
};
use ruche_store::{
    ClaimRequest, FinishedAttempt, SharedStore, Store, StoreError, WebhookChange, WebhookCreation, Webhooks,
    conformance::{Fixture, Subject},
};
use ruche_store_postgres::{PgOptions, PgStore};
use sqlx::{Connection, Executor, PgConnection};

use crate::database::Database;

fn hook(s: &Subject, called: &str) -> Webhook {
    let definition = WebhookDefinition {
        description: String::new(),
        url: "https://example.com/".parse().unwrap(),
        events: EventKind::SUBSCRIBABLE.to_vec(),
        queues: Vec::new(),
        tasks: Vec::new(),
        include: Vec::new(),
    };
    Webhook::begin(s.new_id().as_uuid().into(), called.parse().unwrap(), definition, false, s.now())
}

async fn create(store: &SharedStore, s: &Subject, called: &str) -> Result<WebhookCreation, StoreError> {
    store.create_webhook(&hook(s, called), &WebhookSecret::new(&s.clock.secret())).await
}

async fn is_armed(behind: &mut PgConnection) -> bool {
    let read = "select exists (select from pg_trigger where tgname = 'webhook_record')";
    sqlx::query_scalar(read).fetch_one(behind).await.unwrap()
}

async fn succeed(store: &SharedStore, s: &Subject) {
    let task = s.queued().await.id;
    let worker = "ruche@one".parse().unwrap();
    let until = s.now() + TimeDelta::seconds(30);
    let claimed = store.claim(&worker, vec![ClaimRequest { id: task, foreign: None }], s.now(), until).await.unwrap();
    let attempt = ruche_store::AttemptRef { id: task, attempt: claimed[0].attempt };
    let outcome = AttemptOutcome::Succeeded { result: RawJson::trusted("1") };
    assert_eq!(
        store.finish(&[FinishedAttempt { attempt, outcome, finished_at: s.now(), of_workflow: false }]).await.unwrap(),
        [true]
    );
}

#[tokio::test]
async fn events_are_recorded_only_while_a_subscription_is_active() {
    let database = Database::with_store().await;
    let (s, mut behind) = (Subject::new(database.store()), database.connection().await);
    let tidy = async || s.store.tidy_webhooks(s.now(), s.now(), 10).await.unwrap();
    assert!(!is_armed(&mut behind).await);
    create(&s.store, &s, "a").await.unwrap();
    create(&s.store, &s, "b").await.unwrap();
    assert!(is_armed(&mut behind).await);
    for name in ["a", "b"] {
        tidy().await;
        assert!(is_armed(&mut behind).await, "one is left");
        let change = WebhookChange::Pause;
        s.store.change_webhook(&name.parse().unwrap(), None, &change, s.now()).await.unwrap();
    }
    tidy().await;
    assert!(!is_armed(&mut behind).await);
    s.store.change_webhook(&"b".parse().unwrap(), None, &WebhookChange::Resume, s.now()).await.unwrap();
    assert!(is_armed(&mut behind).await);
    // Somebody took it away: it is put back.
    behind.execute("drop trigger webhook_record on tasks").await.unwrap();
    tidy().await;
    assert!(is_armed(&mut behind).await);
    behind.close().await.unwrap();
    drop(s);
    database.drop().await;
}

#[tokio::test]
async fn a_long_writer_makes_a_subscription_wait_only_for_a_while() {
    let database = Database::with_store().await;
    let (s, mut behind) = (Subject::new(database.store()), database.connection().await);
    let mut held = behind.begin().await.unwrap();
    held.execute("lock table tasks in row exclusive mode").await.unwrap();
    let refused = create(&s.store, &s, "a").await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    held.commit().await.unwrap();
    assert_eq!(create(&s.store, &s, "a").await.unwrap(), WebhookCreation::Created);
    behind.close().await.unwrap();
    drop(s);
    database.drop().await;
}

#[tokio::test]
async fn a_backup_is_not_waited_for_when_the_last_subscription_goes() {
    let database = Database::with_store().await;
    let (s, mut behind, mut other) = (Subject::new(database.store()), database.connection().await, database.connection().await);
    create(&s.store, &s, "a").await.unwrap();
    s.store.delete_webhook(&"a".parse().unwrap(), None, s.now()).await.unwrap();
    let mut reader = other.begin().await.unwrap();
    reader.execute("lock table tasks in access share mode").await.unwrap();
    s.store.tidy_webhooks(s.now(), s.now(), 10).await.unwrap();
    assert!(is_armed(&mut behind).await, "it goes another time");
    succeed(&s.store, &s).await;
    reader.commit().await.unwrap();
    s.store.tidy_webhooks(s.now(), s.now(), 10).await.unwrap();
    assert!(!is_armed(&mut behind).await);
    other.close().await.unwrap();
    behind.close().await.unwrap();
    drop(s);
    database.drop().await;
}

#[tokio::test]
async fn servers_need_not_own_the_tables() {
    let database = Database::with_store().await;
    let (s, mut behind) = (Subject::new(database.store()), database.connection().await);
    let role = format!("ruche_server_{}", std::process::id());
    let setup = format!(
        "create role {role} login;
         grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role};
         grant usage on all sequences in schema public to {role};"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(setup)).execute(&mut behind).await.unwrap();
    let url = database.url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    let options = PgOptions { acquire_timeout: Duration::from_secs(30), ..PgOptions::new(format!("{scheme}://{role}@{host}")) };
    let theirs: SharedStore = std::sync::Arc::new(PgStore::connect(&options).await.unwrap());
    assert_eq!(create(&theirs, &s, "a").await.unwrap(), WebhookCreation::Created);
    succeed(&theirs, &s).await;
    let webhook = theirs.webhook(&"a".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(theirs.deliveries(webhook.id, None, None, 10).await.unwrap().rows.len(), 1);
    theirs.delete_webhook(&webhook.name, None, s.now()).await.unwrap();
    theirs.tidy_webhooks(s.now(), s.now(), 10).await.unwrap();
    assert!(!is_armed(&mut behind).await);
    theirs.close().await;
    let clean = format!("drop owned by {role}; drop role {role};");
    sqlx::raw_sql(sqlx::AssertSqlSafe(clean)).execute(&mut behind).await.unwrap();
    behind.close().await.unwrap();
    drop(s);
    database.drop().await;
}

/// Rows of the table fetched so far; every other connection hands in its counters when it ends.
async fn read_so_far(behind: &mut PgConnection) -> (i64, i64) {
    let others = "select count(*) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *behind).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let read = "select seq_scan, idx_tup_fetch from pg_stat_user_tables where relname = 'webhook_deliveries'";
    sqlx::query_as(read).fetch_one(behind).await.unwrap()
}

#[tokio::test]
async fn a_long_history_costs_neither_the_dispatcher_nor_a_list() {
    let database = Database::with_store().await;
    let s = Subject::new(database.store());
    let mut behind = database.connection().await;
    create(&s.store, &s, "a").await.unwrap();
    let webhook = s.store.webhook(&"a".parse().unwrap()).await.unwrap().unwrap();
    let seed = "insert into webhook_deliveries (id, webhook_id, kind, occurred_at, state, ended_at, facts)
                select gen_random_uuid(), $1, 'task.failed', at, case when n % 100 = 0 then 'failed' else 'delivered' end, at, '{}'
                from (select n, $2::timestamptz - interval '1 s' * n as at from generate_series(1, 20000) as g (n)) as seeds";
    let now: Timestamp = s.now();
    sqlx::query(seed).bind(webhook.id.as_uuid()).bind(now).execute(&mut behind).await.unwrap();
    succeed(&s.store, &s).await;
    s.store.close().await;
    let before = read_so_far(&mut behind).await;
    let store = database.connect().await;
    let make = |_| s.task();
    assert_eq!(store.dispatch_webhooks(now, 1_000, &make).await.unwrap().tasks.len(), 1);
    store.tidy_webhooks(now - TimeDelta::days(14), now, 1_000).await.unwrap();
    let failed = Some(ruche_domain::webhook::DeliveryState::Failed);
    assert_eq!(store.deliveries(webhook.id, failed, None, 50).await.unwrap().rows.len(), 50);
    assert_eq!(store.deliveries(webhook.id, None, None, 50).await.unwrap().rows.len(), 50);
    assert_eq!(store.replay_failed(webhook.id, now - TimeDelta::seconds(1_000), 1_000).await.unwrap(), 10);
    store.close().await;
    let after = read_so_far(&mut behind).await;
    assert_eq!(after.0, before.0, "the whole table is never read");
    assert!(after.1 - before.1 < 300, "{} rows were fetched", after.1 - before.1);
    behind.close().await.unwrap();
    database.drop().await;
}
