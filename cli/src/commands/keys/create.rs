//! `ruche keys create`

use std::time::Duration;

use ruche_api::{CreateKey, CreatedKey, Key};
use ruche_bootstrap::{ExitCode, Failure, Migrate, open_store};
use ruche_domain::{Clock, SystemClock, Timestamp};
use ruche_server::access::{IssueError, IssuedKey, issue_from_command_line};

use super::role;
use crate::{
    api::Client,
    args::keys::CreateKeyArgs,
    commands::{FullConfig, misconfigured, sources},
    output,
};

/// Makes a key, through the server or, for the first one, in the database itself.
pub async fn run(args: CreateKeyArgs) -> Result<ExitCode, Failure> {
    let expires_at = args.expires.map(|expiry| expiry.of(SystemClock.now()));
    let json = args.output.json;
    let created = if args.direct.direct || args.direct.database_url.is_some() {
        in_database(args, expires_at).await?
    } else {
        let key = CreateKey { name: args.name.into(), role: args.role.into(), expires_at };
        Client::new(&args.server)?.create_key(&key).await?
    };
    if json {
        output::json(&created)?;
        return Ok(ExitCode::Success);
    }
    // The key alone on standard output, so that it can go to a file.
    eprintln!("Made {} with the role {}: {}. It is shown only now.", created.key.name, role(created.key.role), created.key.id);
    output::line(created.secret)?;
    Ok(ExitCode::Success)
}

async fn in_database(args: CreateKeyArgs, expires_at: Option<Timestamp>) -> Result<CreatedKey, Failure> {
    let CreateKeyArgs { name, role, direct, .. } = args;
    let sources = sources(&direct.config).map_err(misconfigured)?.flag("--database-url", "database.url", direct.database_url);
    let config: FullConfig = sources.load().map_err(misconfigured)?;
    let url = config.database.required_address().map_err(misconfigured)?;
    let store = open_store(&config.database, &url, Migrate::Refuse, Duration::ZERO).await?;
    let issued = issue_from_command_line(&*store, &SystemClock, name, role, expires_at).await;
    store.close().await;
    let IssuedKey { key, token } = issued.map_err(refused)?;
    let key = Key {
        id: key.id.into(),
        name: key.name.into(),
        role: key.role.into(),
        created_at: key.created_at,
        created_by: key.created_by.into(),
        expires_at: key.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    Ok(CreatedKey { secret: token.reveal(), key })
}

fn refused(error: IssueError) -> Failure {
    match error {
        IssueError::Store(_) => anyhow::Error::new(error).into(),
        IssueError::ReservedName(_) | IssueError::Expiry | IssueError::TooMany => Failure::new(ExitCode::Data, error),
    }
}
