//! What becomes of events recorded for webhooks.

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use ruche_domain::{
    TaskId, TaskState,
    webhook::{Attempted, DeliveryId, DeliveryState, EventKind, PauseReason, Verdict, Webhook},
};

use super::{Fixture, Subject, subject::*, webhooks::webhook_name};
use crate::{DeliveryTarget, Handover, LOST_DELIVERY, Position, ReplayAnswer, WebhookChange, WebhookTest};

const AGAIN: Verdict = Verdict::Again { wait: Duration::from_secs(300) };

impl Subject {
    /// A subscription with one event that is on its way, and the task that delivers it.
    async fn sending(&self) -> (Webhook, DeliveryId, TaskId) {
        let hook = self.subscribed("a").await;
        self.ended(failed()).await;
        let by = self.dispatched(MANY).await.tasks[0].id;
        let id = self.deliveries(&hook).await[0].id;
        (hook, id, by)
    }

    async fn tried(&self, delivery: DeliveryId, by: TaskId, status: u16, verdict: Verdict) -> bool {
        let error = (verdict != Verdict::Delivered).then(|| format!("the answer was {status}"));
        let attempted = Attempted { delivery, by, status: Some(status), error, verdict };
        self.store.record_attempt(&attempted, self.now()).await.expect("record")
    }
}

