//! Webhooks and their deliveries.

use ruche_api::{Webhook, WebhookDelivery, WebhookDeliveryState, WebhookEvent, WebhookInclude, WebhookPauseReason};
use ruche_domain::webhook::{Delivery, DeliveryState, EventKind, Included, PauseReason, WebhookDefinition};

/// A webhook, without its secret.
pub fn webhook(webhook: ruche_domain::webhook::Webhook) -> Webhook {
    let WebhookDefinition { description, url, events, queues, tasks, include } = webhook.definition;
    Webhook {
        name: webhook.name.into(),
        description,
        url: url.as_str().to_owned(),
        events: events.into_iter().filter_map(event).collect(),
        queues: queues.into_iter().map(Into::into).collect(),
        tasks: tasks.into_iter().map(Into::into).collect(),
        include: include.into_iter().map(part).collect(),
        paused_at: webhook.paused.map(|paused| paused.since),
        pause_reason: webhook.paused.map(|paused| match paused.reason {
            PauseReason::Asked => WebhookPauseReason::Asked,
            PauseReason::Gone => WebhookPauseReason::Gone,
            PauseReason::Failing => WebhookPauseReason::Failing,
        }),
        failing_since: webhook.failing_since,
        rotated_at: webhook.rotated_at,
        previous_secret_until: webhook.previous_until,
        created_at: webhook.created_at,
        updated_at: webhook.updated_at,
        revision: webhook.revision,
    }
}

/// `None` for what nobody can ask for.
const fn event(kind: EventKind) -> Option<WebhookEvent> {
    Some(match kind {
        EventKind::Succeeded => WebhookEvent::Succeeded,
        EventKind::Failed => WebhookEvent::Failed,
        EventKind::Cancelled => WebhookEvent::Cancelled,
        EventKind::Expired => WebhookEvent::Expired,
        EventKind::Retrying => WebhookEvent::Retrying,
        EventKind::Test => return None,
    })
}

const fn part(part: Included) -> WebhookInclude {
    match part {
        Included::Args => WebhookInclude::Args,
        Included::Kwargs => WebhookInclude::Kwargs,
        Included::Result => WebhookInclude::Result,
    }
}

/// What became of an event.
pub fn delivery(delivery: Delivery) -> WebhookDelivery {
    WebhookDelivery {
        id: delivery.id.as_uuid(),
        event: delivery.kind.as_str().to_owned(),
        task_id: delivery.task.map(|id| id.as_uuid()),
        occurred_at: delivery.occurred_at,
        state: match delivery.state {
            DeliveryState::Pending => WebhookDeliveryState::Pending,
            DeliveryState::Sending => WebhookDeliveryState::Sending,
            DeliveryState::Delivered => WebhookDeliveryState::Delivered,
            DeliveryState::Failed => WebhookDeliveryState::Failed,
        },
        tries: delivery.tries,
        replays: delivery.replays,
        last_try_at: delivery.last_try_at,
        last_status: delivery.last_status,
        last_error: delivery.last_error,
        next_try_at: delivery.next_try_at,
        ended_at: delivery.ended_at,
        delivered_by: delivery.delivered_by.map(|id| id.as_uuid()),
    }
}

/// A state that somebody asks for.
pub const fn delivery_state(state: WebhookDeliveryState) -> DeliveryState {
    match state {
        WebhookDeliveryState::Pending => DeliveryState::Pending,
        WebhookDeliveryState::Sending => DeliveryState::Sending,
        WebhookDeliveryState::Delivered => DeliveryState::Delivered,
        WebhookDeliveryState::Failed => DeliveryState::Failed,
    }
}
