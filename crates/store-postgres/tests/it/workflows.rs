//! What workflows cost tasks that belong to none: nothing.

use std::time::Duration;

use ruche_domain::{AttemptOutcome, RawJson, TaskFailure};
use ruche_store::{
    AttemptRef, ClaimRequest, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Store,
    conformance::{Fixture, Subject},
};
use sqlx::{Connection, PgConnection};

use crate::database::Database;

/// Batches of the way from enqueue to finish.
const BATCHES: usize = 10;

/// Who else is connected.
const CONNECTED: &str = "select count(*) from pg_stat_activity
                         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";

/// How often anybody looked into a table of workflows, or an index of one.
const LOOKS: &str = "select sum(seq_scan + coalesce(idx_scan, 0))::int8 from pg_stat_user_tables where relname like 'workflow%'";

async fn looks(behind: &mut PgConnection) -> i64 {
    // Whoever is connected has not handed in its counters.
    while sqlx::query_scalar::<_, i64>(CONNECTED).fetch_one(&mut *behind).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    sqlx::query_scalar(LOOKS).fetch_one(behind).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_for_the_workflows_of_plain_tasks() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    subject.store.close().await;
    let mut behind = database.connection().await;
    let before = looks(&mut behind).await;
    let store = database.connect().await;
    let (worker, now) = ("ruche@one".parse().unwrap(), subject.now());
    for batch in 0..BATCHES {
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
    let looked = looks(&mut behind).await - before;
    assert_eq!(looked, 0, "nobody looked for workflows");
    behind.close().await.unwrap();
    database.drop().await;
}
