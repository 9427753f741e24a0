//! Workflows.

pub mod walk;
pub mod ways;

use std::collections::BTreeMap;

use ruche_domain::{
    AttemptOutcome, Changes, FailurePolicy, MemberOf, NodeKey, OnFailure, RawJson, TaskId, TaskState, Timestamp, WorkflowId,
    WorkflowState, check_graph, references,
};

use super::{Subject, subject::*};
use crate::{
    ClaimRequest, FinishedAttempt, NewNode, NewWorkflow, Retention, RetryAnswer, WorkflowAnswer, WorkflowCreation, WorkflowView,
};

/// A workflow of a case: what it is made from, and its tasks by key.
struct Flow {
    id: WorkflowId,
    tasks: BTreeMap<String, TaskId>,
}

fn key(text: &str) -> NodeKey {
    NodeKey::new(text).expect("a valid node key")
}

impl Subject {
    /// Stores a workflow of plain tasks.
    async fn flow(&self, nodes: &[(&str, &[&str])]) -> Flow {
        self.flow_with(nodes, |_| {}).await
    }

    /// A workflow of plain tasks, not stored yet; each with the keys of those it waits for.
    pub fn new_workflow(&self, nodes: &[(&str, &[&str])]) -> NewWorkflow {
        let id = WorkflowId::from(self.new_id().as_uuid());
        let graph: Vec<_> = nodes.iter().map(|(name, on)| (key(name), on.iter().map(|on| key(on)).collect())).collect();
        let edges = check_graph(&graph).expect("a valid graph");
        let node = |((key, _), depends_on): ((NodeKey, Vec<NodeKey>), Vec<usize>)| {
            let mut task = self.task();
            task.options.workflow = Some(Box::new(MemberOf { id, key: key.clone() }));
            NewNode { key, task, on_failure: OnFailure::Fail, depends_on, has_placeholders: false }
        };
        let nodes = graph.into_iter().zip(edges).map(node).collect();
        NewWorkflow { id, name: Some("a flow".into()), policy: FailurePolicy::CancelRest, created_at: self.now(), nodes }
    }

    async fn flow_with(&self, nodes: &[(&str, &[&str])], change: impl FnOnce(&mut NewWorkflow)) -> Flow {
        let mut workflow = self.new_workflow(nodes);
        change(&mut workflow);
        for node in &mut workflow.nodes {
            node.has_placeholders =
                [&node.task.args, &node.task.kwargs].iter().any(|of| !references(of).expect("valid").is_empty());
        }
        let WorkflowCreation::Created(handover) = self.store.create_workflow(&workflow, None).await.expect("create") else {
            panic!("it is new");
        };
        let free = workflow.nodes.iter().filter(|node| node.depends_on.is_empty()).map(|node| node.task.id);
        assert_eq!(sorted(handover.tasks.iter().map(|task| task.id)), sorted(free));
        self.store.confirm_published(&handover.outbox).await.expect("confirm");
        Flow { id: workflow.id, tasks: workflow.nodes.into_iter().map(|node| (node.key.into(), node.task.id)).collect() }
    }

    async fn whole(&self, flow: &Flow) -> WorkflowView {
        self.store.workflow(flow.id).await.expect("workflow").expect("the workflow is stored")
    }

    /// The states of all nodes, in the order of their keys.
    async fn states_of(&self, flow: &Flow) -> String {
        let nodes = self.whole(flow).await.nodes;
        let states: BTreeMap<_, _> = nodes.into_iter().map(|node| (node.key, node.state)).collect();
        states.values().map(|state| state.as_str()).collect::<Vec<_>>().join(" ")
    }

    async fn end(&self, flow: &Flow, node: &str, outcome: AttemptOutcome) {
        let claimed = self.claim_one(flow.tasks[node]).await.unwrap_or_else(|| panic!("{node} is queued"));
        assert!(self.finish(attempt(&claimed), outcome).await);
    }

