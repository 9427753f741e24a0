//! `ruche artifacts`

mod get;
mod upload;

use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use crate::{
    api::{Client, pages},
    args::artifacts::{ArtifactsAction, ArtifactsArgs, DeleteArgs, ListArgs},
    output::{self, Table, ago, clean},
};

/// Does what is asked with artifacts.
pub async fn run(args: ArtifactsArgs) -> Result<ExitCode, Failure> {
    match args.action {
        ArtifactsAction::Upload(args) => upload::run(args).await,
        ArtifactsAction::List(args) => list(args).await,
        ArtifactsAction::Get(args) => get::run(args).await,
        ArtifactsAction::Delete(args) => delete(args).await,
    }
}

async fn list(args: ListArgs) -> Result<ExitCode, Failure> {
    let (client, now) = (Client::new(&args.server)?, SystemClock.now());
    let mut table = Table::new(&["id", "name", "size", "type", "task", "made"]);
    pages::walk(
        args.limit,
        async |most, cursor| client.artifacts(args.task, most, cursor).await,
        |page| {
            if args.output.json {
                return page.iter().try_for_each(output::json);
            }
            for artifact in page {
                table.row([
                    artifact.id.to_string(),
                    clean(&artifact.name),
                    artifact.size.to_string(),
                    clean(&artifact.content_type),
                    artifact.task_id.map_or_else(|| "-".to_owned(), |id| id.to_string()),
                    ago(artifact.created_at, now),
                ]);
            }
            Ok(())
        },
    )
    .await?;
    table.print()?;
    Ok(ExitCode::Success)
}

async fn delete(args: DeleteArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    for id in args.ids {
        client.delete_artifact(id).await?;
        output::line(format!("{id} is deleted"))?;
    }
    Ok(ExitCode::Success)
}
