//! Random operations, done to the store and to [`Lifecycle`], compared after each step.

use std::collections::BTreeMap;

use ruche_domain::{
    AttemptOutcome, Clock, Lifecycle, OperationAction, OperationState, Phase, TaskId, TaskState,
    webhook::{EventKind, Webhook},
};

use super::{Fixture, Subject, subject::*};
use crate::{AttemptRef, CancelAnswer, FinishedAttempt, NewOperation, Renewal, RetryAnswer, TaskFilter, TaskSummary};

const STEPS: usize = 300;
const TASKS: usize = 8;

/// One walk of [`STEPS`] random operations; every other one under the eyes of a webhook.
pub async fn walk<F: Fixture>(fixture: F, seed: u64) {
    let mut model = Model { s: Subject::seeded(fixture.store(), seed), lives: BTreeMap::new() };
    let hook = if seed.is_multiple_of(2) { Some(model.s.subscribed("all").await) } else { None };
    let mut events = BTreeMap::new();
    for step in 0..STEPS {
        let before = model.states();
        let done = model.step().await;
        model.compare(&format!("seed {seed}, step {step}: {done}")).await;
        for (id, state) in model.states() {
            let entered = EventKind::SUBSCRIBABLE.into_iter().find(|kind| kind.state() == Some(state));
            if let Some(kind) = entered.filter(|_| before.get(&id) != Some(&state)) {
                *events.entry((id, kind)).or_insert(0) += 1;
            }
        }
    }
    if let Some(hook) = hook {
        assert_eq!(model.recorded(&hook).await, events, "seed {seed}: what was recorded, and what happened");
    }
    drop(model);
    fixture.discard().await;
}

struct Model {
    s: Subject,
    lives: BTreeMap<TaskId, Lifecycle>,
}

impl Model {
    fn dice(&self, sides: usize) -> usize {
        let drawn = self.s.clock.random() * sides as f64;
        (drawn as usize).min(sides - 1)
    }

    fn states(&self) -> BTreeMap<TaskId, TaskState> {
        self.lives.iter().map(|(id, life)| (*id, life.state())).collect()
    }

    /// How often each kind of event was recorded for each task.
    async fn recorded(&self, hook: &Webhook) -> BTreeMap<(TaskId, EventKind), usize> {
        let mut recorded = BTreeMap::new();
        for delivery in self.s.deliveries(hook).await {
            let task = delivery.task.expect("every event is of a task");
            *recorded.entry((task, delivery.kind)).or_insert(0) += 1;
        }
        recorded
    }

    fn some_ids(&self) -> Vec<TaskId> {
        self.lives.keys().copied().filter(|_| self.dice(2) == 0).collect()
    }

    fn one_id(&self) -> Option<TaskId> {
        let n = self.dice(self.lives.len().max(1));
        self.lives.keys().nth(n).copied()
    }

