//! Webhooks: subscriptions and what is recorded for them. What becomes of deliveries is in [`super::deliveries`].

use chrono::TimeDelta;
use ruche_domain::{
    AttemptOutcome, Clock, NewTask, OperationAction, Priority, QueueName, RawJson, TaskId, TaskOptions, TaskState, Timestamp,
    WebhookName,
    webhook::{
        DELIVER, Delivery, DeliveryId, DeliveryState, EventKind, Facts, Included, Kept, PauseReason, Webhook, WebhookDefinition,
        WebhookSecret,
    },
};

use super::{Subject, operations, subject::*};
use crate::{DeliveryTarget, Handover, Shipment, TaskFilter, WebhookAnswer, WebhookChange, WebhookCreation, WebhookDeletion};

pub(super) fn webhook_name(text: &str) -> WebhookName {
    WebhookName::new(text).expect("a valid webhook name")
}

impl Subject {
    /// Wants every kind of event of every task.
    pub(super) fn hook(&self, called: &str, change: impl FnOnce(&mut WebhookDefinition)) -> Webhook {
        let mut definition = WebhookDefinition {
            description: "Tells 'billing' \u{1f41d}.".into(),
            url: "https://example.com/hook?key=%20'".parse().expect("an address"),
            events: EventKind::SUBSCRIBABLE.to_vec(),
            queues: Vec::new(),
            tasks: Vec::new(),
            include: Vec::new(),
        };
        change(&mut definition);
        Webhook::begin(self.new_id().as_uuid().into(), webhook_name(called), definition, false, self.now())
    }

    pub(super) fn new_secret(&self) -> WebhookSecret {
        WebhookSecret::new(&self.clock.secret())
    }

    pub(super) async fn subscribed(&self, called: &str) -> Webhook {
        self.subscribed_as(called, |_| {}).await
    }

    pub(super) async fn subscribed_as(&self, called: &str, change: impl FnOnce(&mut WebhookDefinition)) -> Webhook {
        let hook = self.hook(called, change);
        let made = self.store.create_webhook(&hook, &self.new_secret()).await.expect("create");
        assert_eq!(made, WebhookCreation::Created);
        hook
    }

    pub(super) async fn hook_now(&self, called: &str) -> Webhook {
        self.store.webhook(&webhook_name(called)).await.expect("webhook").expect("it is stored")
    }

