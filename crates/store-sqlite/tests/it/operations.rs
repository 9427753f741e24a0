//! Operations that meet a database which refuses, and failures from before there were fingerprints.

use std::{path::Path, sync::Arc};

use ruche_domain::{OperationAction, OperationState, TaskState};
use ruche_store::{NewOperation, TaskFilter, conformance::Subject};
use ruche_store_sqlite::SqliteStore;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

const REFUSE: &str = "CREATE TRIGGER refuse BEFORE UPDATE ON tasks BEGIN SELECT RAISE(ABORT, 'told to'); END";

async fn opened(path: &Path) -> (Subject, SqliteConnection) {
    SqliteStore::migrate(path).await.expect("migrated");
    let store = SqliteStore::open(path).await.expect("an open file");
    let behind = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.expect("a connection");
    (Subject::new(Arc::new(store)), behind)
}

async fn run(behind: &mut SqliteConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(behind).await.expect(statement);
}

fn cancel_all(subject: &Subject) -> NewOperation {
    NewOperation {
        id: subject.new_id().as_uuid().into(),
        action: OperationAction::Cancel,
        filter: TaskFilter { state: Some(TaskState::Queued), ..TaskFilter::default() },
        created_at: subject.now(),
    }
}

#[tokio::test]
async fn a_refused_chunk_names_its_operation_and_changes_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (subject, mut behind) = opened(&directory.path().join("ruche.db")).await;
    let task = subject.queued().await;
    let operation = cancel_all(&subject);
    subject.store.create_operation(&operation, None).await.expect("create");
    run(&mut behind, REFUSE).await;
    let refused = subject.store.work_on_operation(subject.now(), 10).await.expect("work").expect("a chunk").expect_err("refused");
    assert_eq!(refused.operation, operation.id);
    subject.store.fail_operation(refused.operation, "told to", subject.now()).await.expect("fail");
    let view = subject.store.operation(operation.id).await.expect("operation").expect("stored");
    assert_eq!((view.state, view.matched), (OperationState::Failed, 0));
    assert_eq!(subject.state(task.id).await, TaskState::Queued);
    subject.store.close().await;
}

#[tokio::test]
async fn an_operation_nobody_can_read_does_not_hold_up_others() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (subject, mut behind) = opened(&directory.path().join("ruche.db")).await;
    subject.queued().await;
    let broken = cancel_all(&subject);
    subject.store.create_operation(&broken, None).await.expect("create");
    run(&mut behind, r#"UPDATE operations SET action = '{"action":"of a later version"}'"#).await;
    subject.advance(1);
    let sound = cancel_all(&subject);
    subject.store.create_operation(&sound, None).await.expect("create");
    let refused = subject.store.work_on_operation(subject.now(), 10).await.expect("work").expect("a chunk").expect_err("refused");
    assert_eq!(refused.operation, broken.id);
    subject.store.fail_operation(broken.id, "unreadable", subject.now()).await.expect("fail");
    let chunk = subject.store.work_on_operation(subject.now(), 10).await.expect("work").expect("a chunk").expect("done");
    assert_eq!((chunk.operation.operation.id, chunk.operation.changed), (sound.id, 1));
    subject.store.close().await;
}

#[tokio::test]
async fn failures_of_before_get_their_fingerprints() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (subject, mut behind) = opened(&directory.path().join("ruche.db")).await;
    for _ in 0..5 {
        let failure = ruche_domain::TaskFailure::new("boom", "it went wrong");
        subject.ended(ruche_domain::AttemptOutcome::Failed { failure }).await;
    }
    let groups = async || subject.store.dead_letters(None, 10, 10).await.expect("dead letters").rows;
    let before = groups().await;
    run(&mut behind, "UPDATE tasks SET fingerprint = NULL").await;
    assert!(groups().await.is_empty());
    for expected in [3, 2, 0] {
        assert_eq!(subject.store.fingerprint_failures(3).await.expect("fingerprint"), expected);
    }
    assert_eq!(groups().await, before);
    run(&mut behind, "UPDATE tasks SET fingerprint = NULL, error = '[]'").await;
    assert_eq!(subject.store.fingerprint_failures(10).await.expect("fingerprint"), 5, "unreadable failures have one too");
    subject.store.close().await;
}
