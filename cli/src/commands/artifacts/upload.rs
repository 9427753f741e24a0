//! `ruche artifacts upload`

use std::{os::fd::AsFd, path::Path};

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use reqwest::Body;
use ruche_bootstrap::{ExitCode, Failure, OrExit};
use ruche_domain::{FileName, MediaType};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt},
};

use crate::{api::Client, args::artifacts::UploadArgs, output};

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// Sends a file, as it is read.
pub async fn run(args: UploadArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let name = name(&args)?;
    let content_type = args.content_type.clone().unwrap_or_else(|| by_ending(&name));
    let file = open(&args.file).await.with_context(|| format!("couldn't read {}", args.file.display()))?;
    let artifact = client.upload(&name, &content_type, Body::wrap_stream(pieces(file))).await?;
    if args.output.json {
        output::json(&artifact)?
    } else {
        output::line(artifact.id.to_string())?
    }
    Ok(ExitCode::Success)
}

/// The file, or standard input; whatever it is, it is read as a file is.
async fn open(path: &Path) -> std::io::Result<File> {
    if path == Path::new("-") {
        let input = std::io::stdin().as_fd().try_clone_to_owned()?;
        return Ok(File::from_std(input.into()));
    }
    let file = File::open(path).await?;
    if file.metadata().await?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

fn name(args: &UploadArgs) -> Result<FileName, Failure> {
    if let Some(name) = &args.name {
        return Ok(name.clone());
    }
    let own = args.file.file_name().and_then(|name| name.to_str()).filter(|name| *name != "-");
    let own = own.ok_or_else(|| Failure::message(ExitCode::Usage, "say with --name what the file is called"))?;
    FileName::new(own).or_exit(ExitCode::Usage)
}

fn pieces(file: impl AsyncRead + Send + Unpin + 'static) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    stream::try_unfold(file, async |mut file| {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok((read > 0).then(|| (piece.freeze(), file)))
    })
}

/// The usual endings of what the built-in tasks read; else it is not known.
fn by_ending(name: &FileName) -> MediaType {
    let ending = name.parts().1.unwrap_or_default().to_ascii_lowercase();
    let known = match ending.as_str() {
        "csv" => "text/csv",
        "ndjson" | "jsonl" => "application/x-ndjson",
        "json" => "application/json",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => return MediaType::unknown(),
    };
    MediaType::new(known).expect("all of them are media types")
}
