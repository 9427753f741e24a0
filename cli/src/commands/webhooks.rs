//! `ruche webhooks`

mod print;
mod write;

use ruche_api::ReplayWebhook;
use ruche_bootstrap::{ExitCode, Failure};

use crate::{
    api::{Client, pages},
    args::webhooks::{DeliveriesArgs, ListArgs, OneArgs, ReplayArgs, WebhookAction, WebhooksArgs},
    output,
};

/// Lists webhooks, shows, changes and tries them.
pub async fn run(args: WebhooksArgs) -> Result<ExitCode, Failure> {
    match args.action {
        None => list(args.list).await,
        Some(WebhookAction::List(args)) => list(args).await,
        Some(WebhookAction::Show(args)) => show(args).await,
        Some(WebhookAction::Create(args)) => write::create(args).await,
        Some(WebhookAction::Update(args)) => write::update(args).await,
        Some(WebhookAction::Delete(args)) => delete(args).await,
        Some(WebhookAction::Pause(args)) => set_paused(args, true).await,
        Some(WebhookAction::Resume(args)) => set_paused(args, false).await,
        Some(WebhookAction::Rotate(args)) => write::rotate(args).await,
        Some(WebhookAction::Test(args)) => test(args).await,
        Some(WebhookAction::Deliveries(args)) => deliveries(args).await,
        Some(WebhookAction::Replay(args)) => replay(args).await,
    }
}

async fn list(args: ListArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let rows = pages::rows(args.limit, async |most, cursor| client.webhooks(most, cursor).await).await?;
    if args.output.json {
        rows.iter().try_for_each(output::json)?;
    } else {
        print::list(&rows)?;
    }
    Ok(ExitCode::Success)
}

async fn show(args: OneArgs) -> Result<ExitCode, Failure> {
    let webhook = Client::new(&args.server)?.webhook(&args.name).await?;
    if args.output.json {
        output::json(&webhook)?;
    } else {
        print::one(&webhook)?;
    }
    Ok(ExitCode::Success)
}

async fn delete(args: OneArgs) -> Result<ExitCode, Failure> {
    Client::new(&args.server)?.delete_webhook(&args.name).await?;
    if !args.output.json {
        output::line(format!("{} is deleted", args.name))?;
    }
    Ok(ExitCode::Success)
}

async fn set_paused(args: OneArgs, paused: bool) -> Result<ExitCode, Failure> {
    let webhook = Client::new(&args.server)?.set_webhook_paused(&args.name, paused).await?;
    if args.output.json {
        output::json(&webhook)?;
    } else {
        output::line(format!("{}: {}", webhook.name, print::standing(&webhook)))?;
    }
    Ok(ExitCode::Success)
}

async fn test(args: OneArgs) -> Result<ExitCode, Failure> {
    let delivery = Client::new(&args.server)?.test_webhook(&args.name).await?;
    if args.output.json {
        output::json(&delivery)?;
    } else {
        output::line(delivery.id.to_string())?;
    }
    Ok(ExitCode::Success)
}

async fn deliveries(args: DeliveriesArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let rows =
        pages::rows(args.limit, async |most, cursor| client.webhook_deliveries(&args.name, args.state, most, cursor).await)
            .await?;
    if args.output.json {
        rows.iter().try_for_each(output::json)?;
    } else {
        print::deliveries(&rows)?;
    }
    Ok(ExitCode::Success)
}

async fn replay(args: ReplayArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    match (args.delivery, args.failed_since) {
        (Some(id), _) => {
            let delivery = client.replay_webhook_delivery(&args.name, id).await?;
            if args.output.json {
                output::json(&delivery)?;
            } else {
                output::line(format!("{id} is delivered once more"))?;
            }
        }
        (None, Some(since)) => {
            let replayed = client.replay_webhook(&args.name, ReplayWebhook { since }).await?;
            if args.output.json {
                output::json(&replayed)?;
            } else {
                output::line(format!("{} deliveries are delivered once more", replayed.replayed))?;
            }
        }
        (None, None) => return Err(Failure::message(ExitCode::Usage, "say what: a delivery's id or --failed-since")),
    }
    Ok(ExitCode::Success)
}
