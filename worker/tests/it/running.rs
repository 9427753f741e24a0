//! Tasks that run.

use std::time::Duration;

use ruche_broker::TaskMessage;
use ruche_domain::{CeleryContext, Priority, RawJson, TaskOptions, TaskState};
use ruche_store::{Definitions, Maintain, Workers};
use ruche_worker::EngineOptions;

use crate::harness::World;

#[tokio::test]
async fn a_task_runs_and_its_result_is_recorded() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("add", r#"{"a":2,"b":40}"#).await;
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!(view.result.unwrap().as_str(), "42");
    assert_eq!(view.summary.worker.unwrap().as_str(), "ruche@test");
    world.broker.until(|state| state.acknowledged == 1).await;
    engine.drain().await;
    for line in [
        r#"ruche_task_attempts_total{by="worker",final="true",outcome="succeeded",queue="default",task="add"} 1"#,
        r#"ruche_task_queue_wait_seconds_count{queue="default",task="add"} 1"#,
        r#"ruche_task_run_duration_seconds_count{outcome="succeeded",queue="default",task="add"} 1"#,
        r#"ruche_task_end_to_end_seconds_count{queue="default",task="add"} 1"#,
        r#"ruche_task_attempts_to_finish_bucket{queue="default",task="add",le="1"} 1"#,
        r#"ruche_worker_slots_busy{queue="default",worker="ruche@test"} 0"#,
    ] {
        assert!(world.counted(line), "{line}");
    }
}

#[tokio::test]
async fn many_tasks_run_once_each_and_no_more_is_fetched_than_allowed() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..500 {
        ids.push(world.enqueue("add", &format!(r#"{{"a":{n},"b":0}}"#)).await);
    }
    let engine = world.start();
    for id in &ids {
        world.reach(*id, TaskState::Succeeded).await;
    }
    engine.drain().await;
    let mut ran = world.shared.ran();
    ran.sort_unstable();
    let mut expected: Vec<_> = ids.iter().map(ToString::to_string).collect();
    expected.sort_unstable();
    assert_eq!(ran, expected);
    assert!(world.broker.state().most_unacknowledged <= 32);
}

#[tokio::test]
async fn what_a_busy_worker_cannot_start_goes_back_to_the_queue() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(world.enqueue("gated", &format!(r#"{{"name":"{n}"}}"#)).await);
    }
    let engine = world.start_with(|options| EngineOptions { concurrency: 2, ..options });
    world.shared.arrivals(2).await;
    world.broker.until(|state| state.acknowledged == 2 && state.unacknowledged == 0).await;
    assert_eq!(world.broker.waiting(), 18, "for workers that have room");
    world.shared.open(20);
    for id in ids {
        world.reach(id, TaskState::Succeeded).await;
    }
    engine.drain().await;
    assert_eq!(world.shared.ran().len(), 20);
}

#[tokio::test]
async fn duplicates_of_a_message_run_once_and_are_all_acknowledged() {
    let world = World::new().await;
    let task = world.task("gated", r#"{"name":"once"}"#);
    world.accept(&task).await;
    for _ in 0..3 {
        world.broker.put(Ok(TaskMessage::native(task.clone())));
    }
    let engine = world.start();
    world.shared.arrivals(1).await;
    world.broker.put(Ok(TaskMessage::native(task.clone())));
    world.broker.until(|state| state.acknowledged == 4).await;
    world.shared.open(10);
    world.reach(task.id, TaskState::Succeeded).await;
    world.broker.put(Ok(TaskMessage::native(task)));
    world.broker.until(|state| state.acknowledged == 5).await;
    engine.drain().await;
    assert_eq!(world.shared.ran(), ["once"]);
}

#[tokio::test]
async fn the_most_urgent_task_runs_first() {
    let world = World::new().await;
    for (name, priority) in [("low", 0), ("high", 9), ("middle", 5)] {
        let mut task = world.task("gated", &format!(r#"{{"name":"{name}"}}"#));
        task.priority = Priority::new(priority).unwrap();
        world.enqueue_task(task).await;
    }
    world.shared.open(3);
    let engine = world.start_with(|options| EngineOptions { concurrency: 1, ..options });
    world.shared.arrivals(3).await;
    engine.drain().await;
    assert_eq!(world.shared.ran(), ["high", "middle", "low"]);
}

#[tokio::test]
async fn no_more_attempts_run_than_there_are_slots() {
    let world = World::new().await;
    for n in 0..5 {
        world.enqueue("gated", &format!(r#"{{"name":"{n}"}}"#)).await;
    }
    let engine = world.start_with(|options| EngineOptions { concurrency: 2, ..options });
    world.shared.arrivals(2).await;
    assert_eq!((engine.busy(), world.shared.ran().len()), (2, 2));
    assert!(world.counted(r#"ruche_worker_slots_busy{queue="default",worker="ruche@test"} 2"#));
    world.shared.open(5);
    world.shared.arrivals(3).await;
    engine.drain().await;
}

#[tokio::test]
async fn a_task_past_its_expiry_is_dropped_without_running() {
    let world = World::new().await;
    let mut task = world.task("add", r#"{"a":1,"b":1}"#);
    task.expires_at = Some(world.clock.now() - Duration::from_secs(1));
    let engine = world.start();
    let id = world.enqueue_task(task).await;
    world.broker.until(|state| state.acknowledged == 1).await;
    assert_eq!(world.store.expire_overdue(world.clock.now(), 10).await.unwrap(), 1);
    assert_eq!(world.view(id).await.summary.state, TaskState::Expired);
    engine.drain().await;
    assert!(world.shared.ran().is_empty());
}

#[tokio::test]
async fn a_celery_clients_task_is_stored_and_its_client_is_answered() {
    let world = World::new().await;
    let celery = CeleryContext {
        reply_to: Some("client-1".to_owned()),
        correlation_id: Some("c-1".to_owned()),
        ..CeleryContext::default()
    };
    let mut task = world.task("add", "{}");
    task.args = RawJson::parse("[2, 40]").unwrap();
    task.options = TaskOptions { celery: Some(Box::new(celery)), ..TaskOptions::default() };
    let id = task.id;
    let engine = world.start();
    world.broker.put(Ok(TaskMessage { task: task.clone(), retries: 0, native: false }));
    world.broker.until(|state| state.replies.len() == 1).await;
    let view = world.reach(id, TaskState::Succeeded).await;
    assert_eq!((view.result.unwrap().as_str(), view.task.args.as_str()), ("42", "[2, 40]"));
    {
        let state = world.broker.state();
        let reply = &state.replies[0];
        assert_eq!((&*reply.reply_to, &*reply.correlation_id), ("client-1", "c-1"));
        assert!(reply.body.contains("\"SUCCESS\"") && reply.body.contains("42"), "{}", reply.body);
    }
    engine.drain().await;
}

#[tokio::test]
async fn definitions_and_heartbeats_are_stored_and_the_worker_signs_off() {
    let world = World::new().await;
    let engine = world.start();
    let since = world.clock.now() - Duration::from_secs(60);
    let store = &world.store.real;
    world.poll("heard of", async || !store.workers(since).await.unwrap().is_empty()).await;
    let heartbeat = store.workers(since).await.unwrap().remove(0).heartbeat;
    assert_eq!((heartbeat.name.as_str(), heartbeat.slots, heartbeat.draining), ("ruche@test", 8, false));
    assert!(store.definitions().await.unwrap().iter().any(|definition| definition.name.as_str() == "add"));
    engine.drain().await;
    assert!(store.workers(since).await.unwrap().is_empty());
}