    async fn step(&mut self) -> &'static str {
        match self.dice(16) {
            0 | 1 if self.lives.len() < TASKS => self.enqueue().await,
            0..=3 => self.claim().await,
            4..=7 => self.finish().await,
            8 => self.renew().await,
            9 => self.cancel().await,
            10 => self.retry().await,
            11 => self.release().await,
            12 => self.expire().await,
            13 => self.rescue().await,
            14 => self.operate().await,
            _ => {
                self.s.advance([1, 3, 10, 31][self.dice(4)]);
                "wait"
            }
        }
    }

    async fn enqueue(&mut self) -> &'static str {
        let mut task = self.s.task();
        task.max_attempts = 1 + self.dice(3) as u32;
        task.eta = [None, Some(self.s.now()), Some(self.s.in_seconds(5))][self.dice(3)];
        task.expires_at = [None, None, Some(self.s.in_seconds(60))][self.dice(3)];
        self.s.insert(vec![task.clone()]).await;
        let life = Lifecycle::begin(self.s.now(), task.eta, task.expires_at, task.max_attempts);
        self.lives.insert(task.id, life);
        "enqueue"
    }

    async fn claim(&mut self) -> &'static str {
        let ids = self.some_ids();
        let claimed = self.s.claim(&ids).await;
        let now = self.s.now();
        let mut expected = Vec::new();
        for id in ids {
            let life = self.lives[&id].clone();
            if let Ok(after) = life.claim(now, worker(), now + LEASE) {
                expected.push((id, after.attempt, after.attempts_used));
                self.lives.insert(id, after);
            }
        }
        let mut got: Vec<_> = claimed.iter().map(|c| (c.task.id, c.attempt, c.attempts_used)).collect();
        got.sort_unstable();
        assert_eq!(got, expected);
        "claim"
    }

    async fn finish(&mut self) -> &'static str {
        let mut finished = Vec::new();
        for id in self.some_ids() {
            // Sometimes a lost worker's attempt.
            let attempt = self.lives[&id].attempt.saturating_sub(u32::from(self.dice(5) == 0));
            let outcome = match self.dice(6) {
                0 => succeeded(),
                1 => failed(),
                2 => AttemptOutcome::Cancelled,
                3 => AttemptOutcome::Released,
                _ => retrying(self.s.in_seconds(4)),
            };
            let attempt = AttemptRef { id, attempt };
            finished.push(FinishedAttempt { attempt, outcome, finished_at: self.s.now(), of_workflow: self.dice(2) == 0 });
        }
        let taken = self.s.store.finish(&finished).await.expect("finish");
        let mut expected = Vec::new();
        for end in finished {
            let life = self.lives[&end.attempt.id].clone();
            let after = life.finish(end.finished_at, end.attempt.attempt, end.outcome);
            expected.push(after.is_ok());
            if let Ok(after) = after {
                self.lives.insert(end.attempt.id, after);
            }
        }
        assert_eq!(taken, expected);
        "finish"
    }

    async fn renew(&mut self) -> &'static str {
        let until = self.s.now() + LEASE;
        let attempts: Vec<_> =
            self.some_ids().into_iter().map(|id| AttemptRef { id, attempt: self.lives[&id].attempt }).collect();
        let answers = self.s.store.renew(&worker(), &attempts, until).await.expect("renew");
        for (held, answer) in attempts.iter().zip(answers) {
            let life = self.lives.get_mut(&held.id).expect("an id of the model");
            let expected = match &mut life.phase {
                Phase::Running { lease_until, cancel_requested, .. } => {
                    *lease_until = until;
                    if *cancel_requested { Renewal::CancelRequested } else { Renewal::Renewed }
                }
                _ => Renewal::Lost,
            };
            assert_eq!(answer, expected);
        }
        "renew"
    }

    async fn cancel(&mut self) -> &'static str {
        let Some(id) = self.one_id() else { return "nothing" };
        let life = self.lives[&id].clone();
        let answer = self.s.store.cancel(id, self.s.now()).await.expect("cancel");
        match life.clone().cancel(self.s.now()) {
            Ok(after) => {
                let running = matches!(after.phase, Phase::Running { .. });
                assert_eq!(answer, if running { CancelAnswer::Requested } else { CancelAnswer::Cancelled });
                self.lives.insert(id, after);
            }
            Err(refused) => assert_eq!(answer, CancelAnswer::AlreadyEnded(refused.from)),
        }
        "cancel"
    }

    async fn retry(&mut self) -> &'static str {
        let Some(id) = self.one_id() else { return "nothing" };
        let answer = self.s.store.retry(id, self.s.now()).await.expect("retry");
        match (self.lives[&id].clone().retry(self.s.now()), answer) {
            (Ok(after), RetryAnswer::Queued { task, .. }) => {
                assert_eq!((task.id, task.max_attempts), (id, after.max_attempts));
                self.lives.insert(id, after);
            }
            (Err(refused), RetryAnswer::Refused(from)) => assert_eq!(refused.from, from),
            (model, store) => panic!("the model says {model:?}, the store {store:?}"),
        }
        "retry"
    }

    /// Cancels or retries every task in some state, in small chunks.
    async fn operate(&mut self) -> &'static str {
        let (state, now) = (TaskState::ALL[self.dice(TaskState::ALL.len())], self.s.now());
        let cancels = self.dice(2) == 0;
        let action = if cancels { OperationAction::Cancel } else { OperationAction::Retry };
        let filter = TaskFilter { state: Some(state), ..TaskFilter::default() };
        let operation = NewOperation { id: self.s.new_id().as_uuid().into(), action, filter, created_at: now };
        self.s.store.create_operation(&operation, None).await.expect("create");
        let limit = 1 + self.dice(3) as u32;
        while let Some(done) = self.s.store.work_on_operation(now, limit).await.expect("work") {
            done.expect("no chunk is refused");
        }
        let mut changed = 0;
        for life in self.lives.values_mut().filter(|life| life.state() == state) {
            if let Ok(after) = if cancels { life.clone().cancel(now) } else { life.clone().retry(now) } {
                *life = after;
                changed += 1;
            }
        }
        let view = self.s.store.operation(operation.id).await.expect("operation").expect("the operation is stored");
        assert_eq!((view.state, view.changed, view.skipped), (OperationState::Succeeded, changed, 0));
        if cancels { "cancel all" } else { "retry all" }
    }

    /// Applies a rule to every task it allows; the ids of those now in the wanted phase.
    fn apply_all(
        &mut self,
        rule: impl Fn(Lifecycle) -> Result<Lifecycle, ruche_domain::InvalidTransition>,
        wanted: fn(&Phase) -> bool,
    ) -> Vec<TaskId> {
        let mut hits = Vec::new();
        for (id, life) in &mut self.lives {
            if let Ok(after) = rule(life.clone()) {
                *life = after;
                if wanted(&life.phase) {
                    hits.push(*id);
                }
            }
        }
        hits
    }

    async fn release(&mut self) -> &'static str {
        let now = self.s.now();
        let released = self.s.store.release_due(now, MANY).await.expect("release").tasks;
        let expected = self.apply_all(|life| life.release(now), |_| true);
        assert_eq!(sorted(released.iter().map(|t| t.id)), expected);
        "release"
    }

    async fn expire(&mut self) -> &'static str {
        let now = self.s.now();
        let expired = self.s.store.expire_overdue(now, MANY).await.expect("expire");
        assert_eq!(expired, self.apply_all(|life| life.expire(now), |_| true).len() as u64);
        "expire"
    }

    async fn rescue(&mut self) -> &'static str {
        let now = self.s.now();
        let rescued = self.s.store.rescue_lost(now, MANY).await.expect("rescue").again.tasks;
        let queued = self.apply_all(|life| life.rescue(now), |phase| matches!(phase, Phase::Queued { .. }));
        assert_eq!(sorted(rescued.iter().map(|t| t.id)), queued);
        "rescue"
    }

    async fn compare(&self, context: &str) {
        for (id, life) in &self.lives {
            let view = self.s.view(*id).await;
            compare_one(&view.summary, life, context);
            assert_eq!(view.result.is_some(), matches!(life.phase, Phase::Succeeded { .. }), "{context}");
            let attempts = self.s.store.attempts(*id).await.expect("attempts");
            let numbers: Vec<_> = attempts.iter().map(|a| a.attempt).collect();
            assert_eq!(numbers, (1..=life.attempt).collect::<Vec<_>>(), "{context}: each attempt is kept once");
        }
    }
}

