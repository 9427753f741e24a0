//! Every way a node's state changes, beside its own outcome; requests that are refused.

use ruche_domain::{
    AttemptOutcome, ConcurrencyKey, OnFailure, OperationAction, RawJson, SkipReason, TaskState, WorkflowId, WorkflowState,
    limit::{KeyLimits, KeyStrategy, QueueLimits},
};

use super::{
    super::{
        Subject,
        operations::{counters, done, in_queue, in_state},
        subject::*,
    },
    DIAMOND, Flow, result,
};
use crate::{IdempotencyKey, NewWorkflow, Retention, RetryAnswer, TaskEdit, WorkflowAnswer, WorkflowCreation};

const NO_LIMITS: QueueLimits = QueueLimits { max_running: None, rate: None, per_key: None };

const CHAIN: &[(&str, &[&str])] = &[("a", &[]), ("b", &["a"]), ("c", &["b"])];

impl Subject {
    /// A chain in a queue of its own.
    async fn chain_in(&self, name: &str) -> Flow {
        self.flow_with(CHAIN, |flow| flow.nodes.iter_mut().for_each(|node| node.task.queue = queue(name))).await
    }
}

pub async fn cancelling_many_cancels_what_depends_on_them(s: &Subject) {
    let flow = s.flow_with(CHAIN, |flow| flow.nodes[0].task.queue = queue("first")).await;
    let (view, handed) = done(s, OperationAction::Cancel, in_queue("first")).await;
    assert_eq!((counters(&view), handed), ((1, 1, 0), vec![]));
    assert_eq!(s.states_of(&flow).await, "cancelled cancelled cancelled");
    let summary = s.whole(&flow).await.summary;
    assert_eq!((summary.open, summary.state(), summary.finished_at), (0, WorkflowState::Cancelled, Some(s.now())));
}

pub async fn retrying_many_reopens_workflows_and_passes_over_what_cannot_run_yet(s: &Subject) {
    let flow = s.chain_in("one").await;
    s.end(&flow, "a", succeeded()).await;
    s.end(&flow, "b", failed()).await;
    let (view, handed) = done(s, OperationAction::Retry, in_queue("one")).await;
    // `a` may run once more as well: nothing speaks against it. Newest first: `c`, which waits for `b`, is passed over.
    assert_eq!((counters(&view), sorted(handed)), ((3, 2, 1), sorted([flow.tasks["a"], flow.tasks["b"]])));
    assert_eq!(view.samples[0].reason, SkipReason::InWorkflow);
    assert_eq!((view.samples[0].id, s.whole(&flow).await.summary.open), (flow.tasks["c"], 2));
    s.end(&flow, "b", succeeded()).await;
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded succeeded cancelled");
    assert_eq!(s.store.retry_workflow(flow.id, s.now()).await.expect("retry"), WorkflowAnswer::Changed(1));
    s.end(&flow, "c", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Succeeded);
}

pub async fn deleting_many_leaves_what_a_running_workflow_needs(s: &Subject) {
    let flow = s.chain_in("one").await;
    s.end(&flow, "a", result("1")).await;
    let (view, _) = done(s, OperationAction::Delete, in_state(TaskState::Succeeded)).await;
    assert_eq!((counters(&view), view.samples[0].reason), ((1, 0, 1), SkipReason::InWorkflow));
    s.end(&flow, "b", failed()).await;
    let (view, _) = done(s, OperationAction::Delete, in_state(TaskState::Failed)).await;
    assert_eq!(counters(&view), (1, 1, 0), "it has ended");
    let whole = s.whole(&flow).await;
    assert_eq!((whole.summary.state(), s.states_of(&flow).await.as_str()), (WorkflowState::Failed, "succeeded failed cancelled"));
    assert!(whole.nodes[1].name.is_none(), "the graph remembers the node");
    assert_eq!(s.store.retry_workflow(flow.id, s.now()).await.expect("retry"), WorkflowAnswer::Incomplete);
    assert_eq!(s.states_of(&flow).await, "succeeded failed cancelled", "nothing changed");
}

