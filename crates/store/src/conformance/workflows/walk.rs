//! Random operations on workflows: after each step what is stored of a workflow is what its tasks say, nothing waits in vain,
//! and whatever was released was released once, after all it depends on.

use std::collections::BTreeMap;

use ruche_domain::{
    AttemptOutcome, Clock, FailurePolicy, OnFailure, OperationAction, RawJson, TaskId, TaskState, WorkflowId, WorkflowState,
};

use super::{
    super::{Fixture, Subject, operations::in_state, subject::*},
    Flow,
};
use crate::{
    AttemptRef, FinishedAttempt, NewOperation, NodeView, Retention, RetryAnswer, TaskEdit, WorkflowAnswer, WorkflowView,
};

const STEPS: usize = 250;
const WORKFLOWS: usize = 4;
const NODES: usize = 7;

/// One walk of [`STEPS`] random operations.
pub async fn walk<F: Fixture>(fixture: F, seed: u64) {
    let mut walk = Walk { s: Subject::seeded(fixture.store(), seed), flows: Vec::new(), states: BTreeMap::new() };
    for step in 0..STEPS {
        let done = walk.step().await;
        walk.check(&format!("seed {seed}, step {step}: {done}")).await;
    }
    drop(walk);
    fixture.discard().await;
}

struct Walk {
    s: Subject,
    flows: Vec<Flow>,
    /// The nodes' states after the step before.
    states: BTreeMap<TaskId, TaskState>,
}

impl Walk {
    fn dice(&self, sides: usize) -> usize {
        ((self.s.clock.random() * sides as f64) as usize).min(sides - 1)
    }

    fn some_ids(&self) -> Vec<TaskId> {
        self.states.keys().copied().filter(|_| self.dice(2) == 0).collect()
    }

    fn one_id(&self) -> Option<TaskId> {
        self.states.keys().nth(self.dice(self.states.len().max(1))).copied()
    }