pub async fn each_delivery_gets_one_task(s: &Subject) {
    let (one, two) = (s.subscribed("one").await, s.subscribed("two").await);
    for _ in 0..3 {
        s.ended(succeeded()).await;
    }
    let Handover { tasks, outbox } = s.dispatched(MANY).await;
    assert_eq!((tasks.len(), outbox.len()), (6, 1));
    let mut named = HashSet::new();
    for hook in [&one, &two] {
        for delivery in s.deliveries(hook).await {
            assert_eq!(delivery.state, DeliveryState::Sending);
            let by = tasks.iter().find(|task| Some(task.id) == delivery.delivered_by).expect("its task is handed over");
            assert_eq!(by.kwargs.as_str(), format!(r#"{{"delivery":"{}"}}"#, delivery.id));
            assert_eq!(s.state(by.id).await, TaskState::Queued);
            named.insert(by.id);
        }
    }
    assert_eq!(named.len(), 6);
    let again = s.dispatched(MANY).await;
    assert!(again.tasks.is_empty() && again.outbox.is_empty(), "nothing is left to do");
}

pub async fn a_backlog_of_one_subscription_does_not_hold_up_another(s: &Subject) {
    s.subscribed_as("busy", |definition| definition.events = vec![EventKind::Succeeded]).await;
    let calm = s.subscribed_as("calm", |definition| definition.events = vec![EventKind::Failed]).await;
    for _ in 0..10 {
        s.ended(succeeded()).await;
    }
    s.advance(1);
    s.ended(failed()).await;
    assert!(s.dispatched(4).await.tasks.len() <= 4);
    assert_eq!(s.deliveries(&calm).await[0].state, DeliveryState::Sending);
    let mut left = 0;
    while !s.dispatched(4).await.tasks.is_empty() {
        left += 1;
        assert!(left < 10, "each round does some");
    }
}

pub async fn a_task_sends_its_own_delivery_only(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    let stranger = s.new_id();
    assert_eq!(s.target(id, stranger).await, DeliveryTarget::Nothing);
    assert_eq!(s.target(s.new_id().as_uuid().into(), by).await, DeliveryTarget::Nothing);
    assert!(!s.tried(id, stranger, 200, Verdict::Delivered).await);
    let shipment = s.shipment(&hook, id).await;
    assert_eq!((shipment.url, shipment.tries), (hook.definition.url, 0));
    assert!(s.tried(id, by, 200, Verdict::Delivered).await);
    assert_eq!(s.target(id, by).await, DeliveryTarget::Nothing, "it is delivered");
    assert!(!s.tried(id, by, 500, AGAIN).await, "what is delivered stays delivered");
}

pub async fn a_changed_address_applies_to_what_is_on_its_way(s: &Subject) {
    let (hook, id, _) = s.sending().await;
    let mut definition = hook.definition.clone();
    definition.url = "http://other.example".parse().expect("an address");
    s.change_hook("a", WebhookChange::Replace(Box::new(definition.clone()))).await;
    assert_eq!(s.shipment(&hook, id).await.url, definition.url);
}

pub async fn a_secret_that_was_replaced_signs_for_a_while(s: &Subject) {
    let (hook, id, _) = s.sending().await;
    let first = s.shipment(&hook, id).await.secrets;
    assert_eq!(first.len(), 1);
    let second = s.new_secret();
    let until = s.in_seconds(100);
    let rotated = s.change_hook("a", WebhookChange::Rotate { secret: second.clone(), until }).await;
    assert_eq!((rotated.rotated_at, rotated.previous_until, rotated.revision), (Some(s.now()), Some(until), 2));
    assert_eq!(s.hook_now("a").await, rotated);
    assert_eq!(s.shipment(&hook, id).await.secrets, [second.clone(), first[0].clone()]);
    s.advance(99);
    assert_eq!(s.shipment(&hook, id).await.secrets.len(), 2);
    s.advance(1);
    assert_eq!(s.shipment(&hook, id).await.secrets, std::slice::from_ref(&second));
    // With none to spare, the one before is worth nothing at once.
    let third = s.new_secret();
    s.change_hook("a", WebhookChange::Rotate { secret: third.clone(), until: s.now() }).await;
    assert_eq!(s.shipment(&hook, id).await.secrets, std::slice::from_ref(&third));
    let mut newest = vec![third];
    for _ in 0..4 {
        let secret = s.new_secret();
        s.change_hook("a", WebhookChange::Rotate { secret: secret.clone(), until: s.in_seconds(100) }).await;
        newest.insert(0, secret);
    }
    newest.truncate(Webhook::MAX_SECRETS as usize);
    assert_eq!(s.shipment(&hook, id).await.secrets, newest);
}

pub async fn each_try_is_entered(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    let first_try = s.advance(1);
    assert!(s.tried(id, by, 503, AGAIN).await);
    let stands = &s.deliveries(&hook).await[0];
    assert_eq!((stands.state, stands.tries, stands.last_status), (DeliveryState::Sending, 1, Some(503)));
    assert_eq!((stands.last_try_at, stands.next_try_at, stands.ended_at), (Some(first_try), Some(s.in_seconds(300)), None));
    assert_eq!(stands.last_error.as_deref(), Some("the answer was 503"));
    assert_eq!(s.shipment(&hook, id).await.tries, 1);
    assert_eq!(s.hook_now("a").await.failing_since, Some(first_try));
    let second_try = s.advance(300);
    assert!(s.tried(id, by, 204, Verdict::Delivered).await);
    let stands = &s.deliveries(&hook).await[0];
    assert_eq!((stands.state, stands.tries, stands.last_status), (DeliveryState::Delivered, 2, Some(204)));
    assert_eq!((stands.last_error.clone(), stands.next_try_at, stands.ended_at), (None, None, Some(second_try)));
    let hook = s.hook_now("a").await;
    assert_eq!((hook.failing_since, hook.revision), (None, 1), "tries are no changes");
}

pub async fn a_receiver_that_cannot_be_reached_is_told_of(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    let attempted =
        Attempted { delivery: id, by, status: None, error: Some("couldn't connect".into()), verdict: Verdict::GaveUp };
    assert!(s.store.record_attempt(&attempted, s.now()).await.expect("record"));
    let stands = &s.deliveries(&hook).await[0];
    assert_eq!((stands.state, stands.last_status, stands.ended_at), (DeliveryState::Failed, None, Some(s.now())));
}

pub async fn a_receiver_that_is_gone_pauses_its_subscription(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    assert!(s.tried(id, by, 410, Verdict::Gone).await);
    let paused = s.hook_now("a").await.paused.expect("it is paused");
    assert_eq!((paused.since, paused.reason), (s.now(), PauseReason::Gone));
    assert_eq!(s.deliveries(&hook).await[0].state, DeliveryState::Failed);
    s.ended(failed()).await;
    assert_eq!(s.deliveries(&hook).await.len(), 1, "it records nothing any more");
    assert_eq!(s.change_hook("a", WebhookChange::Resume).await.revision, 3);
}

pub async fn one_that_fails_for_five_days_is_paused(s: &Subject) {
    let (_, id, by) = s.sending().await;
    assert!(s.tried(id, by, 500, AGAIN).await);
    s.advance(5 * 86_400 - 1);
    assert!(s.tried(id, by, 500, AGAIN).await);
    assert_eq!(s.hook_now("a").await.paused, None);
    s.advance(1);
    assert!(s.tried(id, by, 500, AGAIN).await);
    assert_eq!(s.hook_now("a").await.paused.map(|paused| paused.reason), Some(PauseReason::Failing));
    assert_eq!(s.target(id, by).await, DeliveryTarget::Paused);
}

pub async fn what_is_on_its_way_when_its_subscription_is_paused_waits(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    s.change_hook("a", WebhookChange::Pause).await;
    assert_eq!(s.target(id, by).await, DeliveryTarget::Paused);
    let stands = &s.deliveries(&hook).await[0];
    assert_eq!((stands.state, stands.delivered_by), (DeliveryState::Pending, None));
    assert!(s.dispatched(MANY).await.tasks.is_empty());
    s.change_hook("a", WebhookChange::Resume).await;
    let next = s.dispatched(MANY).await.tasks[0].id;
    assert!(next != by && matches!(s.target(id, next).await, DeliveryTarget::Send(_)));
    assert_eq!(s.target(id, by).await, DeliveryTarget::Nothing);
}

pub async fn a_test_is_delivered_like_any_event(s: &Subject) {
    let hook = s.subscribed_as("a", |definition| definition.queues = vec![queue("nowhere")]).await;
    let id: DeliveryId = s.new_id().as_uuid().into();
    let WebhookTest::Recorded(recorded) = s.store.test_webhook(&hook.name, id, s.now()).await.expect("test") else {
        panic!("it is active");
    };
    assert_eq!((recorded.id, recorded.kind, recorded.task), (id, EventKind::Test, None));
    assert_eq!(s.deliveries(&hook).await, [*recorded]);
    s.dispatched(MANY).await;
    assert_eq!(s.shipment(&hook, id).await.event.kind, EventKind::Test);
    s.change_hook("a", WebhookChange::Pause).await;
    let another = s.store.test_webhook(&hook.name, s.new_id().as_uuid().into(), s.now()).await.expect("test");
    assert_eq!(another, WebhookTest::Paused);
}

pub async fn what_ended_can_be_delivered_once_more_under_the_same_id(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    assert_eq!(s.store.replay_delivery(hook.id, id).await.expect("replay"), ReplayAnswer::Open(DeliveryState::Sending));
    assert!(s.tried(id, by, 500, Verdict::GaveUp).await);
    let ReplayAnswer::Replayed(replayed) = s.store.replay_delivery(hook.id, id).await.expect("replay") else {
        panic!("it has failed");
    };
    assert_eq!((replayed.id, replayed.state, replayed.tries, replayed.replays), (id, DeliveryState::Pending, 0, 1));
    assert_eq!(s.deliveries(&hook).await, [*replayed]);
    assert_eq!(s.store.replay_delivery(hook.id, id).await.expect("replay"), ReplayAnswer::Open(DeliveryState::Pending));
    let next = s.dispatched(MANY).await.tasks[0].id;
    assert!(!s.tried(id, by, 200, Verdict::Delivered).await, "the task before has nothing to say any more");
    assert!(s.tried(id, next, 200, Verdict::Delivered).await);
    let other = s.subscribed("other").await;
    assert_eq!(s.store.replay_delivery(other.id, id).await.expect("replay"), ReplayAnswer::NotFound);
    assert_eq!(s.store.replay_delivery(hook.id, s.new_id().as_uuid().into()).await.expect("replay"), ReplayAnswer::NotFound);
}

pub async fn what_failed_since_a_time_can_be_delivered_once_more(s: &Subject) {
    let hook = s.subscribed("a").await;
    let other = s.subscribed("other").await;
    for _ in 0..4 {
        s.ended(failed()).await;
        s.advance(10);
    }
    s.dispatched(MANY).await;
    for hook in [&hook, &other] {
        for delivery in s.deliveries(hook).await {
            let verdict =
                if delivery.occurred_at == s.now() - TimeDelta::seconds(10) { Verdict::Delivered } else { Verdict::GaveUp };
            assert!(s.tried(delivery.id, delivery.delivered_by.expect("a task"), 500, verdict).await);
        }
    }
    let since = s.in_seconds(-30);
    assert_eq!(s.store.replay_failed(hook.id, since, 1).await.expect("replay"), 1);
    assert_eq!(s.store.replay_failed(hook.id, since, MANY).await.expect("replay"), 1);
    assert_eq!(s.store.replay_failed(hook.id, since, MANY).await.expect("replay"), 0);
    let states: Vec<_> = s.deliveries(&hook).await.iter().map(|delivery| delivery.state).collect();
    let (pending, failed) = (DeliveryState::Pending, DeliveryState::Failed);
    assert_eq!(states, [DeliveryState::Delivered, pending, pending, failed]);
    assert!(s.deliveries(&other).await.iter().all(|delivery| delivery.state != pending));
}

pub async fn deliveries_are_paged_the_latest_first(s: &Subject) {
    let hook = s.subscribed("a").await;
    for n in 0..7 {
        s.ended(succeeded()).await;
        if n % 2 == 0 {
            s.advance(1);
        }
    }
    let all = s.deliveries(&hook).await;
    assert_eq!(all.len(), 7);
    assert!(all.is_sorted_by(|a, b| (a.occurred_at, a.id) > (b.occurred_at, b.id)));
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = s.store.deliveries(hook.id, None, after, 2).await.expect("deliveries");
        paged.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    s.dispatched(3).await;
    for (state, count) in [(DeliveryState::Pending, 4), (DeliveryState::Sending, 3), (DeliveryState::Failed, 0)] {
        let some = s.store.deliveries(hook.id, Some(state), None, MANY).await.expect("deliveries").rows;
        assert_eq!(some.len(), count, "{state}");
        let later = some.first().map(|first| Position { at: first.occurred_at, id: first.id.as_uuid() });
        let rest = s.store.deliveries(hook.id, Some(state), later, MANY).await.expect("deliveries").rows;
        assert_eq!(rest.len(), count.saturating_sub(1));
    }
}

pub async fn a_delivery_whose_task_ended_without_a_word_fails_after_an_hour(s: &Subject) {
    let (hook, silent, by) = s.sending().await;
    s.ended(failed()).await;
    s.dispatched(MANY).await;
    s.store.cancel(by, s.now()).await.expect("cancel");
    let tidied = s.store.tidy_webhooks(s.now(), s.now(), MANY).await.expect("tidy");
    assert_eq!((tidied.lost, tidied.pruned), (0, 0), "it may still be heard of");
    s.advance(3_600);
    assert_eq!(s.store.tidy_webhooks(s.in_seconds(-9), s.now(), MANY).await.expect("tidy").lost, 1);
    for delivery in s.deliveries(&hook).await {
        if delivery.id == silent {
            assert_eq!((delivery.state, delivery.ended_at), (DeliveryState::Failed, Some(s.now())));
            assert_eq!(delivery.last_error.as_deref(), Some(LOST_DELIVERY));
        } else {
            assert_eq!(delivery.state, DeliveryState::Sending, "its task still lives");
        }
    }
    assert_eq!(s.store.tidy_webhooks(s.in_seconds(-9), s.now(), MANY).await.expect("tidy").lost, 0);
}

pub async fn what_ended_long_ago_is_deleted_in_portions(s: &Subject) {
    let hook = s.subscribed("a").await;
    for _ in 0..3 {
        s.ended(failed()).await;
    }
    s.dispatched(2).await;
    for delivery in s.store.deliveries(hook.id, Some(DeliveryState::Sending), None, MANY).await.expect("deliveries").rows {
        assert!(s.tried(delivery.id, delivery.delivered_by.expect("a task"), 200, Verdict::Delivered).await);
    }
    let before = s.now();
    assert_eq!(s.store.tidy_webhooks(before, s.now(), MANY).await.expect("tidy").pruned, 0);
    let later = s.advance(1);
    assert_eq!(s.store.tidy_webhooks(later, later, 1).await.expect("tidy").pruned, 1);
    assert_eq!(s.store.tidy_webhooks(later, later, MANY).await.expect("tidy").pruned, 1);
    assert_eq!(s.deliveries(&hook).await.len(), 1, "what has not ended stays");
}

pub async fn of_a_deleted_subscription_nothing_is_left(s: &Subject) {
    let (hook, id, by) = s.sending().await;
    s.ended(failed()).await;
    s.store.delete_webhook(&hook.name, None, s.now()).await.expect("delete");
    assert_eq!(s.target(id, by).await, DeliveryTarget::Nothing);
    assert!(s.dispatched(MANY).await.tasks.is_empty());
    // Another of the same name hears nothing of it.
    let heir = s.subscribed("a").await;
    assert!(s.deliveries(&heir).await.is_empty());
    assert!(s.tried(id, by, 500, AGAIN).await, "its row is still there");
    assert_eq!(s.hook_now("a").await, heir);
    assert_eq!(s.store.tidy_webhooks(s.now(), s.now(), 1).await.expect("tidy").pruned, 1);
    assert_eq!(s.store.tidy_webhooks(s.now(), s.now(), MANY).await.expect("tidy").pruned, 1);
    assert!(s.deliveries(&hook).await.is_empty());
    s.advance(7_200);
    s.store.tidy_webhooks(s.now(), s.now(), MANY).await.expect("tidy");
    assert_eq!(s.hook_now("a").await, heir);
    assert_eq!(s.store.webhook(&webhook_name("a")).await.expect("webhook"), Some(heir));
}

/// What one server has recorded, another dispatches, should the first one die in between.
pub async fn another_process_dispatches_what_one_has_recorded<F: Fixture>(fixture: F) {
    let s = Subject::new(fixture.store());
    let hook = s.subscribed("a").await;
    s.ended(failed()).await;
    if let Some(sibling) = fixture.sibling().await {
        let handover = sibling.dispatch_webhooks(s.now(), MANY, &|id| s.deliver_task(id)).await.expect("dispatch");
        assert_eq!(handover.tasks.len(), 1);
        // Not published: its note waits for the relay of any server.
        let relayed = s.store.take_unpublished(s.in_seconds(1), s.in_seconds(1), MANY).await.expect("relay");
        assert!(relayed.tasks.iter().any(|task| task.id == handover.tasks[0].id));
        assert_eq!(s.deliveries(&hook).await[0].delivered_by, Some(handover.tasks[0].id));
        sibling.close().await;
    }
    drop(s);
    fixture.discard().await;
}

/// However many servers dispatch at once, each delivery gets one task.
pub async fn dispatchers_at_once_make_one_task_per_delivery<F: Fixture>(fixture: F) {
    let s = Subject::new(fixture.store());
    let hooks = [s.subscribed("a").await, s.subscribed("b").await];
    for _ in 0..30 {
        s.ended(failed()).await;
    }
    let sibling = fixture.sibling().await;
    let stores = [fixture.store(), sibling.clone().unwrap_or_else(|| fixture.store())];
    let mut tasks = Vec::new();
    while tasks.len() < 60 {
        let make = |id| s.deliver_task(id);
        let rounds = stores.iter().chain(&stores).map(|store| store.dispatch_webhooks(s.now(), 7, &make));
        let before = tasks.len();
        for handover in futures::future::try_join_all(rounds).await.expect("dispatch") {
            tasks.extend(handover.tasks);
        }
        assert!(tasks.len() > before, "some round does something");
    }
    assert_eq!(tasks.len(), 60);
    let mut of_deliveries = HashSet::new();
    for hook in &hooks {
        of_deliveries.extend(s.deliveries(hook).await.into_iter().map(|delivery| delivery.delivered_by.expect("a task")));
    }
    assert_eq!(of_deliveries, tasks.iter().map(|task| task.id).collect());
    if let Some(sibling) = sibling {
        sibling.close().await;
    }
    drop((s, stores));
    fixture.discard().await;
}
