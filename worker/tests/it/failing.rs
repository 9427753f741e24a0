//! Attempts that fail.

use std::time::Duration;

use ruche_broker::{DecodeError, TaskMessage};
use ruche_domain::{TaskOptions, TaskState};
use ruche_store::Browse;

use crate::harness::{World, kind};

#[tokio::test]
async fn a_failed_attempt_is_retried_with_the_policys_wait() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("fail", r#"{"times":2}"#).await;
    for attempt in 1..=2 {
        let view = world.until(id, "retrying", |view| view.summary.state == TaskState::Retrying).await;
        assert_eq!((view.summary.attempt, kind(&view)), (attempt, "unlucky"));
        world.release(id).await;
    }
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!(view.result.unwrap().as_str(), "3");
    let attempts = world.store.attempts(id).await.unwrap();
    assert_eq!(
        attempts.iter().map(|attempt| attempt.state).collect::<Vec<_>>(),
        [TaskState::Retrying, TaskState::Retrying, TaskState::Succeeded]
    );
    let wait = attempts[1].started_at - attempts[0].finished_at.unwrap();
    assert!(wait >= chrono::TimeDelta::milliseconds(5), "{wait}");
    engine.drain().await;
    assert!(world.counted(r#"ruche_task_retries_scheduled_total{queue="default",reason="unlucky",task="fail"} 2"#));
    assert!(
        world.counted(r#"ruche_task_attempts_total{by="worker",final="false",outcome="failed",queue="default",task="fail"} 2"#)
    );
}

#[tokio::test]
async fn when_the_attempts_are_used_up_the_task_has_failed() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("fail", r#"{"times":99}"#).await;
    for _ in 1..=2 {
        world.reach(id, TaskState::Retrying).await;
        world.release(id).await;
    }
    let view = world.reach(id, TaskState::Failed).await;
    assert_eq!((view.summary.attempts_used, kind(&view)), (3, "unlucky"));
    engine.drain().await;
    assert!(world.counted(r#"ruche_tasks_dead_lettered_total{by="worker",queue="default",reason="unlucky",task="fail"} 1"#));
    assert!(world.counted(r#"ruche_task_attempts_to_finish_bucket{queue="default",task="fail",le="3"} 1"#));
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_times_out_and_is_retried() {
    let world = World::new().await;
    let engine = world.start();
    let mut task = world.task("stubborn", "{}");
    task.options = TaskOptions { timeout: Some(Duration::from_millis(30)), ..TaskOptions::default() };
    let id = world.enqueue_task(task).await;
    let view = world.reach(id, TaskState::Retrying).await;
    assert_eq!(kind(&view), "timed_out");
    world.release(id).await;
    let view = world.reach(id, TaskState::Failed).await;
    assert_eq!((kind(&view), view.summary.attempt), ("timed_out", 2));
    engine.drain().await;
    assert!(
        world.counted(
            r#"ruche_task_attempts_total{by="worker",final="true",outcome="timed_out",queue="default",task="stubborn"} 1"#
        )
    );
}

#[tokio::test]
async fn a_panic_fails_the_attempt_and_nothing_else() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("panics", "{}").await;
    let view = world.reach(id, TaskState::Failed).await;
    assert_eq!(kind(&view), "panicked");
    assert_eq!(view.summary.failure.unwrap().message, "the sky fell on attempt 1");
    let next = world.enqueue("add", r#"{"a":1,"b":1}"#).await;
    world.reach(next, TaskState::Succeeded).await;
    engine.drain().await;
}

#[tokio::test]
async fn a_task_nobody_registered_fails_without_retry() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("stranger", "{}").await;
    let view = world.reach(id, TaskState::Failed).await;
    assert_eq!((kind(&view), view.summary.attempts_used), ("not_registered", 1));
    let foreign = world.task("alien", "{}");
    let alien = foreign.id;
    world.broker.put(Ok(TaskMessage { task: foreign, retries: 0, native: false }));
    assert_eq!(kind(&world.reach(alien, TaskState::Failed).await), "not_registered");
    engine.drain().await;
    assert!(
        world.counted(r#"ruche_tasks_dead_lettered_total{by="worker",queue="default",reason="not_registered",task="unknown"} 2"#)
    );
}

#[tokio::test]
async fn a_result_that_is_too_large_fails_the_task() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("large", r#"{"bytes":1048576}"#).await;
    assert_eq!(kind(&world.reach(id, TaskState::Failed).await), "result_too_large");
    let fits = world.enqueue("large", r#"{"bytes":1048574}"#).await;
    world.reach(fits, TaskState::Succeeded).await;
    engine.drain().await;
}

#[tokio::test]
async fn a_message_that_is_no_task_goes_to_the_dead_letters_with_its_reason() {
    let world = World::new().await;
    world.broker.put(Err(DecodeError("it has no id".to_owned())));
    let engine = world.start();
    let id = world.enqueue("add", r#"{"a":1,"b":1}"#).await;
    world.reach(id, TaskState::Succeeded).await;
    world.broker.until(|state| state.acknowledged == 1).await;
    assert_eq!(world.broker.state().dead, ["not a task message: it has no id"]);
    engine.drain().await;
}