pub async fn moving_many_moves_what_is_blocked_and_releases_it_there(s: &Subject) {
    let flow = s.chain_in("one").await;
    let (view, handed) = done(s, OperationAction::Move { queue: queue("two") }, in_queue("one")).await;
    assert_eq!((counters(&view), handed), ((3, 3, 0), vec![flow.tasks["a"]]), "only what is queued is published");
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded queued blocked");
    assert_eq!(s.view(flow.tasks["b"]).await.task.queue, queue("two"));
    assert_eq!(s.whole(&flow).await.summary.open, 2);
}

pub async fn dead_letters_of_workflows_are_replayed(s: &Subject) {
    let flow = s.flow_with(CHAIN, |flow| flow.nodes[2].task.args = RawJson::trusted(r#"[{"$result":"b","pointer":"/x"}]"#)).await;
    s.end(&flow, "a", succeeded()).await;
    s.end(&flow, "b", result("1")).await;
    // Its arguments cannot be made: a failure like any other, with a fingerprint.
    let page = s.store.dead_letters(None, MANY, MANY).await.expect("dead letters");
    assert_eq!((page.rows.len(), page.rows[0].sample, page.rows[0].count), (1, flow.tasks["c"], 1));
    assert_eq!(s.store.fingerprint_failures(MANY).await.expect("fingerprint"), 0, "none was without");
    let edit = TaskEdit { args: Some(RawJson::trusted("[2]")), ..TaskEdit::default() };
    let refused = s.store.edit_and_retry(flow.tasks["c"], &edit, s.now()).await.expect("retry");
    assert!(matches!(refused, RetryAnswer::Refused(TaskState::Failed)), "{refused:?}");
    // A node that ran is mended by hand.
    let other = s.flow(CHAIN).await;
    s.end(&other, "a", failed()).await;
    assert!(s.whole(&other).await.summary.finished_at.is_some());
    let queued = s.store.edit_and_retry(other.tasks["a"], &edit, s.now()).await.expect("retry");
    assert!(matches!(queued, RetryAnswer::Queued { .. }));
    let summary = s.whole(&other).await.summary;
    assert_eq!((summary.open, summary.failed, summary.finished_at), (1, 0, None));
    s.end(&other, "a", succeeded()).await;
    assert_eq!(s.whole(&other).await.summary.state(), WorkflowState::Cancelled, "what was cancelled stays so");
}

pub async fn a_node_is_not_retried_before_what_it_depends_on(s: &Subject) {
    let flow = s.flow(DIAMOND).await;
    s.end(&flow, "a", failed()).await;
    for node in ["b", "c", "d"] {
        let answer = s.store.retry(flow.tasks[node], s.now()).await.expect("retry");
        assert!(matches!(answer, RetryAnswer::Refused(TaskState::Cancelled)), "{node}: {answer:?}");
    }
    assert_eq!(s.states_of(&flow).await, "failed cancelled cancelled cancelled");
    assert_eq!(s.whole(&flow).await.summary.open, 0);
}

pub async fn a_blocked_node_takes_no_slot_and_a_released_one_waits_for_its_own(s: &Subject) {
    let limits = QueueLimits { max_running: Some(1), ..NO_LIMITS };
    s.store.limit(&queue("default"), Some(&limits), s.now()).await.expect("limit");
    let flow = s.flow(&[("a", &[]), ("b", &["a"]), ("c", &["a"])]).await;
    let admit = async || s.store.admit(&queue("default"), s.now(), s.in_seconds(-60), 10).await.expect("admit").admitted;
    assert_eq!(admit().await, 1, "of what is queued");
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded queued queued");
    assert!(s.claim(&[flow.tasks["b"], flow.tasks["c"]]).await.is_empty(), "nobody has a slot");
    assert_eq!(admit().await, 1, "one at once");
    let claimed = s.claim(&[flow.tasks["b"], flow.tasks["c"]]).await;
    assert_eq!(claimed.len(), 1);
    assert!(s.finish(attempt(&claimed[0]), succeeded()).await);
    assert_eq!(admit().await, 1);
}

/// The longest of a key makes room for a newcomer: when it waits, it is cancelled at once.
pub async fn a_node_that_makes_room_for_another_counts_as_cancelled(s: &Subject) {
    let keyed = Some(ConcurrencyKey::new("k").expect("a valid key"));
    let per_key = Some(KeyLimits { max_running: Some(1), rate: None, strategy: KeyStrategy::CancelRunning });
    let limits = QueueLimits { per_key, ..NO_LIMITS };
    s.store.limit(&queue("default"), Some(&limits), s.now()).await.expect("limit");
    let flow = s.flow_with(&CHAIN[..2], |flow| flow.nodes[0].task.options.concurrency_key.clone_from(&keyed)).await;
    let admit = async || s.store.admit(&queue("default"), s.now(), s.in_seconds(-60), 10).await.expect("admit");
    assert_eq!(admit().await.admitted, 1);
    s.queued_as(|task| task.options.concurrency_key.clone_from(&keyed)).await;
    assert_eq!(admit().await.stopped.len(), 1);
    assert_eq!(s.states_of(&flow).await, "cancelled cancelled");
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Cancelled);
}

pub async fn a_full_key_refuses_the_whole_workflow(s: &Subject) {
    let per_key = Some(KeyLimits { max_running: Some(1), rate: None, strategy: KeyStrategy::RejectNewest });
    let limits = QueueLimits { per_key, ..NO_LIMITS };
    s.store.limit(&queue("default"), Some(&limits), s.now()).await.expect("limit");
    let keyed = Some(ConcurrencyKey::new("k").expect("a valid key"));
    let make = |places: &[usize]| {
        let mut workflow = s.new_workflow(CHAIN);
        places.iter().for_each(|place| workflow.nodes[*place].task.options.concurrency_key.clone_from(&keyed));
        workflow
    };
    let key = IdempotencyKey { key: "createWorkflow k".into(), fingerprint: [1; 32] };
    let refused = s.store.create_workflow(&make(&[0, 2]), Some(&key)).await.expect("create");
    assert!(matches!(refused, WorkflowCreation::KeyFull(2)), "{refused:?}");
    assert!(s.store.workflows(None, 10).await.expect("list").rows.is_empty());
    let accepted = s.store.create_workflow(&make(&[1]), Some(&key)).await.expect("create");
    assert!(matches!(accepted, WorkflowCreation::Created(_)), "the idempotency key was not used up: {accepted:?}");
    let full = s.store.create_workflow(&make(&[1]), None).await.expect("create");
    assert!(matches!(full, WorkflowCreation::KeyFull(1)), "a blocked node counts: {full:?}");
}

pub async fn a_repeated_request_makes_one_workflow(s: &Subject) {
    let key = |fingerprint| IdempotencyKey { key: "createWorkflow once".into(), fingerprint: [fingerprint; 32] };
    let first: NewWorkflow = s.new_workflow(CHAIN);
    let created = s.store.create_workflow(&first, Some(&key(1))).await.expect("create");
    assert!(matches!(created, WorkflowCreation::Created(_)));
    let again = s.store.create_workflow(&s.new_workflow(CHAIN), Some(&key(1))).await.expect("create");
    assert!(matches!(again, WorkflowCreation::Replayed(id) if id == first.id), "{again:?}");
    let other = s.store.create_workflow(&s.new_workflow(DIAMOND), Some(&key(2))).await.expect("create");
    assert!(matches!(other, WorkflowCreation::KeyReused), "{other:?}");
    assert_eq!(s.store.workflows(None, 10).await.expect("list").rows.len(), 1);
}

pub async fn repeated_requests_at_once_make_one_workflow(s: &Subject) {
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let (store, workflow) = (s.store.clone(), s.new_workflow(CHAIN));
            let key = IdempotencyKey { key: "createWorkflow race".into(), fingerprint: [1; 32] };
            tokio::spawn(async move { (workflow.id, store.create_workflow(&workflow, Some(&key)).await.expect("create")) })
        })
        .collect();
    let (mut created, mut replayed): (Vec<WorkflowId>, Vec<WorkflowId>) = (Vec::new(), Vec::new());
    for racer in racers {
        match racer.await.expect("ran") {
            (id, WorkflowCreation::Created(_)) => created.push(id),
            (_, WorkflowCreation::Replayed(id)) => replayed.push(id),
            (_, other) => panic!("{other:?}"),
        }
    }
    assert_eq!((created.len(), replayed), (1, vec![created[0]; 7]));
}

