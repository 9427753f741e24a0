//! The engine on the broker of `ruche up`.

use std::sync::Arc;

use ruche_broker::{Broker, SharedBroker, TaskMessage, in_process::InProcessBroker};
use ruche_domain::{Priority, QueueName, TaskState, WorkerName};
use ruche_worker::{Engine, EngineOptions};

use crate::{harness::World, tasks};

fn start(world: &World, broker: &Arc<InProcessBroker>, concurrency: usize) -> Engine {
    let name = WorkerName::new("ruche@test").unwrap();
    let options = EngineOptions { concurrency, ..EngineOptions::new(name, vec![QueueName::default_queue()]) };
    let (store, broker): (_, SharedBroker) = (Arc::clone(&world.store), Arc::clone(broker) as _);
    Engine::start(options, tasks::registry(&world.shared), store, broker, Arc::clone(&world.clock), &world.metrics).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_run_once_each() {
    let (world, broker) = (World::new().await, Arc::new(InProcessBroker::default()));
    let engine = start(&world, &broker, 16);
    let mut ids = Vec::new();
    for n in 0..1_000 {
        let task = world.task("add", &format!(r#"{{"a":{n},"b":0}}"#));
        world.accept(&task).await;
        ids.push(task.id);
        assert!(broker.publish(&[TaskMessage::native(task)]).await[0].is_ok());
    }
    for id in &ids {
        assert_eq!(world.reach(*id, TaskState::Succeeded).await.summary.attempt, 1);
    }
    engine.drain().await;
    assert_eq!(world.shared.ran().len(), 1_000);
    let depth = broker.depth(&QueueName::default_queue()).await.unwrap();
    assert_eq!((depth.ready, depth.consumers), (0, 0));
}

#[tokio::test]
async fn what_is_handed_back_is_in_the_queue_again() {
    let (world, broker) = (World::new().await, Arc::new(InProcessBroker::default()));
    for (name, priority) in [("a", 0), ("b", 9)] {
        let mut task = world.task("gated", &format!(r#"{{"name":"{name}"}}"#));
        task.priority = Priority::new(priority).unwrap();
        world.accept(&task).await;
        broker.publish(&[TaskMessage::native(task)]).await;
    }
    let engine = start(&world, &broker, 1);
    world.shared.arrivals(1).await;
    world.shared.open(1);
    world.shared.arrivals(1).await;
    assert_eq!(world.shared.ran(), ["b", "a"]);
    world.shared.open(1);
    engine.drain().await;
    assert_eq!(broker.depth(&QueueName::default_queue()).await.unwrap().ready, 0);
}