    pub(super) async fn change_hook(&self, called: &str, change: WebhookChange) -> Webhook {
        match self.store.change_webhook(&webhook_name(called), None, &change, self.now()).await.expect("change") {
            WebhookAnswer::Changed(webhook) => *webhook,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn deliveries(&self, hook: &Webhook) -> Vec<Delivery> {
        self.store.deliveries(hook.id, None, None, MANY).await.expect("deliveries").rows
    }

    /// The kinds recorded for a task, the first first.
    async fn kinds_of(&self, hook: &Webhook, task: TaskId) -> Vec<EventKind> {
        let mut of_task = self.deliveries(hook).await;
        of_task.retain(|delivery| delivery.task == Some(task));
        of_task.iter().rev().map(|delivery| delivery.kind).collect()
    }

    /// The task that delivers, as the server makes it.
    pub(super) fn deliver_task(&self, id: DeliveryId) -> NewTask {
        NewTask {
            id: self.new_id(),
            name: name(DELIVER),
            queue: QueueName::webhooks(),
            priority: Priority::default(),
            args: RawJson::empty_array(),
            kwargs: RawJson::trusted(format!(r#"{{"delivery":"{id}"}}"#)),
            max_attempts: 15,
            created_at: self.now(),
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        }
    }

    pub(super) async fn dispatched(&self, limit: u32) -> Handover {
        self.store.dispatch_webhooks(self.now(), limit, &|id| self.deliver_task(id)).await.expect("dispatch")
    }

    pub(super) async fn target(&self, delivery: DeliveryId, by: TaskId) -> DeliveryTarget {
        self.store.delivery_target(delivery, by, self.now()).await.expect("target")
    }

    /// What is to be sent for a delivery that has been dispatched.
    pub(super) async fn shipment(&self, hook: &Webhook, delivery: DeliveryId) -> Shipment {
        let by = self.deliveries(hook).await.into_iter().find(|one| one.id == delivery).and_then(|one| one.delivered_by);
        match self.target(delivery, by.expect("it has a task")).await {
            DeliveryTarget::Send(shipment) => *shipment,
            other => panic!("{other:?}"),
        }
    }

    /// The one shipment there is, of the one delivery there is.
    async fn only_shipment(&self, hook: &Webhook) -> Shipment {
        self.dispatched(MANY).await;
        let deliveries = self.deliveries(hook).await;
        assert_eq!(deliveries.len(), 1);
        self.shipment(hook, deliveries[0].id).await
    }
}

pub async fn a_subscription_is_read_back(s: &Subject) {
    let paused = Webhook::begin(
        s.new_id().as_uuid().into(),
        webhook_name("b"),
        s.hook("b", |definition| {
            definition.events = vec![EventKind::Failed];
            definition.queues = vec![queue("mail"), queue("a.b:c-d_e")];
            definition.tasks = vec![name("proj.tasks/add")];
            definition.include = Included::ALL.to_vec();
        })
        .definition,
        true,
        s.now(),
    );
    assert_eq!(s.store.create_webhook(&paused, &s.new_secret()).await.expect("create"), WebhookCreation::Created);
    let plain = s.subscribed("a").await;
    assert_eq!(s.hook_now("b").await, paused);
    assert_eq!(s.store.webhooks(None, 10).await.expect("list").rows, [plain.clone(), paused.clone()]);
    assert_eq!(s.store.webhooks(None, 1).await.expect("list").rows, [plain]);
    assert_eq!(s.store.webhooks(Some(&webhook_name("a")), 10).await.expect("list").rows, [paused]);
    assert_eq!(s.store.webhook(&webhook_name("c")).await.expect("webhook"), None);
}

pub async fn a_name_is_taken_once_and_no_more_than_a_hundred_are(s: &Subject) {
    for n in 0..Webhook::MOST {
        s.subscribed(&format!("hook-{n}")).await;
    }
    let again = s.hook("hook-7", |definition| definition.events = vec![EventKind::Failed]);
    assert_eq!(s.store.create_webhook(&again, &s.new_secret()).await.expect("create"), WebhookCreation::Exists);
    let more = s.hook("more", |_| {});
    assert_eq!(s.store.create_webhook(&more, &s.new_secret()).await.expect("create"), WebhookCreation::TooMany);
    assert_eq!(s.store.webhooks(None, MANY).await.expect("list").rows.len(), Webhook::MOST as usize);
    assert_eq!(s.hook_now("hook-7").await.definition.events.len(), 5);
    s.store.delete_webhook(&webhook_name("hook-7"), None, s.now()).await.expect("delete");
    assert_eq!(s.store.create_webhook(&more, &s.new_secret()).await.expect("create"), WebhookCreation::Created);
}

pub async fn a_change_is_made_to_the_revision_it_was_meant_for(s: &Subject) {
    let hook = s.subscribed("a").await;
    let (name, later) = (webhook_name("a"), s.advance(1));
    let pause = WebhookChange::Pause;
    let stale = s.store.change_webhook(&name, Some(2), &pause, later).await.expect("change");
    assert_eq!(stale, WebhookAnswer::Stale(1));
    assert_eq!(s.store.delete_webhook(&name, Some(2), later).await.expect("delete"), WebhookDeletion::Stale(1));
    assert_eq!(s.hook_now("a").await, hook);

    let mut definition = hook.definition.clone();
    definition.events = vec![EventKind::Expired];
    let replace = WebhookChange::Replace(Box::new(definition.clone()));
    let WebhookAnswer::Changed(changed) = s.store.change_webhook(&name, Some(1), &replace, later).await.expect("change") else {
        panic!("the revision matches");
    };
    assert_eq!(*changed, Webhook { definition, updated_at: later, revision: 2, ..hook });
    assert_eq!(s.hook_now("a").await, *changed);
    let paused = s.change_hook("a", WebhookChange::Pause).await;
    assert_eq!(paused.paused.map(|paused| (paused.since, paused.reason)), Some((later, PauseReason::Asked)));
    assert_eq!(s.hook_now("a").await, paused);
    assert_eq!(s.change_hook("a", WebhookChange::Resume).await.paused, None);
    assert_eq!(s.store.delete_webhook(&name, Some(4), later).await.expect("delete"), WebhookDeletion::Deleted);
    assert_eq!(s.store.webhook(&name).await.expect("webhook"), None);
    assert!(s.store.webhooks(None, 10).await.expect("list").rows.is_empty());
}

pub async fn an_unknown_subscription_is_not_found(s: &Subject) {
    let name = webhook_name("nobody");
    let answer = s.store.change_webhook(&name, None, &WebhookChange::Pause, s.now()).await.expect("change");
    assert_eq!(answer, WebhookAnswer::NotFound);
    assert_eq!(s.store.delete_webhook(&name, None, s.now()).await.expect("delete"), WebhookDeletion::NotFound);
    let test = s.store.test_webhook(&name, s.new_id().as_uuid().into(), s.now()).await.expect("test");
    assert_eq!(test, crate::WebhookTest::NotFound);
    assert!(s.store.deliveries(s.new_id().as_uuid().into(), None, None, 10).await.expect("deliveries").rows.is_empty());
}

pub async fn every_way_a_task_ends_is_recorded_once(s: &Subject) {
    let hook = s.subscribed("a").await;
    let expected = |kind| vec![kind];
    for (outcome, kind) in [
        (succeeded(), EventKind::Succeeded),
        (failed(), EventKind::Failed),
        (AttemptOutcome::Cancelled, EventKind::Cancelled),
        (retrying(s.in_seconds(60)), EventKind::Retrying),
    ] {
        let ended = s.ended(outcome).await.task.id;
        assert_eq!(s.kinds_of(&hook, ended).await, expected(kind));
    }
    // Handed back: nothing ended.
    let released = s.ended(AttemptOutcome::Released).await.task.id;
    assert!(s.kinds_of(&hook, released).await.is_empty());
    // The last attempt's retry is a failure.
    let last = s.running_as(|task| task.max_attempts = 1).await;
    assert!(s.finish(attempt(&last), retrying(s.in_seconds(60))).await);
    assert_eq!(s.kinds_of(&hook, last.task.id).await, expected(EventKind::Failed));
    // Cancelled while it waited.
    let waiting = s.queued().await.id;
    s.store.cancel(waiting, s.now()).await.expect("cancel");
    s.store.cancel(waiting, s.now()).await.expect("cancel");
    assert_eq!(s.kinds_of(&hook, waiting).await, expected(EventKind::Cancelled));
    // Asked to stop is not stopped.
    let running = s.running().await;
    s.store.cancel(running.task.id, s.now()).await.expect("cancel");
    assert!(s.kinds_of(&hook, running.task.id).await.is_empty());
    assert!(s.finish(attempt(&running), AttemptOutcome::Cancelled).await);
    assert!(!s.finish(attempt(&running), succeeded()).await);
    assert_eq!(s.kinds_of(&hook, running.task.id).await, expected(EventKind::Cancelled));
}

pub async fn what_maintenance_and_operators_end_is_recorded_too(s: &Subject) {
    let hook = s.subscribed("a").await;
    let expired = s.queued_as(|task| task.expires_at = Some(task.created_at + TimeDelta::seconds(5))).await.id;
    let lost = s.running_as(|task| task.max_attempts = 1).await.task.id;
    let again = s.running().await.task.id;
    s.advance(60);
    s.store.expire_overdue(s.now(), MANY).await.expect("expire");
    s.store.rescue_lost(s.now(), MANY).await.expect("rescue");
    assert_eq!(s.kinds_of(&hook, expired).await, [EventKind::Expired]);
    assert_eq!(s.kinds_of(&hook, lost).await, [EventKind::Failed]);
    assert!(s.kinds_of(&hook, again).await.is_empty(), "it is only queued again");

    s.insert(s.tasks(5)).await;
    operations::begin(s, OperationAction::Cancel, operations::in_state(TaskState::Queued)).await;
    operations::work_off(s, 2).await;
    let cancelled = s.deliveries(&hook).await.iter().filter(|one| one.kind == EventKind::Cancelled).count();
    assert_eq!(cancelled, 6, "the five, and the rescued one");
    // Tried by hand, it may fail again, and that is another event.
    s.store.retry(lost, s.now()).await.expect("retry");
    let claimed = s.claim_one(lost).await.expect("it is queued");
    assert!(s.finish(attempt(&claimed), failed()).await);
    assert_eq!(s.kinds_of(&hook, lost).await, [EventKind::Failed, EventKind::Failed]);
    // Deleting is no event.
    let before = s.deliveries(&hook).await.len();
    operations::begin(s, OperationAction::Delete, TaskFilter::default()).await;
    operations::work_off(s, MANY).await;
    assert_eq!(s.deliveries(&hook).await.len(), before);
}

pub async fn only_what_commits_after_the_subscription_and_while_it_is_active_is_recorded(s: &Subject) {
    s.ended(succeeded()).await;
    let begun = s.running().await;
    let hook = s.subscribed("a").await;
    assert!(s.finish(attempt(&begun), succeeded()).await);
    assert_eq!(s.deliveries(&hook).await.len(), 1);
    s.change_hook("a", WebhookChange::Pause).await;
    s.ended(succeeded()).await;
    assert_eq!(s.deliveries(&hook).await.len(), 1);
    s.store.tidy_webhooks(s.now(), s.now(), MANY).await.expect("tidy");
    s.ended(succeeded()).await;
    s.change_hook("a", WebhookChange::Resume).await;
    s.ended(succeeded()).await;
    assert_eq!(s.deliveries(&hook).await.len(), 2);
    s.store.delete_webhook(&hook.name, None, s.now()).await.expect("delete");
    s.ended(succeeded()).await;
    assert_eq!(s.deliveries(&hook).await.len(), 2);
}

pub async fn each_subscription_gets_what_it_asked_for(s: &Subject) {
    let failures = s.subscribed_as("failures", |definition| definition.events = vec![EventKind::Failed]).await;
    let mail = s.subscribed_as("mail", |definition| definition.queues = vec![queue("mail"), queue("post")]).await;
    let add = s.subscribed_as("add", |definition| definition.tasks = vec![name("math.add")]).await;
    let both = s
        .subscribed_as("both", |definition| {
            definition.tasks = vec![name("math.add")];
            definition.queues = vec![queue("post")];
        })
        .await;
    for (called, of, outcome) in
        [("math.add", "post", succeeded()), ("math.add", "default", failed()), ("math.sub", "mail", succeeded())]
    {
        let claimed = s
            .running_as(|task| {
                task.name = name(called);
                task.queue = queue(of);
            })
            .await;
        assert!(s.finish(attempt(&claimed), outcome).await);
    }
    for (hook, count) in [(failures, 1), (mail, 2), (add, 2), (both, 1)] {
        assert_eq!(s.deliveries(&hook).await.len(), count, "{}", hook.name);
    }
}

pub async fn an_event_tells_the_facts_of_its_moment(s: &Subject) {
    let hook = s.subscribed("a").await;
    let claimed = s.running_as(|task| task.args = RawJson::trusted("[1]")).await;
    let ended_at = s.advance(5);
    assert!(s.finish(attempt(&claimed), failed()).await);
    s.advance(60);
    s.store.retry(claimed.task.id, s.now()).await.expect("retry");
    let event = s.only_shipment(&hook).await.event;
    assert_eq!((event.kind, event.occurred_at, event.task), (EventKind::Failed, ended_at, Some(claimed.task.id)));
    assert_eq!(event.webhook, hook.name);
    let micros = |at: Timestamp| at.timestamp_micros();
    let error = serde_json::to_value(failure()).expect("a failure");
    let facts = event.facts;
    let told: serde_json::Value = serde_json::from_str(facts.error.as_deref().expect("it failed")).expect("JSON");
    assert_eq!(told, error);
    assert_eq!(
        Facts { error: None, ..facts },
        Facts {
            name: "t.plain".into(),
            queue: "default".into(),
            attempt: 1,
            max_attempts: 3,
            created_at: micros(claimed.task.created_at),
            started_at: Some(micros(claimed.task.created_at)),
            finished_at: Some(micros(ended_at)),
            ..Facts::default()
        }
    );
}

pub async fn a_retry_tells_when_the_attempt_ended_and_when_the_next_begins(s: &Subject) {
    let hook = s.subscribed("a").await;
    let claimed = s.running().await;
    let (ended_at, due_at) = (s.advance(5), s.in_seconds(60));
    assert!(s.finish(attempt(&claimed), retrying(due_at)).await);
    let event = s.only_shipment(&hook).await.event;
    assert_eq!((event.kind, event.occurred_at), (EventKind::Retrying, ended_at));
    assert_eq!(event.facts.due_at, Some(due_at.timestamp_micros()));
}

pub async fn payloads_are_told_only_to_who_asked_and_as_they_came(s: &Subject) {
    let without = s.subscribed("without").await;
    let with = s.subscribed_as("with", |definition| definition.include = Included::ALL.to_vec()).await;
    let big = r#"{"b":123456789012345678901234567890,"a":"\u0000 '"}"#;
    let claimed = s.running_as(|task| task.kwargs = RawJson::trusted(big)).await;
    // One byte more than is told: the quotes are two.
    let long = RawJson::trusted(format!("\"{}\"", "x".repeat(65_535)));
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Succeeded { result: long }).await);
    s.dispatched(MANY).await;
    for (hook, args, kwargs, result) in [
        (without, None, None, None),
        (with, Some(Kept::Text("[]".into())), Some(Kept::Text(big.into())), Some(Kept::TooLarge(0))),
    ] {
        let id = s.deliveries(&hook).await[0].id;
        let facts = s.shipment(&hook, id).await.event.facts;
        assert_eq!((facts.args, facts.kwargs, facts.result), (args, kwargs, result), "{}", hook.name);
    }
}

pub async fn what_fits_just_so_is_told(s: &Subject) {
    let hook = s.subscribed_as("a", |definition| definition.include = vec![Included::Result]).await;
    let claimed = s.running().await;
    let text = format!("\"{}\"", "x".repeat(65_534));
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Succeeded { result: RawJson::trusted(&*text) }).await);
    assert_eq!(s.only_shipment(&hook).await.event.facts.result, Some(Kept::Text(text)));
}

