//! Shutting down.

use std::time::Duration;

use ruche_domain::{TaskId, TaskState, WorkerName};
use ruche_store::Browse;
use ruche_worker::EngineOptions;

use crate::harness::{DEADLINE, World};

#[tokio::test]
async fn running_attempts_finish_and_nothing_new_begins() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { drain: DEADLINE, concurrency: 1, ..options });
    let first = world.enqueue("gated", r#"{"name":"first"}"#).await;
    world.shared.arrivals(1).await;
    let second = world.enqueue("gated", r#"{"name":"second"}"#).await;
    let draining = tokio::spawn(engine.drain());
    // The intake has ended when its consumer has given its deliveries back.
    world.broker.until(|state| state.unacknowledged == 0).await;
    world.shared.open(2);
    draining.await.unwrap();
    assert_eq!(world.view(first).await.summary.state, TaskState::Succeeded);
    assert_eq!(world.view(second).await.summary.state, TaskState::Queued);
    assert_eq!((world.shared.ran(), world.broker.waiting()), (vec!["first".to_owned()], 1));
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_handed_back_and_runs_elsewhere() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("gated", r#"{"name":"slow"}"#).await;
    world.shared.arrivals(1).await;
    engine.drain().await;
    let view = world.view(id).await;
    assert_eq!((view.summary.state, view.summary.attempt, view.summary.attempts_used), (TaskState::Queued, 1, 0));
    assert_eq!(world.broker.waiting(), 1);

    let name = WorkerName::new("ruche@next").unwrap();
    let options = EngineOptions::new(name, vec![ruche_domain::QueueName::default_queue()]);
    let next = world.start_named(options, &prometheus::Registry::new());
    world.shared.open(1);
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!((view.summary.attempt, view.summary.attempts_used), (2, 1));
    assert_eq!(states(&world, id).await, [TaskState::Queued, TaskState::Succeeded]);
    next.drain().await;
}

async fn states(world: &World, id: TaskId) -> Vec<TaskState> {
    world.store.attempts(id).await.unwrap().iter().map(|attempt| attempt.state).collect()
}

#[tokio::test]
async fn a_task_that_stops_when_asked_is_handed_back_too() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { cancel_grace: DEADLINE, ..options });
    let id = world.enqueue("polite", r#"{"succeed":false}"#).await;
    world.shared.arrivals(1).await;
    engine.drain().await;
    assert_eq!(world.view(id).await.summary.state, TaskState::Queued);
}

#[tokio::test]
async fn draining_ends_although_the_store_is_away() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { flush: Duration::from_millis(50), ..options });
    world.enqueue("gated", r#"{"name":"a"}"#).await;
    world.shared.arrivals(1).await;
    world.store.set_away(true);
    tokio::time::timeout(DEADLINE, engine.drain()).await.expect("it ends");
}
