//! Operations that meet a database which refuses, and failures from before there were fingerprints.

use ruche_domain::{OperationAction, OperationState, TaskState};
use ruche_store::{
    NewOperation, TaskFilter,
    conformance::{Fixture, Subject},
};
use sqlx::{Connection, Executor};

use crate::database::Database;

const REFUSE: &str = "
create function refuse() returns trigger language plpgsql as $$ begin raise exception 'told to'; end $$;
create trigger refuse before update on tasks for each row execute function refuse();";

fn cancel_all(subject: &Subject) -> NewOperation {
    NewOperation {
        id: subject.new_id().as_uuid().into(),
        action: OperationAction::Cancel,
        filter: TaskFilter { state: Some(TaskState::Queued), ..TaskFilter::default() },
        created_at: subject.now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_chunk_names_its_operation_and_changes_nothing() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    let task = subject.queued().await;
    let operation = cancel_all(&subject);
    subject.store.create_operation(&operation, None).await.unwrap();
    behind.execute(REFUSE).await.unwrap();
    let refused = subject.store.work_on_operation(subject.now(), 10).await.unwrap().unwrap().unwrap_err();
    assert_eq!(refused.operation, operation.id);
    subject.store.fail_operation(refused.operation, "told to", subject.now()).await.unwrap();
    let view = subject.store.operation(operation.id).await.unwrap().unwrap();
    assert_eq!((view.state, view.matched), (OperationState::Failed, 0));
    assert_eq!(subject.state(task.id).await, TaskState::Queued);
    behind.close().await.unwrap();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_nobody_can_read_does_not_hold_up_others() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    subject.queued().await;
    let broken = cancel_all(&subject);
    subject.store.create_operation(&broken, None).await.unwrap();
    behind.execute(r#"update operations set action = '{"action":"of a later version"}'"#).await.unwrap();
    subject.advance(1);
    let sound = cancel_all(&subject);
    subject.store.create_operation(&sound, None).await.unwrap();
    let refused = subject.store.work_on_operation(subject.now(), 10).await.unwrap().unwrap().unwrap_err();
    assert_eq!(refused.operation, broken.id);
    subject.store.fail_operation(broken.id, "unreadable", subject.now()).await.unwrap();
    let chunk = subject.store.work_on_operation(subject.now(), 10).await.unwrap().unwrap().unwrap();
    assert_eq!((chunk.operation.operation.id, chunk.operation.changed), (sound.id, 1));
    behind.close().await.unwrap();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_before_get_their_fingerprints() {
    let database = Database::with_store().await;
    let subject = Subject::new(database.store());
    let mut behind = database.connection().await;
    for _ in 0..5 {
        let failure = ruche_domain::TaskFailure::new("boom", "it went wrong");
        subject.ended(ruche_domain::AttemptOutcome::Failed { failure }).await;
    }
    let before = subject.store.dead_letters(None, 10, 10).await.unwrap().rows;
    behind.execute("update tasks set fingerprint = null").await.unwrap();
    assert!(subject.store.dead_letters(None, 10, 10).await.unwrap().rows.is_empty());
    for expected in [3, 2, 0] {
        assert_eq!(subject.store.fingerprint_failures(3).await.unwrap(), expected);
    }
    assert_eq!(subject.store.dead_letters(None, 10, 10).await.unwrap().rows, before);
    behind.execute("update tasks set fingerprint = null, error = '[]'").await.unwrap();
    assert_eq!(subject.store.fingerprint_failures(10).await.unwrap(), 5, "unreadable failures have one too");
    behind.close().await.unwrap();
    database.drop().await;
}
