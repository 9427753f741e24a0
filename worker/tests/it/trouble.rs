//! Services that go away and come back.

use ruche_domain::TaskState;

use crate::harness::{World, kind};

#[tokio::test]
async fn deliveries_wait_while_the_store_is_away() {
    let world = World::new().await;
    world.store.set_away(true);
    let engine = world.start();
    let id = world.enqueue("add", r#"{"a":2,"b":40}"#).await;
    world.broker.until(|state| state.requeued > 0).await;
    assert_eq!(world.broker.state().acknowledged, 0);
    world.store.set_away(false);
    world.reach(id, TaskState::Succeeded).await;
    world.broker.until(|state| state.acknowledged == 1).await;
    engine.drain().await;
}

#[tokio::test]
async fn outcomes_wait_while_the_store_is_away_and_keep_their_slots_bounded() {
    let world = World::new().await;
    let engine = world.start();
    let mut ids = Vec::new();
    for n in 0..8 {
        ids.push(world.enqueue("gated", &format!(r#"{{"name":"{n}"}}"#)).await);
    }
    world.shared.arrivals(8).await;
    world.store.set_away(true);
    world.shared.open(8);
    world.poll("ended", async || world.shared.gate.available_permits() == 0).await;
    assert_eq!(engine.busy(), 8);
    world.store.set_away(false);
    for id in ids {
        assert_eq!(world.reach(id, TaskState::Succeeded).await.summary.attempt, 1);
    }
    engine.drain().await;
}

#[tokio::test]
async fn a_cut_connection_is_made_anew_and_running_attempts_go_on() {
    let world = World::new().await;
    let engine = world.start();
    let running = world.enqueue("gated", r#"{"name":"a"}"#).await;
    world.shared.arrivals(1).await;
    world.broker.cut();
    world.broker.until(|state| state.connections == 2).await;
    let later = world.enqueue("add", r#"{"a":1,"b":1}"#).await;
    world.reach(later, TaskState::Succeeded).await;
    world.shared.open(1);
    assert_eq!(world.reach(running, TaskState::Succeeded).await.summary.attempt, 1);
    engine.drain().await;
}

#[tokio::test]
async fn an_outcome_the_store_refuses_does_not_keep_others_back() {
    let world = World::new().await;
    let engine = world.start();
    let poison = world.enqueue("gated", r#"{"name":"poison"}"#).await;
    let fine = world.enqueue("gated", r#"{"name":"fine"}"#).await;
    world.shared.arrivals(2).await;
    *world.store.refused.lock().unwrap() = Some(poison);
    world.shared.open(2);
    world.reach(fine, TaskState::Succeeded).await;
    assert_eq!(kind(&world.reach(poison, TaskState::Failed).await), "outcome_refused");
    engine.drain().await;
}