fn compare_one(summary: &TaskSummary, life: &Lifecycle, context: &str) {
    assert_eq!(summary.state, life.state(), "{context}");
    assert_eq!(
        (summary.attempt, summary.attempts_used, summary.max_attempts, summary.expires_at),
        (life.attempt, life.attempts_used, life.max_attempts, life.expires_at),
        "{context}"
    );
    let (mut due, mut finished, mut lease, mut asked) = (None, None, None, false);
    match &life.phase {
        Phase::Blocked => {}
        Phase::Scheduled { due_at } => due = Some(*due_at),
        Phase::Queued { queued_at } => assert_eq!(summary.queued_at, Some(*queued_at), "{context}"),
        Phase::Running { worker, lease_until, started_at, cancel_requested } => {
            assert_eq!((summary.worker.as_ref(), summary.started_at), (Some(worker), Some(*started_at)), "{context}");
            (lease, asked) = (Some(*lease_until), *cancel_requested);
        }
        Phase::Retrying { due_at, failure } => {
            due = Some(*due_at);
            assert_eq!(summary.failure.as_ref(), Some(failure), "{context}");
        }
        Phase::Failed { finished_at, failure } => {
            finished = Some(*finished_at);
            assert_eq!(summary.failure.as_ref(), Some(failure), "{context}");
        }
        Phase::Succeeded { finished_at } | Phase::Cancelled { finished_at } | Phase::Expired { finished_at } => {
            finished = Some(*finished_at);
        }
    }
    let shown = (summary.due_at, summary.finished_at, summary.lease_until, summary.cancel_requested);
    assert_eq!(shown, (due, finished, lease, asked), "{context}");
}