    /// The tasks the relay finds at once, taken off the outbox.
    async fn relayed(&self) -> Vec<TaskId> {
        let handover = self.store.take_unpublished(self.in_seconds(-5), self.now(), MANY).await.expect("take");
        self.store.confirm_published(&handover.outbox).await.expect("confirm");
        sorted(handover.tasks.iter().map(|task| task.id))
    }
}

fn result(text: &str) -> AttemptOutcome {
    AttemptOutcome::Succeeded { result: RawJson::trusted(text) }
}

const DIAMOND: &[(&str, &[&str])] = &[("a", &[]), ("b", &["a"]), ("c", &["a"]), ("d", &["b", "c"])];

pub async fn a_chain_runs_link_by_link_and_is_relayed_at_once(s: &Subject) {
    let flow = s.flow(&[("a", &[]), ("b", &["a"]), ("c", &["b"])]).await;
    assert_eq!(s.states_of(&flow).await, "queued blocked blocked");
    assert!(s.claim(&[flow.tasks["b"], flow.tasks["c"]]).await.is_empty(), "what is blocked is not claimed");
    let mut feed = s.store.feed().subscribe();
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded queued blocked");
    assert_eq!(s.relayed().await, [flow.tasks["b"]], "without waiting for the note to be old");
    while feed.recv().await.expect("told") != Changes::Released {}
    s.end(&flow, "b", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Running);
    s.end(&flow, "c", succeeded()).await;
    let summary = s.whole(&flow).await.summary;
    assert_eq!((summary.state(), summary.open, summary.finished_at), (WorkflowState::Succeeded, 0, Some(s.now())));
}

