//! Progress and logs.

use ruche_domain::{LogLevel, TaskState};

use crate::harness::World;

#[tokio::test]
async fn whoever_sees_the_outcome_sees_the_log() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("chatty", r#"{"lines":50,"wait":false}"#).await;
    let view = world.reach(id, TaskState::Succeeded).await;
    let logs = world.logs(id).await;
    assert_eq!(logs.len(), 50);
    assert_eq!((&*logs[49].message, logs[49].level, logs[49].attempt), ("line 50", LogLevel::Info, 1));
    assert_eq!(view.summary.progress.unwrap().current, 50);
    engine.drain().await;
}

#[tokio::test]
async fn progress_and_logs_are_seen_while_the_task_runs() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("chatty", r#"{"lines":7,"wait":true}"#).await;
    let far = |view: &ruche_store::TaskView| view.summary.progress.as_ref().is_some_and(|progress| progress.current == 7);
    let view = world.until(id, "far enough", far).await;
    assert_eq!((view.summary.state, view.summary.progress.unwrap().total), (TaskState::Running, Some(7)));
    world.poll("logged", async || world.logs(id).await.len() == 7).await;
    world.shared.open(1);
    world.reach(id, TaskState::Succeeded).await;
    engine.drain().await;
}

#[tokio::test]
async fn an_attempts_log_is_bounded() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("chatty", r#"{"lines":12000,"wait":false}"#).await;
    world.reach(id, TaskState::Succeeded).await;
    let logs = world.logs(id).await;
    assert_eq!(logs.len(), 10_001);
    assert!(logs[10_000].message.starts_with("no more lines are kept"));
    engine.drain().await;
}

#[tokio::test]
async fn lines_written_while_the_store_is_away_are_kept() {
    let world = World::new().await;
    let engine = world.start();
    let id = world.enqueue("gated", r#"{"name":"first"}"#).await;
    world.shared.arrivals(1).await;
    let chatty = world.enqueue("chatty", r#"{"lines":3,"wait":true}"#).await;
    world.shared.arrivals(1).await;
    world.store.set_away(true);
    world.shared.open(2);
    world.poll("ended", async || world.shared.gate.available_permits() == 0).await;
    assert_eq!(world.view(chatty).await.summary.state, TaskState::Running);
    world.store.set_away(false);
    world.reach(id, TaskState::Succeeded).await;
    world.reach(chatty, TaskState::Succeeded).await;
    assert_eq!(world.logs(chatty).await.len(), 3);
    engine.drain().await;
}
