//! L3: bare poem answering a constant.

use anyhow::Result;
use clap::Args;
use poem::{Route, Server, get, handler, listener::TcpListener, post};

/// Where to listen.
#[derive(Debug, Args)]
pub struct Options {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: String,
}

#[handler]
fn constant() -> &'static str {
    "{}"
}

#[handler]
fn accept(_body: poem::Body) -> &'static str {
    "{}"
}

/// Serves until killed.
///
/// # Errors
/// When the port is taken.
pub async fn serve(options: &Options) -> Result<()> {
    let app = Route::new().at("/", get(constant)).at("/tasks", post(accept));
    Ok(Server::new(TcpListener::bind(options.listen.clone())).run(app).await?)
}
