//! `ruche audit`

use ruche_api::AuditEntry;
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use super::keys::role;
use crate::{
    api::Client,
    args::audit::AuditArgs,
    output::{self, Table, ago, clean},
};

/// Most entries the API gives at once.
const PAGE: u32 = 200;

/// Lists who changed what.
pub async fn run(args: AuditArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let (mut left, mut cursor, mut entries) = (args.filter.limit, None, Vec::new());
    while left > 0 {
        let page = client.audit(&args.filter, left.min(PAGE), cursor.as_deref()).await?;
        left = left.saturating_sub(u32::try_from(page.data.len()).unwrap_or(u32::MAX));
        if args.output.json {
            page.data.iter().try_for_each(output::json)?;
        } else {
            entries.extend(page.data);
        }
        cursor = page.next_cursor;
        if !page.has_more || cursor.is_none() {
            break;
        }
    }
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
