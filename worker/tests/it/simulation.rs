//! Random operations with duplicates, lost deliveries, cut connections, dead workers, a store that goes away and a clock that
//! jumps: at the end each task is accounted for exactly once.

mod chance;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta};
use rand::{Rng, SeedableRng, rngs::StdRng};
use ruche_broker::TaskMessage;
use ruche_domain::{ManualClock, NewTask, QueueName, TaskState, WorkerName};
use ruche_store::{Browse, Control, Maintain};
use ruche_worker::{Engine, EngineOptions, Registry};

use crate::{harness::World, tasks};

const STEPS: u32 = 300;

struct Simulation {
    world: World,
    clock: Arc<ManualClock>,
    rng: StdRng,
    engines: Vec<Engine>,
    started: u32,
    tasks: Vec<NewTask>,
}

impl Simulation {
    async fn new(seed: u64) -> Self {
        let clock = Arc::new(ManualClock::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap(), seed));
        let world = World::with_clock(Arc::clone(&clock) as _).await;
        let rng = StdRng::seed_from_u64(seed);
        Self { world, clock, rng, engines: Vec::new(), started: 0, tasks: Vec::new() }
    }

    fn start_engine(&mut self) {
        self.started += 1;
        let name = WorkerName::new(&format!("ruche@sim-{}", self.started)).unwrap();
        let options = EngineOptions {
            concurrency: 4,
            lease: Duration::from_millis(200),
            drain: Duration::from_millis(5),
            cancel_grace: Duration::from_millis(5),
            flush: Duration::from_millis(200),
            ..EngineOptions::new(name, vec![QueueName::default_queue()])
        };
        let registry: Registry = tasks::registry(&self.world.shared).task::<chance::Chance>().unwrap();
        self.engines.push(self.world.start_registry(options, registry, &prometheus::Registry::new()));
    }

    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..40 => self.enqueue().await,
            40..45 => self.duplicate(),
            45..50 => drop(self.world.broker.lose()),
            50..53 => self.world.broker.cut(),
            53..58 => self.end_an_engine().await,
            58..63 => self.world.store.set_away(true),
            63..72 => self.world.store.set_away(false),
            72..77 => self.jump(),
            77..82 => self.cancel().await,
            _ => self.maintain().await,
        }
        if self.engines.len() < 2 {
            self.start_engine();
        }
        // Lets the engines get somewhere; how far is part of the chance.
        tokio::time::sleep(Duration::from_millis(self.rng.random_range(0..4))).await;
    }

    async fn enqueue(&mut self) {
        let fate = self.rng.random_range(0..chance::FATES);
        let mut task = self.world.task(chance::NAME, &format!(r#"{{"fate":{fate}}}"#));
        task.max_attempts = 4;
        if self.rng.random_bool(0.1) {
            task.expires_at = Some(task.created_at + TimeDelta::seconds(5));
        }
        self.tasks.push(task.clone());
        if self.rng.random_bool(0.2) {
            // From a client that publishes straight to the broker; it never loses what nobody else knows of.
            self.world.broker.put_safe(TaskMessage { task, retries: 0, native: false });
        } else {
            self.world.enqueue_task(task).await;
        }
    }

    fn any_task(&mut self) -> Option<NewTask> {
        let count = self.tasks.len();
        (count > 0).then(|| self.tasks[self.rng.random_range(0..count)].clone())
    }

    fn duplicate(&mut self) {
        if let Some(task) = self.any_task() {
            self.world.broker.put(Ok(TaskMessage::native(task)));
        }
    }

    async fn end_an_engine(&mut self) {
        if self.engines.is_empty() {
            return;
        }
        let engine = self.engines.swap_remove(self.rng.random_range(0..self.engines.len()));
        if self.rng.random_bool(0.5) {
            engine.drain().await;
        }
    }

    fn jump(&mut self) {
        use ruche_domain::Clock;
        let seconds = self.rng.random_range(-2..20);
        self.clock.set(self.clock.now() + TimeDelta::seconds(seconds));
    }

    async fn cancel(&mut self) {
        if let Some(task) = self.any_task() {
            self.world.store.cancel(task.id, self.world.clock.now()).await.unwrap();
        }
    }

    /// The duties of a server: scheduler, rescuer, relay, expiry.
    async fn maintain(&mut self) {
        let now = self.world.clock.now();
        self.world.publish(self.world.store.release_due(now, 1_000).await.unwrap());
        self.world.rescue(now).await;
        self.world.store.expire_overdue(now, 1_000).await.unwrap();
        for task in self.world.store.queued_since(&QueueName::default_queue(), now, 1_000).await.unwrap() {
            self.world.broker.put(Ok(TaskMessage::native(task)));
        }
    }

    /// Everything works again: time passes, and every task comes to its end.
    async fn settle(&mut self) {
        self.world.store.set_away(false);
        let ids: Vec<_> = self.tasks.iter().map(|task| task.id).collect();
        let began = tokio::time::Instant::now();
        loop {
            self.clock.advance(Duration::from_secs(60));
            self.maintain().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let states = self.world.store.states(&ids).await.unwrap();
            if states.len() == ids.len() && states.iter().all(|(_, state)| state.is_terminal()) {
                return;
            }
            assert!(began.elapsed() < crate::harness::DEADLINE, "tasks never ended: {states:?}");
        }
    }

    async fn account(&self) -> BTreeMap<TaskState, u32> {
        let mut ends = BTreeMap::new();
        for task in &self.tasks {
            let view = self.world.view(task.id).await;
            *ends.entry(view.summary.state).or_default() += 1;
            let attempts = self.world.store.attempts(task.id).await.unwrap();
            let numbers: Vec<_> = attempts.iter().map(|attempt| attempt.attempt).collect();
            assert_eq!(numbers, (1..=view.summary.attempt).collect::<Vec<_>>(), "{view:?}");
            assert!(view.summary.attempts_used <= task.max_attempts, "{view:?}");
            let ended = attempts.iter().filter(|attempt| attempt.state.is_terminal()).count();
            assert!(ended <= 1, "recorded twice: {attempts:?}");
            if view.summary.state == TaskState::Succeeded {
                // The result is the number of the attempt that made it.
                assert_eq!(view.result.unwrap().as_str(), view.summary.attempt.to_string());
                assert_eq!(attempts.last().unwrap().state, TaskState::Succeeded);
            }
        }
        ends
    }
}

async fn simulate(seed: u64) {
    let mut simulation = Simulation::new(seed).await;
    for _ in 0..STEPS {
        simulation.step().await;
    }
    simulation.settle().await;
    let ends = simulation.account().await;
    // A simulation in which nothing succeeds, fails or is cancelled proves nothing.
    for state in [TaskState::Succeeded, TaskState::Failed, TaskState::Cancelled] {
        assert!(ends.contains_key(&state), "seed {seed}: {ends:?}");
    }
    for engine in simulation.engines {
        engine.drain().await;
    }
}

#[tokio::test]
async fn every_task_is_accounted_for_exactly_once() {
    for seed in 1..=4 {
        simulate(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_task_is_accounted_for_exactly_once_on_several_threads() {
    for seed in 5..=8 {
        simulate(seed).await;
    }
}
