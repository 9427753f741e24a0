//! Notices from one process to another.

use std::time::Duration;

use ruche_domain::{Change, ChangeKind, Changes, TaskState};
use ruche_store::{
    ChangeFeed, Store,
    conformance::{Fixture, Subject},
};
use sqlx::{Connection, Executor};
use tokio::{sync::broadcast::Receiver, time::timeout};

use crate::database::Database;

/// Longest wait for something that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

async fn next(feed: &mut Receiver<Changes>) -> Changes {
    timeout(PATIENCE, feed.recv()).await.expect("a notice in time").expect("no notice was lost")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_each_change() {
    let database = Database::with_store().await;
    let other = database.connect().await;
    let mut feed = other.feed().subscribe();
    let subject = Subject::new(database.store());
    let task = subject.queued().await;
    let heard = next(&mut feed).await;
    let expected = Change {
        id: task.id,
        name: task.name,
        queue: task.queue,
        attempt: 0,
        at: task.created_at,
        kind: ChangeKind::State(TaskState::Queued),
    };
    assert_eq!(heard, Changes::Each(vec![expected]));
    other.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_does_not_hear_its_own_changes_twice() {
    let database = Database::with_store().await;
    let other = database.connect().await;
    let mut own = database.store().feed().subscribe();
    let subject = Subject::new(database.store());
    let first = subject.queued().await;
    // What the other process says afterwards comes after the echo, if there were one.
    let mut far = other.feed().subscribe();
    other.feed().announce_all(Changes::Registry);
    let Changes::Each(each) = next(&mut own).await else { panic!("the change itself comes first") };
    assert_eq!(each[0].id, first.id);
    assert_eq!(next(&mut own).await, Changes::Registry);
    assert!(own.try_recv().is_err());
    assert_eq!(next(&mut far).await, Changes::Registry);
    other.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_reach_others_as_numbers() {
    let database = Database::with_store().await;
    let other = database.connect().await;
    let mut feed = other.feed().subscribe();
    let subject = Subject::new(database.store());
    subject.insert(subject.tasks(ChangeFeed::MOST_TOLD + 1)).await;
    let Changes::Summary(counts) = next(&mut feed).await else { panic!("a summary") };
    assert_eq!(counts[&TaskState::Queued], ChangeFeed::MOST_TOLD as u64 + 1);
    other.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_listener_says_so_and_hears_again() {
    let database = Database::with_store().await;
    let other = database.connect().await;
    let mut feed = other.feed().subscribe();
    let mut connection = database.connection().await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()";
    connection.execute(cut).await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(next(&mut feed).await, Changes::Lost);
    // It listens again when it says so.
    let subject = Subject::new(database.store());
    let task = subject.queued().await;
    loop {
        match next(&mut feed).await {
            Changes::Each(each) => break assert_eq!(each[0].id, task.id),
            Changes::Lost => {}
            heard => panic!("{heard:?}"),
        }
    }
    other.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_makes_no_sense_does_no_harm() {
    let database = Database::with_store().await;
    let store = database.store();
    let mut feed = store.feed().subscribe();
    let mut connection = database.connection().await;
    connection.execute("select pg_notify('ruche_changes', '{\"o\":1}')").await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(next(&mut feed).await, Changes::Lost);
    drop(store);
    database.drop().await;
}
