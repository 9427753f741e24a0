//! What becomes of a task's files when its attempts fail, are cancelled, dropped or lost.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ruche_artifacts::Depot;
use ruche_domain::{FileName, MediaType, QueueName, TaskId, TaskState, WorkerName};
use ruche_store::{Artifacts, CancelAnswer, Control, SharedStore};
use ruche_worker::{Engine, EngineOptions, Output, Task, TaskContext, TaskDefaults, TaskError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    harness::{World, kind},
    tasks::{self, Shared},
};

/// More than is held in memory.
const LARGE: usize = 10 * 1024 * 1024;

/// Writes files, each attempt in its own way.
#[derive(Deserialize, JsonSchema)]
struct Writes {
    ways: Vec<String>,
}

impl Task for Writes {
    const NAME: &'static str = "writes";
    type Output = Made;

    fn defaults() -> TaskDefaults {
        let wait = Duration::from_millis(10);
        TaskDefaults { retry: ruche_domain::RetryPolicy::new(3, wait, wait, 1.0, 0.5).unwrap(), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<Made, TaskError> {
        let shared = context.resource::<Shared>();
        let mut kept = create(context, "kept").await?;
        kept.write(format!("of attempt {}", context.attempt())).await?;
        let mut begun = create(context, "begun").await?;
        begun.write(Bytes::from(vec![7; LARGE])).await?;
        match self.ways[context.attempt() as usize - 1].as_str() {
            "fail" => {
                kept.finish().await?;
                Err(TaskError::retry("told to"))
            }
            "panic" => panic!("told to"),
            "forever" => {
                shared.arrived.add_permits(1);
                std::future::pending().await
            }
            _ => {
                shared.arrived.add_permits(1);
                shared.gate.acquire().await.unwrap().forget();
                kept.finish().await?;
                Ok(Made(begun.finish().await?.id.to_string()))
            }
        }
    }
}

/// The id of what was made.
#[derive(serde::Serialize, JsonSchema)]
struct Made(String);

async fn create(context: &TaskContext, name: &str) -> Result<Output, TaskError> {
    context.artifacts().create(FileName::new(name).unwrap(), MediaType::unknown()).await
}

/// An engine with files.
fn start(world: &World, change: impl FnOnce(EngineOptions) -> EngineOptions) -> (Engine, Depot) {
    let depot = Depot::in_memory(Arc::clone(&world.store) as SharedStore, Arc::clone(&world.clock));
    let registry = tasks::registry(&world.shared).task::<Writes>().unwrap().with(depot.clone());
    let options = EngineOptions {
        cancel_grace: Duration::from_millis(100),
        ..EngineOptions::new(WorkerName::new("ruche@test").unwrap(), vec![QueueName::default_queue()])
    };
    (world.start_registry(change(options), registry, &world.metrics), depot)
}

async fn names(world: &World, task: TaskId) -> Vec<String> {
    let page = world.store.artifacts(Some(task), None, 10).await.unwrap();
    let told = |view: &ruche_store::ArtifactView| format!("{} {}", view.name, view.owner.unwrap().attempt);
    let mut names: Vec<_> = page.rows.iter().map(told).collect();
    names.sort_unstable();
    names
}

/// Waits until no row but these is left, without a sweeper.
async fn left(world: &World, rows: usize) {
    world.poll("tidied up", async || world.artifact_rows().await == rows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_attempt_replaces_what_an_earlier_one_has_finished_and_nothing_else_is_left_of_it() {
    let world = World::new().await;
    let (engine, depot) = start(&world, |options| options);
    let id = world.enqueue("writes", r#"{"ways":["fail","panic","wait"]}"#).await;
    world.reach(id, TaskState::Retrying).await;
    assert_eq!(names(&world, id).await, ["kept 1"]);
    left(&world, 1).await;
    world.release(id).await;
    world.until(id, "retrying again", |view| view.summary.attempt == 2 && view.summary.state == TaskState::Retrying).await;
    left(&world, 1).await;
    world.release(id).await;
    world.shared.arrivals(1).await;
    assert_eq!(names(&world, id).await, ["kept 1"], "until the next one is whole");
    world.shared.open(1);
    world.reach(id, TaskState::Succeeded).await;
    assert_eq!(names(&world, id).await, ["begun 3", "kept 3"]);
    assert_eq!(depot.sweep(10).await.unwrap().deleted, 1, "the one that was replaced");
    engine.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_attempt_leaves_nothing_whether_it_stops_or_is_dropped() {
    let world = World::new().await;
    let (engine, _depot) = start(&world, |options| options);
    let id = world.enqueue("writes", r#"{"ways":["forever"]}"#).await;
    world.shared.arrivals(1).await;
    assert_eq!(world.store.cancel(id, world.clock.now()).await.unwrap(), CancelAnswer::Requested);
    world.reach(id, TaskState::Cancelled).await;
    assert!(names(&world, id).await.is_empty());
    left(&world, 0).await;
    engine.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_out_of_time_leaves_nothing() {
    let world = World::new().await;
    let (engine, _depot) = start(&world, |options| options);
    let mut task = world.task("writes", r#"{"ways":["forever"]}"#);
    task.max_attempts = 1;
    task.options.timeout = Some(Duration::from_millis(500));
    let id = world.enqueue_task(task).await;
    let view = world.reach(id, TaskState::Failed).await;
    assert_eq!(kind(&view), "timed_out");
    left(&world, 0).await;
    engine.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_lost_its_lease_shows_nothing_of_what_it_wrote() {
    let world = World::new().await;
    let (engine, _depot) = start(&world, |options| options);
    let id = world.enqueue("writes", r#"{"ways":["wait","wait"]}"#).await;
    world.shared.arrivals(1).await;
    // The rescuer takes the task away; the same worker gets it again, as another attempt.
    assert_eq!(world.rescue(world.clock.now() + Duration::from_secs(3_600)).await, [id]);
    world.shared.arrivals(1).await;
    world.shared.open(2);
    world.reach(id, TaskState::Succeeded).await;
    assert_eq!(names(&world, id).await, ["begun 2", "kept 2"]);
    engine.drain().await;
    left(&world, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_renewed_while_files_are_written() {
    let world = World::new().await;
    let (engine, _depot) = start(&world, |options| EngineOptions { lease: Duration::from_millis(900), ..options });
    let id = world.enqueue("writes", r#"{"ways":["wait"]}"#).await;
    world.shared.arrivals(1).await;
    let first = world.view(id).await.summary.lease_until.unwrap();
    world.poll("renewed", async || world.view(id).await.summary.lease_until.unwrap() > first + Duration::from_millis(900)).await;
    world.shared.open(1);
    assert_eq!(world.reach(id, TaskState::Succeeded).await.summary.attempt, 1);
    engine.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_without_a_place_for_files_says_so() {
    let world = World::new().await;
    let registry = tasks::registry(&world.shared).task::<Writes>().unwrap();
    let options = EngineOptions::new(WorkerName::new("ruche@test").unwrap(), vec![QueueName::default_queue()]);
    let engine = world.start_registry(options, registry, &world.metrics);
    let id = world.enqueue("writes", r#"{"ways":["wait"]}"#).await;
    assert_eq!(kind(&world.reach(id, TaskState::Failed).await), "not_configured");
    engine.drain().await;
}
