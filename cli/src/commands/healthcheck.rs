//! `ruche healthcheck`

use ruche_bootstrap::{ExitCode, Failure};

use crate::{api::Client, args::HealthcheckArgs, output};

/// Asks the server; no is 1, whatever the reason, as container engines want it.
pub async fn run(args: HealthcheckArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let (path, word) = if args.live { ("livez", "alive") } else { ("readyz", "ready") };
    match client.probe(path).await {
        Ok(()) => output::line(word).map(|()| ExitCode::Success).map_err(Failure::from),
        Err(error) => Err(Failure::new(ExitCode::Failure, error)),
    }
}
