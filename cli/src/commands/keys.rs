//! `ruche keys`

mod create;

use ruche_api::{Key, Role};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use crate::{
    api::{Client, pages},
    args::keys::{KeyAction, KeysArgs, ListKeysArgs, RevokeKeyArgs},
    output::{self, Table, ago, clean},
};

/// Makes, lists and revokes API keys.
pub async fn run(args: KeysArgs) -> Result<ExitCode, Failure> {
    match args.action {
        KeyAction::Create(args) => create::run(args).await,
        KeyAction::List(args) => list(args).await,
        KeyAction::Revoke(args) => revoke(args).await,
    }
}

async fn revoke(args: RevokeKeyArgs) -> Result<ExitCode, Failure> {
    Client::new(&args.server)?.revoke_key(args.id).await?;
    output::line(format!("{} is revoked", args.id))?;
    Ok(ExitCode::Success)
}

async fn list(args: ListKeysArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let keys = pages::rows(args.limit, async |most, cursor| client.keys(most, cursor).await).await?;
    if args.output.json {
        keys.iter().try_for_each(output::json)?;
    } else {
        table(&keys).print()?;
    }
    Ok(ExitCode::Success)
}

fn table(keys: &[Key]) -> Table {
    let now = SystemClock.now();
    let mut table = Table::new(&["id", "name", "role", "state", "created", "by", "used"]);
    for key in keys {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => format!("revoked {}", ago(at, now)),
            (None, Some(at)) if at <= now => format!("expired {}", ago(at, now)),
            (None, Some(at)) => format!("expires {}", ago(at, now)),
            (None, None) => "valid".to_owned(),
        };
        table.row([
            key.id.to_string(),
            clean(&key.name),
            role(key.role).to_owned(),
            state,
            ago(key.created_at, now),
            clean(&key.created_by),
            key.last_used_at.map_or_else(|| "never".to_owned(), |at| ago(at, now)),
        ]);
    }
    table
}

/// The role's word.
pub fn role(role: Role) -> &'static str {
    ruche_domain::Role::from(role).as_str()
}
