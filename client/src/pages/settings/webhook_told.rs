//! What is told of a webhook, in the list and by itself.

use ruche_api::{Webhook, WebhookPauseReason};

use super::webhook_form;
use crate::{
    messages::settings as m,
    prelude::*,
    ui::badge::{Tone, badge},
};

/// Its kinds of events, as the API has them.
pub fn events(hook: &Webhook) -> String {
    hook.events.iter().map(|event| webhook_form::word(*event)).collect::<Vec<_>>().join(", ")
}

/// Whether it is sent events.
pub fn state(hook: &Webhook) -> View {
    match (hook.paused_at, hook.pause_reason) {
        (Some(_), Some(WebhookPauseReason::Gone)) => badge(Tone::Bad, m::paused_gone()),
        (Some(_), Some(WebhookPauseReason::Failing)) => badge(Tone::Bad, m::paused_failing()),
        (Some(_), _) => badge(Tone::Off, m::paused_asked()),
        (None, _) if hook.failing_since.is_some() => badge(Tone::Again, m::hook_failing()),
        (None, _) => badge(Tone::Good, m::hook_active()),
    }
}
