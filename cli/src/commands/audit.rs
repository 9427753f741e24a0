//! `ruche audit`

use ruche_api::AuditEntry;
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use super::keys::role;
use crate::{
    api::{Client, pages},
    args::audit::AuditArgs,
    output::{self, Table, ago, clean},
};

/// Lists who changed what.
pub async fn run(args: AuditArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let mut entries = Vec::new();
    pages::walk(
        args.filter.limit,
        async |most, cursor| client.audit(&args.filter, most, cursor).await,
        |page| {
            if args.output.json {
                return page.iter().try_for_each(output::json);
            }
            entries.extend(page);
            Ok(())
        },
    )
    .await?;
    table(&entries).print()?;
    Ok(ExitCode::Success)
}

fn table(entries: &[AuditEntry]) -> Table {
    let now = SystemClock.now();
    let mut table = Table::new(&["when", "who", "role", "from", "did", "status", "to"]);
    for entry in entries {
        table.row([
            ago(entry.at, now),
            clean(&entry.actor),
            role(entry.role).to_owned(),
            entry.address.as_deref().map_or_else(|| "-".to_owned(), clean),
            clean(&entry.action),
            entry.status.to_string(),
            entry.target.as_deref().map(clean).unwrap_or_default(),
        ]);
    }
    table
}
