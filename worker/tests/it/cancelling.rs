//! Tasks that somebody asks to stop.

use std::time::Duration;

use ruche_domain::TaskState;
use ruche_store::{CancelAnswer, Control};
use ruche_worker::EngineOptions;

use crate::harness::World;

async fn cancel_running(world: &World, name: &str, kwargs: &str) -> ruche_domain::TaskId {
    let id = world.enqueue(name, kwargs).await;
    world.shared.arrivals(1).await;
    // The engine follows the feed from its start on, and holds the attempt before it runs.
    assert_eq!(world.store.cancel(id, world.clock.now()).await.unwrap(), CancelAnswer::Requested);
    id
}

#[tokio::test]
async fn a_running_task_is_told_at_once_and_stops() {
    let world = World::new().await;
    let engine = world.start();
    let id = cancel_running(&world, "polite", r#"{"succeed":false}"#).await;
    world.reach(id, TaskState::Cancelled).await;
    engine.drain().await;
    assert!(
        world.counted(
            r#"ruche_task_attempts_total{by="worker",final="true",outcome="cancelled",queue="default",task="polite"} 1"#
        )
    );
}

#[tokio::test]
async fn a_result_that_comes_in_time_is_kept() {
    let world = World::new().await;
    let engine = world.start();
    let id = cancel_running(&world, "polite", r#"{"succeed":true}"#).await;
    assert_eq!(world.reach(id, TaskState::Succeeded).await.result.unwrap().as_str(), "\"done\"");
    engine.drain().await;
}

#[tokio::test]
async fn a_task_that_does_not_listen_is_dropped_after_the_grace_period() {
    let world = World::new().await;
    let engine = world.start();
    let id = cancel_running(&world, "stubborn", "{}").await;
    world.reach(id, TaskState::Cancelled).await;
    engine.drain().await;
}

#[tokio::test]
async fn a_request_that_the_feed_lost_is_found_at_the_next_renewal() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { lease: Duration::from_millis(600), ..options });
    let id = world.enqueue("polite", r#"{"succeed":false}"#).await;
    world.shared.arrivals(1).await;
    // The engine hears nothing of what another process announces.
    let elsewhere = world.elsewhere().await;
    assert_eq!(elsewhere.cancel(id, world.clock.now()).await.unwrap(), CancelAnswer::Requested);
    world.reach(id, TaskState::Cancelled).await;
    engine.drain().await;
}

#[tokio::test]
async fn a_cancelled_task_that_waits_is_never_run() {
    let world = World::new().await;
    let id = world.enqueue("add", r#"{"a":1,"b":1}"#).await;
    assert_eq!(world.store.cancel(id, world.clock.now()).await.unwrap(), CancelAnswer::Cancelled);
    let engine = world.start();
    world.broker.until(|state| state.acknowledged == 1).await;
    engine.drain().await;
    assert!(world.shared.ran().is_empty());
}
