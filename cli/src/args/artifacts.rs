//! `ruche artifacts`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ruche_domain::{ArtifactId, FileName, MediaType, TaskId};

use super::{OutputArgs, ServerArgs};

/// `ruche artifacts`
#[derive(Debug, Args)]
pub struct ArtifactsArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ArtifactsAction,
}

/// What to do with artifacts.
#[derive(Debug, Subcommand)]
pub enum ArtifactsAction {
    /// Upload a file, for tasks to take in
    Upload(UploadArgs),
    /// List artifacts, newest first
    List(ListArgs),
    /// Download an artifact
    Get(GetArgs),
    /// Delete artifacts
    Delete(DeleteArgs),
}

/// `ruche artifacts upload`
#[derive(Debug, Args)]
#[command(after_help = "Prints the artifact's id. With `-` as the file, standard input is uploaded; then --name is needed.")]
pub struct UploadArgs {
    /// The file
    pub file: PathBuf,
    /// What it is called, if not as the file
    #[arg(long)]
    pub name: Option<FileName>,
    /// Its media type; by its name's ending if left out
    #[arg(long, value_name = "TYPE/SUBTYPE")]
    pub content_type: Option<MediaType>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche artifacts list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Those of this task
    #[arg(long, value_name = "ID")]
    pub task: Option<TaskId>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche artifacts get`
#[derive(Debug, Args)]
#[command(after_help = "Nothing is written over: a file of that name has to be gone, or to be named with -o and --force.")]
pub struct GetArgs {
    /// Its id
    pub id: ArtifactId,
    /// Where to write it, `-` for standard output; a file of the artifact's name if left out
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub force: bool,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche artifacts delete`
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Their ids
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<ArtifactId>,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}