pub async fn nodes_stay_as_long_as_their_workflow(s: &Subject) {
    let keep = |seconds| std::time::Duration::from_secs(seconds);
    let retention = Retention { succeeded: keep(10), failed: keep(100), other: keep(10), idempotency_keys: keep(10) };
    let flow = s.flow(CHAIN).await;
    s.end(&flow, "a", result("1")).await;
    s.advance(20);
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 0, "its workflow runs");
    s.end(&flow, "b", failed()).await;
    s.advance(20);
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 0, "its workflow failed, and may be retried");
    assert_eq!(s.store.retry_workflow(flow.id, s.now()).await.expect("retry"), WorkflowAnswer::Changed(2));
    s.end(&flow, "b", succeeded()).await;
    s.end(&flow, "c", succeeded()).await;
    s.advance(20);
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 3);
    assert!(s.store.workflow(flow.id).await.expect("workflow").is_none());
}

pub async fn a_task_that_outlives_its_workflow_is_like_any_other(s: &Subject) {
    let keep = |seconds| std::time::Duration::from_secs(seconds);
    let retention = Retention { succeeded: keep(10), failed: keep(1_000), other: keep(10), idempotency_keys: keep(10) };
    let nodes: &[(&str, &[&str])] = &[("a", &[]), ("b", &[]), ("c", &[]), ("d", &[])];
    let flow = s.flow_with(nodes, |flow| flow.nodes.iter_mut().for_each(|node| node.on_failure = OnFailure::Continue)).await;
    for node in ["a", "b", "c", "d"] {
        s.end(&flow, node, failed()).await;
    }
    s.advance(20);
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 0);
    assert!(s.store.workflow(flow.id).await.expect("workflow").is_none(), "it succeeded");
    for node in ["a", "b", "c"] {
        let answer = s.store.retry(flow.tasks[node], s.now()).await.expect("retry");
        assert!(matches!(answer, RetryAnswer::Queued { .. }), "{answer:?}");
    }
    let claimed = s.claim(&[flow.tasks["a"], flow.tasks["b"]]).await;
    let ended = claimed.iter().find(|claimed| claimed.task.id == flow.tasks["b"]).expect("claimed");
    assert!(s.finish(attempt(ended), succeeded()).await);
    assert!(matches!(s.store.cancel(flow.tasks["c"], s.now()).await.expect("cancel"), crate::CancelAnswer::Cancelled));
    s.advance(60);
    assert_eq!(s.store.rescue_lost(s.now(), MANY).await.expect("rescue").again.tasks.len(), 1);
    let (view, _) = done(s, OperationAction::Delete, in_state(TaskState::Failed)).await;
    assert_eq!(counters(&view), (1, 1, 0));
}

