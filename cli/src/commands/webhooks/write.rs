//! `ruche webhooks create`, `ruche webhooks update` and `ruche webhooks rotate`

use ruche_api::{CreateWebhook, ReplaceWebhook, RotateWebhookSecret, Webhook, WebhookEvent, WebhookInclude, WebhookWithSecret};
use ruche_bootstrap::{ExitCode, Failure};

use super::print;
use crate::{
    api::Client,
    args::webhooks::{CreateArgs, EventArg, IncludeArg, RotateArgs, UpdateArgs},
    commands::enqueue::millis,
    output,
};

/// Creates a webhook and shows its secret.
pub async fn create(args: CreateArgs) -> Result<ExitCode, Failure> {
    let webhook = CreateWebhook {
        name: args.name.into(),
        description: args.description,
        url: args.url,
        events: args.events.into_iter().map(event).collect(),
        queues: Some(args.queues.into_iter().map(Into::into).collect()),
        tasks: Some(args.tasks.into_iter().map(Into::into).collect()),
        include: Some(args.include.into_iter().map(part).collect()),
        paused: Some(args.paused),
    };
    let created = Client::new(&args.server)?.create_webhook(&webhook).await?;
    shown(&created, args.output.json)
}

/// Changes what is given; refused when somebody else changes it in the same moment.
pub async fn update(args: UpdateArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let found = client.webhook(&args.name).await?;
    let revision = found.revision;
    let replaced = client.replace_webhook(&args.name, revision, &changed(found, &args)).await?;
    if args.output.json {
        output::json(&replaced)?;
    } else {
        print::one(&replaced)?;
    }
    Ok(ExitCode::Success)
}

/// Replaces a webhook's secret and shows the new one.
pub async fn rotate(args: RotateArgs) -> Result<ExitCode, Failure> {
    let previous_valid_ms = args.previous_valid.map(|seconds| millis("--previous-valid", seconds)).transpose()?;
    let client = Client::new(&args.server)?;
    let rotated = client.rotate_webhook_secret(&args.name, RotateWebhookSecret { previous_valid_ms }).await?;
    shown(&rotated, args.output.json)
}

fn shown(webhook: &WebhookWithSecret, json: bool) -> Result<ExitCode, Failure> {
    if json {
        output::json(webhook)?;
    } else {
        print::one(&webhook.webhook)?;
        output::line(format!("\nThe secret, which is not shown again:\n{}", webhook.secret))?;
    }
    Ok(ExitCode::Success)
}

fn changed(found: Webhook, args: &UpdateArgs) -> ReplaceWebhook {
    let names = |given: Vec<String>, all: bool, before: Vec<String>| {
        if all || !given.is_empty() { given } else { before }
    };
    let queues = args.queues.iter().cloned().map(Into::into).collect();
    let tasks = args.tasks.iter().cloned().map(Into::into).collect();
    ReplaceWebhook {
        description: Some(args.description.clone().unwrap_or(found.description)),
        url: args.url.clone().unwrap_or(found.url),
        events: if args.events.is_empty() { found.events } else { args.events.iter().copied().map(event).collect() },
        queues: Some(names(queues, args.all_queues, found.queues)),
        tasks: Some(names(tasks, args.all_tasks, found.tasks)),
        include: Some(if args.no_payload || !args.include.is_empty() {
            args.include.iter().copied().map(part).collect()
        } else {
            found.include
        }),
    }
}

const fn event(event: EventArg) -> WebhookEvent {
    match event {
        EventArg::Succeeded => WebhookEvent::Succeeded,
        EventArg::Failed => WebhookEvent::Failed,
        EventArg::Cancelled => WebhookEvent::Cancelled,
        EventArg::Expired => WebhookEvent::Expired,
        EventArg::Retrying => WebhookEvent::Retrying,
    }
}

const fn part(part: IncludeArg) -> WebhookInclude {
    match part {
        IncludeArg::Args => WebhookInclude::Args,
        IncludeArg::Kwargs => WebhookInclude::Kwargs,
        IncludeArg::Result => WebhookInclude::Result,
    }
}
