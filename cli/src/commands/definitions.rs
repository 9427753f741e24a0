//! `ruche definitions`

use ruche_bootstrap::{ExitCode, Failure};

use crate::{
    api::Client,
    args::DefinitionsArgs,
    output::{self, Table, clean},
};

/// Lists the tasks that can be enqueued.
pub async fn run(args: DefinitionsArgs) -> Result<ExitCode, Failure> {
    let definitions = Client::new(&args.server)?.definitions().await?.data;
    if args.output.json {
        definitions.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    let mut table = Table::new(&["task", "queue", "does"]);
    for definition in definitions {
        table.row([definition.name, definition.queue, clean(&definition.summary)]);
    }
    table.print()?;
    Ok(ExitCode::Success)
}
