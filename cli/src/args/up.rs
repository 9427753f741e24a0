//! `ruche up`

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::{ConfigArgs, WaitArgs};

/// `ruche up`
#[derive(Debug, Args)]
pub struct UpArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Directory of the database's file, kept between starts [default: ruche in the user's data directory]
    #[arg(long, env = "RUCHE_DATA_DIR", hide_env_values = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address and port of the API; any other than loopback needs an API key [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Database to use instead of a file in the data directory: postgres://user:password@host/name
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Broker to use instead of the in-process one: amqp://user:password@host:5672/vhost
    #[arg(long, value_name = "URL")]
    pub broker_url: Option<String>,
    /// Tasks to run at once [default: 128]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<u32>,
    /// How patient to be.
    #[command(flatten)]
    pub wait: WaitArgs,
}
