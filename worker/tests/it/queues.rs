//! Queues that are paused or limited.

use ruche_broker::TaskMessage;
use ruche_domain::{QueueName, TaskState, limit::QueueLimits};
use ruche_store::{Handover, Queues};

use crate::harness::World;

fn default() -> QueueName {
    QueueName::default_queue()
}

#[tokio::test]
async fn a_paused_queues_deliveries_are_acknowledged_and_not_run() {
    let world = World::new().await;
    world.store.pause(&default(), world.clock.now()).await.unwrap();
    let engine = world.start();
    let own = world.enqueue("add", r#"{"a":2,"b":40}"#).await;
    let foreign = world.task("add", r#"{"a":1,"b":2}"#);
    world.broker.put(Ok(TaskMessage { task: foreign.clone(), retries: 0, native: false }));
    world.broker.until(|state| state.acknowledged == 2).await;
    assert!(world.shared.ran().is_empty());
    for id in [own, foreign.id] {
        assert_eq!(world.view(id).await.summary.state, TaskState::Queued, "it waits, also a Celery client's");
    }
    world.store.resume(&default(), world.clock.now()).await.unwrap();
    let again = std::time::Duration::from_secs(3);
    let tasks = world.store.sweep(&default(), world.clock.now(), again, 10).await.unwrap().unwrap();
    assert_eq!(tasks.len(), 2);
    world.publish(Handover { tasks, outbox: Vec::new() });
    world.reach(own, TaskState::Succeeded).await;
    world.reach(foreign.id, TaskState::Succeeded).await;
    engine.drain().await;
}

#[tokio::test]
async fn workers_together_run_as_many_as_the_limit_allows_and_no_more() {
    let world = World::new().await;
    let limits = QueueLimits { max_running: Some(2), rate: None, per_key: None };
    world.store.limit(&default(), Some(&limits), world.clock.now()).await.unwrap();
    let (one, two) = (world.start(), world.start_named(second(), &prometheus::Registry::new()));
    let mut ids = Vec::new();
    for n in 0..6 {
        // Published too soon, as by a server that has not heard of the limit.
        ids.push(world.enqueue("gated", &format!(r#"{{"name":"{n}"}}"#)).await);
    }
    world.broker.until(|state| state.acknowledged == 6).await;
    assert!(world.shared.ran().is_empty());
    let now = world.clock.now();
    let tasks = world.store.admit(&default(), now, now, 10).await.unwrap().tasks;
    assert_eq!(tasks.len(), 2);
    world.publish(Handover { tasks, outbox: Vec::new() });
    // The others nobody publishes: who ends is followed by the next.
    for ended in (0..6).step_by(2) {
        world.shared.arrivals(2).await;
        assert_eq!(one.busy() + two.busy(), 2, "after {ended}");
        assert!(world.store.admit(&default(), world.clock.now(), now, 10).await.unwrap().tasks.is_empty(), "after {ended}");
        world.shared.open(2);
    }
    for id in ids {
        world.reach(id, TaskState::Succeeded).await;
    }
    one.drain().await;
    two.drain().await;
}

fn second() -> ruche_worker::EngineOptions {
    ruche_worker::EngineOptions {
        concurrency: 8,
        ..ruche_worker::EngineOptions::new("ruche@two".parse().unwrap(), vec![default()])
    }
}