pub async fn a_diamond_waits_for_both_sides(s: &Subject) {
    let flow = s.flow(DIAMOND).await;
    s.end(&flow, "a", succeeded()).await;
    s.end(&flow, "b", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded succeeded queued blocked");
    s.end(&flow, "c", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded succeeded succeeded queued");
    let view = s.whole(&flow).await;
    let on: Vec<_> = view.nodes.iter().map(|node| (node.key.as_str(), node.depends_on.len())).collect();
    assert_eq!(on, [("a", 0), ("b", 1), ("c", 1), ("d", 2)], "in the order they were given");
}

pub async fn a_retried_attempt_releases_nothing(s: &Subject) {
    let flow = s.flow(&[("a", &[]), ("b", &["a"])]).await;
    s.end(&flow, "a", retrying(s.in_seconds(1))).await;
    assert_eq!(s.states_of(&flow).await, "retrying blocked");
    s.advance(1);
    s.store.release_due(s.now(), MANY).await.expect("release");
    s.end(&flow, "a", AttemptOutcome::Released).await;
    assert_eq!(s.states_of(&flow).await, "queued blocked");
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded queued");
}

pub async fn outcomes_at_once_release_a_chords_body_exactly_once(s: &Subject) {
    let names: Vec<String> = (0..8).map(|n| format!("h{n}")).collect();
    let header: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut nodes: Vec<(&str, &[&str])> = header.iter().map(|name| (*name, [].as_slice())).collect();
    nodes.push(("z", &header));
    let flow = s.flow(&nodes).await;
    let claimed = s.claim(&header.iter().map(|name| flow.tasks[*name]).collect::<Vec<_>>()).await;
    let racers: Vec<_> = claimed
        .iter()
        .map(|one| {
            let (store, end) = (
                s.store.clone(),
                FinishedAttempt { attempt: attempt(one), outcome: succeeded(), finished_at: s.now(), of_workflow: true },
            );
            tokio::spawn(async move { store.finish(&[end]).await.expect("finish") })
        })
        .collect();
    for racer in racers {
        assert_eq!(racer.await.expect("ran"), [true]);
    }
    assert_eq!(s.state(flow.tasks["z"]).await, TaskState::Queued);
    assert_eq!(s.relayed().await, [flow.tasks["z"]]);
    s.end(&flow, "z", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Succeeded);
}

pub async fn one_batch_of_outcomes_moves_members_and_others(s: &Subject) {
    let flow = s.flow(DIAMOND).await;
    s.end(&flow, "a", succeeded()).await;
    let plain = s.running().await;
    let mut claimed = s.claim(&[flow.tasks["b"], flow.tasks["c"]]).await;
    claimed.push(plain);
    let ends: Vec<_> = claimed
        .iter()
        .map(|one| FinishedAttempt { attempt: attempt(one), outcome: succeeded(), finished_at: s.now(), of_workflow: true })
        .collect();
    assert_eq!(s.store.finish(&ends).await.expect("finish"), [true; 3]);
    assert_eq!(s.states_of(&flow).await, "succeeded succeeded succeeded queued");
    assert_eq!(s.store.finish(&ends).await.expect("finish"), [false; 3], "recording them again changes nothing");
    assert_eq!(s.relayed().await.len(), 1);
}

pub async fn results_flow_into_the_arguments(s: &Subject) {
    let flow = s
        .flow_with(&[("a", &[]), ("b", &["a"])], |flow| {
            flow.nodes[1].task.kwargs = RawJson::trusted(r#"{"url":{"$result":"a","pointer":"/u"},"all":{"$result":"a"}}"#);
            flow.nodes[1].task.args = RawJson::trusted("[1.50]");
        })
        .await;
    s.end(&flow, "a", result(r#"{"u":"http:\/\/x\u0000","n":123456789012345678901234567890}"#)).await;
    let task = s.claim_one(flow.tasks["b"]).await.expect("claimed").task;
    let filled = r#"{"url":"http:\/\/x\u0000","all":{"u":"http:\/\/x\u0000","n":123456789012345678901234567890}}"#;
    assert_eq!((task.kwargs.as_str(), task.args.as_str()), (filled, "[1.50]"));
}

pub async fn a_result_that_is_not_there_fails_the_node(s: &Subject) {
    let flow = s
        .flow_with(&[("a", &[]), ("b", &["a"]), ("c", &["b"])], |flow| {
            flow.nodes[1].task.args = RawJson::trusted(r#"[{"$result":"a","pointer":"/none"}]"#);
        })
        .await;
    s.end(&flow, "a", result("{}")).await;
    assert_eq!(s.states_of(&flow).await, "succeeded failed cancelled");
    let failure = s.view(flow.tasks["b"]).await.summary.failure.expect("a failure");
    assert_eq!((failure.kind.as_str(), failure.message.contains("/none")), ("unfillable", true));
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Failed);
}

pub async fn a_failure_cancels_the_rest(s: &Subject) {
    let flow = s.flow(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[]), ("e", &[])]).await;
    let running = s.claim_one(flow.tasks["d"]).await.expect("claimed");
    s.end(&flow, "a", failed()).await;
    assert_eq!(s.states_of(&flow).await, "failed cancelled cancelled running cancelled", "what runs may end");
    assert!(s.finish(attempt(&running), succeeded()).await);
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Failed);
}

pub async fn a_failure_cancels_only_what_depends_on_it(s: &Subject) {
    let nodes: &[(&str, &[&str])] = &[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[]), ("e", &["d"])];
    let flow = s.flow_with(nodes, |flow| flow.policy = FailurePolicy::ContinueOthers).await;
    s.end(&flow, "a", failed()).await;
    assert_eq!(s.states_of(&flow).await, "failed cancelled cancelled queued blocked");
    s.end(&flow, "d", succeeded()).await;
    s.end(&flow, "e", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Failed);
}

pub async fn a_failure_that_may_be_is_seen_as_null(s: &Subject) {
    let flow = s
        .flow_with(&[("a", &[]), ("b", &["a"])], |flow| {
            flow.nodes[0].on_failure = OnFailure::Continue;
            flow.nodes[1].task.args = RawJson::trusted(r#"[{"$result":"a","pointer":"/x"}]"#);
        })
        .await;
    s.end(&flow, "a", failed()).await;
    assert_eq!(s.view(flow.tasks["b"]).await.task.args.as_str(), "[null]");
    s.end(&flow, "b", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Succeeded);
}

pub async fn every_other_end_counts_too(s: &Subject) {
    let lone: &[(&str, &[&str])] = &[("a", &[]), ("b", &["a"])];
    let cancelled = s.flow(lone).await;
    s.store.cancel(cancelled.tasks["a"], s.now()).await.expect("cancel");
    assert_eq!(s.states_of(&cancelled).await, "cancelled cancelled");
    assert_eq!(s.whole(&cancelled).await.summary.state(), WorkflowState::Cancelled);
    let soon = s.in_seconds(5);
    let expired = s.flow_with(lone, |flow| flow.nodes[0].task.expires_at = Some(soon)).await;
    let lost = s.flow_with(lone, |flow| flow.nodes[0].task.max_attempts = 1).await;
    s.claim_one(lost.tasks["a"]).await.expect("claimed");
    s.advance(60);
    s.store.expire_overdue(s.now(), MANY).await.expect("expire");
    assert_eq!(s.states_of(&expired).await, "expired cancelled");
    s.store.rescue_lost(s.now(), MANY).await.expect("rescue");
    assert_eq!(s.states_of(&lost).await, "failed cancelled");
}

pub async fn an_eta_that_is_to_come_is_waited_for(s: &Subject) {
    let eta = s.in_seconds(60);
    let flow = s.flow_with(&[("a", &[]), ("b", &["a"])], |flow| flow.nodes[1].task.eta = Some(eta)).await;
    s.end(&flow, "a", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded scheduled");
    assert_eq!(s.view(flow.tasks["b"]).await.summary.due_at, Some(eta));
    s.advance(60);
    assert_eq!(s.store.release_due(s.now(), MANY).await.expect("release").tasks.len(), 1);
}

pub async fn a_workflow_is_cancelled_as_a_whole(s: &Subject) {
    let flow = s.flow(DIAMOND).await;
    s.end(&flow, "a", succeeded()).await;
    let running = s.claim_one(flow.tasks["b"]).await.expect("claimed");
    assert_eq!(s.store.cancel_workflow(flow.id, s.now()).await.expect("cancel"), WorkflowAnswer::Changed(3));
    assert_eq!(s.states_of(&flow).await, "succeeded running cancelled cancelled");
    assert!(s.view(flow.tasks["b"]).await.summary.cancel_requested);
    assert!(s.finish(attempt(&running), AttemptOutcome::Cancelled).await);
    let ended = WorkflowAnswer::Unchanged(WorkflowState::Cancelled);
    assert_eq!(s.store.cancel_workflow(flow.id, s.now()).await.expect("cancel"), ended);
    let unknown = WorkflowId::from(s.new_id().as_uuid());
    assert_eq!(s.store.cancel_workflow(unknown, s.now()).await.expect("cancel"), WorkflowAnswer::NotFound);
    assert_eq!(s.store.retry_workflow(unknown, s.now()).await.expect("retry"), WorkflowAnswer::NotFound);
}

pub async fn a_retry_runs_from_the_failed_node_on(s: &Subject) {
    let flow = s
        .flow_with(&[("a", &[]), ("b", &["a"]), ("c", &["b"])], |flow| {
            flow.nodes[1].task.args = RawJson::trusted(r#"[{"$result":"a"}]"#);
            flow.nodes[2].task.args = RawJson::trusted(r#"[{"$result":"b"}]"#);
        })
        .await;
    s.end(&flow, "a", result("1")).await;
    s.end(&flow, "b", failed()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded failed cancelled");
    let alone = s.store.retry(flow.tasks["c"], s.now()).await.expect("retry");
    assert!(matches!(alone, RetryAnswer::Refused(TaskState::Cancelled)), "its arguments were never made");
    s.relayed().await;
    assert_eq!(s.store.retry_workflow(flow.id, s.now()).await.expect("retry"), WorkflowAnswer::Changed(2));
    assert_eq!(s.states_of(&flow).await, "succeeded queued blocked");
    assert_eq!(s.relayed().await, [flow.tasks["b"]]);
    assert_eq!(s.view(flow.tasks["b"]).await.task.args.as_str(), "[1]", "the result is kept");
    assert_eq!(s.store.attempts(flow.tasks["b"]).await.expect("attempts").len(), 1);
    s.end(&flow, "b", result("2")).await;
    assert_eq!(s.view(flow.tasks["c"]).await.task.args.as_str(), "[2]");
    s.end(&flow, "c", succeeded()).await;
    assert_eq!(s.whole(&flow).await.summary.state(), WorkflowState::Succeeded);
    let nothing = WorkflowAnswer::Unchanged(WorkflowState::Succeeded);
    assert_eq!(s.store.retry_workflow(flow.id, s.now()).await.expect("retry"), nothing);
}

pub async fn a_node_retried_by_hand_is_waited_for_again(s: &Subject) {
    let flow = s.flow(DIAMOND).await;
    s.end(&flow, "a", succeeded()).await;
    s.end(&flow, "b", succeeded()).await;
    assert!(matches!(s.store.retry(flow.tasks["b"], s.now()).await.expect("retry"), RetryAnswer::Queued { .. }));
    s.end(&flow, "c", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded queued succeeded blocked");
    s.end(&flow, "b", succeeded()).await;
    assert_eq!(s.states_of(&flow).await, "succeeded succeeded succeeded queued");
}

pub async fn a_lost_answer_leaves_nothing_half_done(s: &Subject) {
    let flow = s.flow(&[("a", &[]), ("b", &["a"])]).await;
    let claimed = s.claim_one(flow.tasks["a"]).await.expect("claimed");
    let (store, end) = (
        s.store.clone(),
        FinishedAttempt { attempt: attempt(&claimed), outcome: succeeded(), finished_at: s.now(), of_workflow: true },
    );
    // The caller goes away at any point: the outcome and what follows from it are there together, or neither.
    let finishing = tokio::spawn(async move { store.finish(&[end]).await });
    tokio::task::yield_now().await;
    finishing.abort();
    drop(finishing.await);
    let states = s.states_of(&flow).await;
    assert!(["running blocked", "succeeded queued"].contains(&states.as_str()), "{states}");
}

pub async fn a_claim_of_another_worker_sees_the_whole_task(s: &Subject) {
    let flow = s.flow(&[("a", &[])]).await;
    let request = ClaimRequest { id: flow.tasks["a"], foreign: None };
    let claimed = s.store.claim(&worker_called("ruche@two"), vec![request], s.now(), s.now() + LEASE).await.expect("claim");
    let member = claimed[0].task.options.workflow.clone().expect("a node's task names its workflow");
    assert_eq!((member.id, member.key.as_str()), (flow.id, "a"));
}

pub async fn workflows_are_paged_latest_first(s: &Subject) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(s.flow(&[("a", &[])]).await.id);
        s.advance(1);
    }
    ids.reverse();
    let page = s.store.workflows(None, 2).await.expect("list");
    assert_eq!(page.next, Some(ids[1]));
    let first = page.rows;
    assert_eq!(first.iter().map(|one| one.id).collect::<Vec<_>>(), ids[..2]);
    assert_eq!((first[0].name.as_deref(), first[0].nodes, first[0].open), (Some("a flow"), 1, 1));
    let page = s.store.workflows(Some(ids[1]), 3).await.expect("list");
    assert_eq!(page.next, None);
    let rest = page.rows;
    assert_eq!(rest.iter().map(|one| one.id).collect::<Vec<_>>(), ids[2..]);
}

pub async fn an_ended_workflow_is_pruned_with_its_tasks(s: &Subject) {
    let (ended, open): (Flow, Flow) = (s.flow(DIAMOND).await, s.flow(DIAMOND).await);
    s.store.cancel_workflow(ended.id, s.now()).await.expect("cancel");
    let keep = std::time::Duration::from_secs(60);
    let retention = Retention { succeeded: keep, failed: keep, other: keep, idempotency_keys: keep };
    let later: Timestamp = s.advance(61);
    assert_eq!(s.store.prune(&retention, later, MANY).await.expect("prune"), 4);
    assert!(s.store.workflow(ended.id).await.expect("workflow").is_none());
    assert_eq!(s.states_of(&open).await, "queued blocked blocked blocked");
}
