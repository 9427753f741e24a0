//! `ruche watch`

mod all;
mod one;

use ruche_bootstrap::{ExitCode, Failure};

use crate::{api::Client, args::WatchArgs, output};

/// Watches one task until it ends, or everything until Ctrl-C.
pub async fn run(args: WatchArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let live = output::is_terminal() && !args.output.json;
    match args.id {
        Some(id) => one::watch(&client, id, live, args.output).await,
        None if live => all::draw(&client).await,
        None => all::print(&client, args.output).await,
    }
}