/// Whoever cancels holds what others wait for in the opposite order: nothing may wait in a circle, and nothing gets lost.
pub async fn ends_and_cancellations_at_once_leave_the_counts_right(s: &Subject) {
    for _ in 0..10 {
        let flow = s.flow(&[("a", &[]), ("b", &[]), ("c", &[]), ("d", &["a", "b"]), ("e", &["c", "d"])]).await;
        let claimed = s.claim_one(flow.tasks["a"]).await.expect("claimed");
        let now = s.now();
        let ends = crate::FinishedAttempt { attempt: attempt(&claimed), outcome: failed(), finished_at: now, of_workflow: true };
        let (finishing, cancelling, all, claiming) = (s.store.clone(), s.store.clone(), s.store.clone(), s.store.clone());
        let (one, id) = (flow.tasks["c"], flow.id);
        let requests = ["b", "c"].map(|key| crate::ClaimRequest { id: flow.tasks[key], foreign: None }).to_vec();
        let racers = [
            tokio::spawn(async move { finishing.finish(&[ends]).await.map(drop) }),
            tokio::spawn(async move { cancelling.cancel(one, now).await.map(drop) }),
            tokio::spawn(async move { all.cancel_workflow(id, now).await.map(drop) }),
            tokio::spawn(async move { claiming.claim(&worker(), requests, now, now + LEASE).await.map(drop) }),
        ];
        for racer in racers {
            racer.await.expect("ran").expect("nobody is refused");
        }
        for (key, task) in &flow.tasks {
            let summary = s.view(*task).await.summary;
            if summary.state == TaskState::Running {
                let attempt = crate::AttemptRef { id: *task, attempt: summary.attempt };
                assert!(s.finish(attempt, AttemptOutcome::Cancelled).await, "{key}");
            }
        }
        let summary = s.whole(&flow).await.summary;
        assert_eq!(summary.open, 0, "{}", s.states_of(&flow).await);
    }
}
