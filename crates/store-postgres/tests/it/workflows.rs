//! What workflows cost tasks that belong to none: nothing.

use std::time::Duration;

use ruche_domain::{AttemptOutcome, RawJson, TaskFailure};
use ruche_store::{
    AttemptRef, ClaimRequest, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Store,
    conformance::{Fixture, Subject},
};
use sqlx::{Connection, PgConnection, Row};

use crate::database::Database;

/// Batches of the way from enqueue to finish.
const BATCHES: i64 = 40;

/// Transactions of the test's database, and who else is connected to it: read from another one, where looking counts nothing.
const TRANSACTIONS: &str = "
select (select xact_commit from pg_stat_database where datname = $1) as transactions,
       (select count(*) from pg_stat_activity where datname = $1 and backend_type = 'client backend') as connected";

/// How often anybody looked into a table of workflows, or an index of one.
const LOOKS: &str =
    "select sum(seq_scan + coalesce(idx_scan, 0))::int8 from pg_stat_user_tables where relname like 'workflow%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_batch_is_one_transaction_each_and_never_looks_for_workflows() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    subject.store.close().await;
    let server = std::env::var("RUCHE_TEST_POSTGRES_URL").unwrap();
    let mut beside = PgConnection::connect(&server).await.unwrap();
    let name = database.url().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let mut transactions = async || loop {
        let row = sqlx::query(TRANSACTIONS).bind(&name).fetch_one(&mut beside).await.unwrap();
        if row.get::<i64, _>("connected") == 0 {
            return row.get::<i64, _>("transactions");
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    };
    let cost = async |batches: i64| {
        let store = database.connect().await;
        let (worker, now) = ("ruche@one".parse().unwrap(), subject.now());
        for batch in 0..batches {
            let tasks = subject.tasks(20);
            let requests = tasks.iter().map(|task| ClaimRequest { id: task.id, foreign: None }).collect();
            store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await.unwrap();
            let claimed = store.claim(&worker, requests, now, now).await.unwrap();
            let outcome = |place: usize| match (batch % 2, place % 2) {
                (0, _) | (_, 0) => AttemptOutcome::Succeeded { result: RawJson::null() },
                _ => AttemptOutcome::Retrying { due_at: now, failure: TaskFailure::new("x", "y") },
            };
            let ends = claimed.iter().enumerate().map(|(place, claimed)| FinishedAttempt {
                attempt: AttemptRef { id: claimed.task.id, attempt: claimed.attempt },
                outcome: outcome(place),
                finished_at: now,
                of_workflow: false,
            });
            let ends: Vec<_> = ends.collect();
            assert_eq!(store.finish(&ends).await.unwrap(), vec![true; 20]);
        }
        store.close().await;
    };
    // What opening and closing a store costs cancels out.
    let start = transactions().await;
    cost(1).await;
    let one = transactions().await;
    cost(1 + BATCHES).await;
    let extra = transactions().await - one - (one - start);
    assert!(extra <= 3 * BATCHES + 5, "enqueue, claim and finish are one transaction each: {extra}");
    let mut behind = database.connection().await;
    let looks: i64 = sqlx::query_scalar(LOOKS).fetch_one(&mut behind).await.unwrap();
    assert_eq!(looks, 0, "nobody looked for workflows");
    beside.close().await.unwrap();
    behind.close().await.unwrap();
    database.drop().await;
}
