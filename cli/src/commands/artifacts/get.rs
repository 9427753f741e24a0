//! `ruche artifacts get`

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context;
use reqwest::Response;
use ruche_api::Artifact;
use ruche_bootstrap::{ExitCode, Failure, OrExit};
use ruche_domain::FileName;
use sha2::{Digest, Sha256};
use tokio::{fs::File, io::AsyncWriteExt};

use crate::{api::Client, args::artifacts::GetArgs, output};

/// Writes an artifact to a file, which is there only when all of it is, or to standard output.
pub async fn run(args: GetArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let facts = client.artifact(args.id).await?;
    let to_output = args.output.as_deref() == Some(Path::new("-"));
    let path = match &args.output {
        Some(path) => path.clone(),
        // The server checked the name; but whose server it is, nobody knows.
        None => PathBuf::from(FileName::new(&facts.name).or_exit(ExitCode::Failure)?.as_str()),
    };
    if !to_output && !args.force && path.exists() {
        return Err(Failure::message(ExitCode::CannotCreate, format!("{} is there already", path.display())));
    }
    let response = client.artifact_content(args.id).await?;
    if to_output {
        return print(response, &facts).await;
    }
    let begun = PathBuf::from(format!("{}.part", path.display()));
    let saved = save(response, &facts, &begun).await;
    if let Err(error) = saved {
        // A part is of no use; that it cannot be removed is no worse than what was told.
        drop(tokio::fs::remove_file(&begun).await);
        return Err(error);
    }
    tokio::fs::rename(&begun, &path).await.with_context(|| format!("couldn't write {}", path.display()))?;
    output::line(path.display().to_string())?;
    Ok(ExitCode::Success)
}

async fn save(mut response: Response, facts: &Artifact, path: &Path) -> Result<(), Failure> {
    let what = || format!("couldn't write {}", path.display());
    let mut file = File::create(path).await.with_context(what).or_exit(ExitCode::CannotCreate)?;
    let mut digest = Sha256::new();
    while let Some(piece) = response.chunk().await.map_err(broken)? {
        digest.update(&piece);
        file.write_all(&piece).await.with_context(what)?;
    }
    file.sync_all().await.with_context(what)?;
    compare(digest, facts)
}

async fn print(mut response: Response, facts: &Artifact) -> Result<ExitCode, Failure> {
    let (mut digest, mut stdout) = (Sha256::new(), std::io::stdout().lock());
    while let Some(piece) = response.chunk().await.map_err(broken)? {
        digest.update(&piece);
        match stdout.write_all(&piece) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ExitCode::Success),
            written => written.context("couldn't write to standard output")?,
        }
    }
    stdout.flush().context("couldn't write to standard output")?;
    compare(digest, facts)?;
    Ok(ExitCode::Success)
}

fn broken(error: reqwest::Error) -> Failure {
    Failure::new(ExitCode::Unavailable, anyhow::Error::new(error.without_url()).context("the download broke off"))
}

fn compare(digest: Sha256, facts: &Artifact) -> Result<(), Failure> {
    let digest: [u8; 32] = digest.finalize().into();
    if digest.map(|byte| format!("{byte:02x}")).concat() == facts.sha256 {
        return Ok(());
    }
    Err(Failure::message(ExitCode::Failure, "what came is not what the server has: its checksum differs"))
}
