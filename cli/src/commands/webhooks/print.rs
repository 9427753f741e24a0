//! Webhooks for people.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use ruche_api::{Webhook, WebhookDelivery, WebhookDeliveryState, WebhookEvent, WebhookInclude, WebhookPauseReason};
use ruche_domain::{Clock, SystemClock};

use crate::output::{self, Table, ago, clean};

/// A table of webhooks.
pub fn list(webhooks: &[Webhook]) -> anyhow::Result<()> {
    let mut table = Table::new(&["webhook", "stands", "events", "to", "is for"]);
    for webhook in webhooks {
        table.row([webhook.name.clone(), standing(webhook), events(webhook), clean(&webhook.url), clean(&webhook.description)]);
    }
    table.print()
}

/// Everything about a webhook, but its secret.
pub fn one(webhook: &Webhook) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut text = format!("{}  {}\n", webhook.name, standing(webhook));
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(text, "  {name:<9} {value}").expect("writing to a string never fails");
        }
    };
    let at = |at: DateTime<Utc>| format!("{} ({})", time(at), ago(at, now));
    let names = |names: &[String]| (!names.is_empty()).then(|| clean(&names.join(", ")));
    field("is for", Some(clean(&webhook.description)).filter(|text| !text.is_empty()));
    field("to", Some(clean(&webhook.url)));
    field("events", Some(events(webhook)));
    field("queues", names(&webhook.queues));
    field("tasks", names(&webhook.tasks));
    let parts: Vec<_> = webhook.include.iter().map(|part| part_word(*part)).collect();
    field("includes", (!parts.is_empty()).then(|| parts.join(", ")));
    field("paused", webhook.paused_at.map(at));
    field("failing", webhook.failing_since.map(|since| format!("since {}", at(since))));
    field("secret", webhook.rotated_at.map(|rotated| format!("replaced {}", at(rotated))));
    let previous = webhook.previous_secret_until.filter(|until| *until > now);
    field("", previous.map(|until| format!("the one before signs too until {}", time(until))));
    field("changed", Some(format!("{}, revision {}", at(webhook.updated_at), webhook.revision)));
    output::line(text.trim_end())
}

/// In a few words.
pub fn standing(webhook: &Webhook) -> String {
    match (webhook.pause_reason, webhook.failing_since) {
        (Some(WebhookPauseReason::Asked), _) => "paused".to_owned(),
        (Some(WebhookPauseReason::Gone), _) => "paused: the receiver answered 410".to_owned(),
        (Some(WebhookPauseReason::Failing), _) => "paused: nothing could be delivered for five days".to_owned(),
        (None, Some(_)) => "failing".to_owned(),
        (None, None) => "active".to_owned(),
    }
}

/// What became of events.
pub fn deliveries(deliveries: &[WebhookDelivery]) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut table = Table::new(&["delivery", "event", "happened", "state", "tries", "says", "next try"]);
    for delivery in deliveries {
        let state = match delivery.state {
            WebhookDeliveryState::Pending => "pending",
            WebhookDeliveryState::Sending => "sending",
            WebhookDeliveryState::Delivered => "delivered",
            WebhookDeliveryState::Failed => "failed",
        };
        let status = delivery.last_status.map(|status| status.to_string());
        table.row([
            delivery.id.to_string(),
            clean(&delivery.event),
            time(delivery.occurred_at),
            state.to_owned(),
            delivery.tries.to_string(),
            delivery.last_error.as_deref().map(clean).or(status).unwrap_or_default(),
            delivery.next_try_at.map_or_else(String::new, |at| ago(at, now)),
        ]);
    }
    table.print()
}

fn events(webhook: &Webhook) -> String {
    let word = |event: &WebhookEvent| match event {
        WebhookEvent::Succeeded => "task.succeeded",
        WebhookEvent::Failed => "task.failed",
        WebhookEvent::Cancelled => "task.cancelled",
        WebhookEvent::Expired => "task.expired",
        WebhookEvent::Retrying => "task.retrying",
    };
    webhook.events.iter().map(word).collect::<Vec<_>>().join(", ")
}

const fn part_word(part: WebhookInclude) -> &'static str {
    match part {
        WebhookInclude::Args => "args",
        WebhookInclude::Kwargs => "kwargs",
        WebhookInclude::Result => "result",
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
