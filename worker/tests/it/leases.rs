//! Leases that hold and that are lost.

use std::time::Duration;

use ruche_domain::TaskState;
use ruche_store::{Browse, Maintain};
use ruche_worker::EngineOptions;

use crate::harness::World;

/// A time by which every lease has run out.
fn late(world: &World) -> ruche_domain::Timestamp {
    world.clock.now() + Duration::from_secs(3_600)
}

#[tokio::test]
async fn an_attempt_that_outlives_its_lease_keeps_it() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { lease: Duration::from_millis(900), ..options });
    let id = world.enqueue("gated", r#"{"name":"long"}"#).await;
    world.shared.arrivals(1).await;
    let first = world.view(id).await.summary.lease_until.unwrap();
    // Renewals are announced nowhere.
    world.poll("renewed", async || world.view(id).await.summary.lease_until.unwrap() > first + Duration::from_millis(900)).await;
    assert!(world.rescue(world.clock.now()).await.is_empty());
    world.shared.open(1);
    assert_eq!(world.reach(id, TaskState::Succeeded).await.summary.attempt, 1);
    engine.drain().await;
}

#[tokio::test]
async fn the_outcome_of_a_lost_attempt_is_not_taken() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("gated", r#"{"name":"slow"}"#).await;
    world.shared.arrivals(1).await;
    // The rescuer takes the task away; the same worker gets it again, as another attempt.
    assert_eq!(world.rescue(late(&world)).await, [id]);
    world.shared.arrivals(1).await;
    world.shared.open(2);
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!(view.summary.attempt, 2);
    engine.drain().await;
    let states: Vec<_> = world.store.attempts(id).await.unwrap().iter().map(|attempt| attempt.state).collect();
    assert_eq!(states, [TaskState::Queued, TaskState::Succeeded]);
    assert!(
        world
            .counted(r#"ruche_task_attempts_total{by="worker",final="true",outcome="succeeded",queue="default",task="gated"} 1"#)
    );
    assert!(
        world.counted(r#"ruche_task_attempts_total{by="worker",final="false",outcome="lost",queue="default",task="gated"} 1"#)
    );
}

#[tokio::test]
async fn a_renewal_that_finds_the_lease_lost_stops_the_attempt() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { lease: Duration::from_millis(600), concurrency: 1, ..options });
    let id = world.enqueue("stubborn", "{}").await;
    world.shared.arrivals(1).await;
    assert_eq!(world.store.rescue_lost(late(&world), 10).await.unwrap().again.tasks.len(), 1);
    world.poll("stopped", async || engine.busy() == 0).await;
    assert_eq!(world.view(id).await.summary.state, TaskState::Queued);
    assert!(
        world.counted(r#"ruche_task_attempts_total{by="worker",final="false",outcome="lost",queue="default",task="stubborn"} 1"#)
    );
    engine.drain().await;
}

#[tokio::test]
async fn attempts_stop_when_the_store_is_away_for_longer_than_the_lease() {
    let world = World::new().await;
    let engine = world.start_with(|options| EngineOptions { lease: Duration::from_millis(300), ..options });
    let id = world.enqueue("stubborn", "{}").await;
    world.shared.arrivals(1).await;
    world.store.set_away(true);
    world.poll("stopped", async || engine.busy() == 0).await;
    assert_eq!(world.view(id).await.summary.state, TaskState::Running);
    world.store.set_away(false);
    assert_eq!(world.rescue(late(&world)).await, [id]);
    world.shared.arrivals(1).await;
    engine.drain().await;
}

#[tokio::test]
async fn an_engine_that_dies_loses_nothing() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("gated", r#"{"name":"a"}"#).await;
    world.shared.arrivals(1).await;
    drop(engine);
    let idle = r#"ruche_worker_slots_busy{queue="default",worker="ruche@test"} 0"#;
    world.poll("dead", async || world.counted(idle)).await;
    world.shared.open(1);
    let next = world.start_named(
        EngineOptions::new(ruche_domain::WorkerName::new("ruche@next").unwrap(), vec![ruche_domain::QueueName::default_queue()]),
        &prometheus::Registry::new(),
    );
    assert_eq!(world.rescue(late(&world)).await, [id]);
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!((view.summary.attempt, view.summary.worker.unwrap().as_str()), (2, "ruche@next"));
    next.drain().await;
}