pub async fn delivering_makes_no_events(s: &Subject) {
    let hook = s.subscribed("a").await;
    let claimed = s.running_as(|task| task.name = name(DELIVER)).await;
    assert!(s.finish(attempt(&claimed), failed()).await);
    let waiting = s.queued_as(|task| task.name = name(DELIVER)).await.id;
    s.store.cancel(waiting, s.now()).await.expect("cancel");
    assert!(s.deliveries(&hook).await.is_empty());
}

pub async fn a_mixed_batch_of_outcomes_is_recorded_whole(s: &Subject) {
    let hook = s.subscribed("a").await;
    let mut finished = Vec::new();
    for outcome in [succeeded(), failed(), AttemptOutcome::Cancelled, retrying(s.in_seconds(9)), AttemptOutcome::Released] {
        let claimed = s.running().await;
        finished.push(crate::FinishedAttempt { attempt: attempt(&claimed), outcome, finished_at: s.now(), of_workflow: false });
    }
    let taken = s.store.finish(&finished).await.expect("finish");
    assert_eq!(taken, [true; 5], "what is recorded does not show in the answer");
    let deliveries = s.deliveries(&hook).await;
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|delivery| delivery.state == DeliveryState::Pending && delivery.tries == 0));
    let ids: std::collections::HashSet<_> = deliveries.iter().map(|delivery| delivery.id).collect();
    assert_eq!(ids.len(), 4);
}

pub async fn a_subscription_that_is_deleted_while_tasks_end_fails_no_outcome(s: &Subject) {
    let mut claimed = Vec::new();
    for _ in 0..40 {
        claimed.push(s.running().await);
    }
    let flicker = async {
        for round in 0..20 {
            let called = format!("hook-{round}");
            s.subscribed(&called).await;
            s.store.delete_webhook(&webhook_name(&called), None, s.now()).await.expect("delete");
            s.store.tidy_webhooks(s.now(), s.now(), MANY).await.expect("tidy");
        }
    };
    let ending = async {
        for one in &claimed {
            assert!(s.finish(attempt(one), succeeded()).await);
        }
    };
    futures::join!(flicker, ending);
}