    async fn step(&mut self) -> &'static str {
        match self.dice(20) {
            _ if self.flows.is_empty() => self.create().await,
            0 | 1 if self.flows.len() < WORKFLOWS => self.create().await,
            0..=4 => self.claim().await,
            5..=9 => self.finish().await,
            10 => self.cancel().await,
            11 => self.retry().await,
            12 => self.release().await,
            13 => self.expire().await,
            14 => self.rescue().await,
            15 | 16 => self.operate().await,
            17 => self.whole().await,
            18 => self.prune().await,
            _ => {
                self.s.advance([1, 3, 10, 31][self.dice(4)]);
                "wait"
            }
        }
    }

    async fn create(&mut self) -> &'static str {
        let names: Vec<String> = (0..1 + self.dice(NODES)).map(|n| format!("n{n}")).collect();
        let mut nodes: Vec<(&str, Vec<&str>)> = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let depends_on = names[..place].iter().filter(|_| self.dice(5) < 2).map(String::as_str).collect();
            nodes.push((name, depends_on));
        }
        let nodes: Vec<(&str, &[&str])> = nodes.iter().map(|(name, on)| (*name, on.as_slice())).collect();
        let flow = self
            .s
            .flow_with(&nodes, |flow| {
                flow.policy = [FailurePolicy::CancelRest, FailurePolicy::ContinueOthers][self.dice(2)];
                for place in 0..flow.nodes.len() {
                    let first = flow.nodes[place].depends_on.first().map(|first| flow.nodes[*first].key.clone());
                    let node = &mut flow.nodes[place];
                    node.on_failure = [OnFailure::Fail, OnFailure::Fail, OnFailure::Continue][self.dice(3)];
                    node.task.max_attempts = 1 + self.dice(2) as u32;
                    if node.is_blocked() {
                        node.task.eta = [None, None, Some(self.s.in_seconds(20))][self.dice(3)];
                    }
                    node.task.expires_at = [None, None, None, Some(self.s.in_seconds(60))][self.dice(4)];
                    if let (Some(first), 0) = (first, self.dice(3)) {
                        // Now and then a result without the part, which fails the node.
                        let pointer = ["", "", "/x"][self.dice(3)];
                        let args = format!(r#"[{{"$result":"{}","pointer":"{pointer}"}}]"#, first.as_str());
                        node.task.args = RawJson::trusted(args);
                    }
                }
            })
            .await;
        self.flows.push(flow);
        "create"
    }

    async fn claim(&mut self) -> &'static str {
        self.s.claim(&self.some_ids()).await;
        "claim"
    }

    async fn finish(&mut self) -> &'static str {
        let mut finished = Vec::new();
        for id in self.some_ids() {
            let Some(task) = self.s.store.task(id).await.expect("task") else { continue };
            let attempt = AttemptRef { id, attempt: task.summary.attempt };
            let outcome = match self.dice(8) {
                0..=3 => succeeded(),
                4 => failed(),
                5 => AttemptOutcome::Cancelled,
                6 => AttemptOutcome::Released,
                _ => retrying(self.s.in_seconds(4)),
            };
            finished.push(FinishedAttempt { attempt, outcome, finished_at: self.s.now(), of_workflow: self.dice(2) == 0 });
        }
        self.s.store.finish(&finished).await.expect("finish");
        "finish"
    }

    async fn cancel(&mut self) -> &'static str {
        if let Some(id) = self.one_id() {
            self.s.store.cancel(id, self.s.now()).await.expect("cancel");
        }
        "cancel"
    }

    async fn retry(&mut self) -> &'static str {
        let (Some(id), now) = (self.one_id(), self.s.now()) else { return "nothing" };
        let answer = if self.dice(2) == 0 {
            self.s.store.retry(id, now).await
        } else {
            let edit = TaskEdit { max_attempts: Some(2), ..TaskEdit::default() };
            self.s.store.edit_and_retry(id, &edit, now).await
        };
        if let RetryAnswer::Queued { outbox, .. } = answer.expect("retry") {
            self.s.store.confirm_published(&[outbox]).await.expect("confirm");
        }
        "retry"
    }

    async fn release(&mut self) -> &'static str {
        let handover = self.s.store.release_due(self.s.now(), MANY).await.expect("release");
        self.s.store.confirm_published(&handover.outbox).await.expect("confirm");
        "release"
    }

    async fn expire(&mut self) -> &'static str {
        self.s.store.expire_overdue(self.s.now(), MANY).await.expect("expire");
        "expire"
    }

    async fn rescue(&mut self) -> &'static str {
        let handover = self.s.store.rescue_lost(self.s.now(), MANY).await.expect("rescue").again;
        self.s.store.confirm_published(&handover.outbox).await.expect("confirm");
        "rescue"
    }

    /// An operation on every task in some state, in small chunks.
    async fn operate(&mut self) -> &'static str {
        let (state, now) = (TaskState::ALL[self.dice(TaskState::ALL.len())], self.s.now());
        let (action, name) = match self.dice(8) {
            0..=2 => (OperationAction::Cancel, "cancel all"),
            3..=5 => (OperationAction::Retry, "retry all"),
            6 => (OperationAction::Move { queue: queue(["default", "other"][self.dice(2)]) }, "move all"),
            _ => (OperationAction::Delete, "delete all"),
        };
        let operation = NewOperation { id: self.s.new_id().as_uuid().into(), action, filter: in_state(state), created_at: now };
        self.s.store.create_operation(&operation, None).await.expect("create");
        let limit = 1 + self.dice(3) as u32;
        while let Some(done) = self.s.store.work_on_operation(now, limit).await.expect("work") {
            let handover = done.expect("no chunk is refused").handover;
            self.s.store.confirm_published(&handover.outbox).await.expect("confirm");
        }
        name
    }

    async fn whole(&mut self) -> &'static str {
        let id: WorkflowId = self.flows[self.dice(self.flows.len())].id;
        let before = self.s.store.workflow(id).await.expect("workflow");
        let (answer, name) = if self.dice(2) == 0 {
            (self.s.store.cancel_workflow(id, self.s.now()).await.expect("cancel"), "cancel a workflow")
        } else {
            (self.s.store.retry_workflow(id, self.s.now()).await.expect("retry"), "retry a workflow")
        };
        if let WorkflowAnswer::Unchanged(state) = answer {
            assert_eq!(before.map(|view| view.summary.state()), Some(state));
        }
        name
    }

    async fn prune(&mut self) -> &'static str {
        let keep = |seconds| std::time::Duration::from_secs(seconds);
        let retention = Retention { succeeded: keep(60), failed: keep(300), other: keep(120), idempotency_keys: keep(60) };
        self.s.store.prune(&retention, self.s.now(), MANY).await.expect("prune");
        "prune"
    }

    async fn check(&mut self, context: &str) {
        let released = self.s.relayed().await;
        let mut states = BTreeMap::new();
        let mut kept = Vec::new();
        for flow in std::mem::take(&mut self.flows) {
            let Some(view) = self.s.store.workflow(flow.id).await.expect("workflow") else { continue };
            compare(&view, context);
            for node in &view.nodes {
                let task = self.s.store.task(node.task).await.expect("task");
                assert!(task.is_some() || node.state.is_terminal(), "{context}: only what has ended is deleted");
                self.check_node(node, &view, &released, context);
                states.insert(node.task, node.state);
            }
            kept.push(flow);
        }
        assert!(released.iter().all(|id| states.get(id) == Some(&TaskState::Queued)), "{context}");
        assert!(released.windows(2).all(|pair| pair[0] != pair[1]), "{context}: a node is released once");
        (self.flows, self.states) = (kept, states);
    }

    fn check_node(&self, node: &NodeView, view: &WorkflowView, released: &[TaskId], context: &str) {
        let before: Vec<_> = view.nodes.iter().filter(|other| node.depends_on.contains(&other.key)).collect();
        let done = before.iter().all(|other| other.state.is_terminal() && !breaks(other));
        if node.state == TaskState::Blocked {
            assert!(before.iter().any(|other| !other.state.is_terminal()), "{context}: {} waits in vain", node.key.as_str());
            assert!(!before.iter().any(|other| other.state.is_terminal() && breaks(other)), "{context}: {}", node.key.as_str());
        }
        let was_blocked = self.states.get(&node.task) == Some(&TaskState::Blocked);
        match node.state {
            TaskState::Queued if was_blocked => assert!(released.contains(&node.task), "{context}: it is to be published"),
            TaskState::Scheduled if was_blocked => assert!(done, "{context}: before its parents"),
            _ => {}
        }
        assert!(done || !released.contains(&node.task), "{context}: {} before its parents", node.key.as_str());
    }
}

fn breaks(node: &NodeView) -> bool {
    node.on_failure.breaks(node.state)
}

/// What is stored of the workflow is what its nodes say.
fn compare(view: &WorkflowView, context: &str) {
    let count = |of: &dyn Fn(&NodeView) -> bool| view.nodes.iter().filter(|node| of(node)).count() as u32;
    let open = count(&|node| !node.state.is_terminal());
    let failed = count(&|node| matches!(node.state, TaskState::Failed | TaskState::Expired) && breaks(node));
    let cancelled = count(&|node| node.state == TaskState::Cancelled && breaks(node));
    let summary = &view.summary;
    let stored = (summary.nodes, summary.open, summary.failed, summary.cancelled);
    assert_eq!(stored, (view.nodes.len() as u32, open, failed, cancelled), "{context}");
    assert_eq!(summary.finished_at.is_some(), open == 0, "{context}");
    assert_eq!(summary.state() == WorkflowState::Running, open > 0, "{context}");
}
