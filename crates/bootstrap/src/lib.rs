//! What every process needs: configuration, logs, metrics, connections, shutdown.

pub mod args;
mod artifacts;
mod ask;
mod batcher;
pub mod config;
mod exit;
mod listen;
pub mod metrics;
mod open;
pub mod probes;
mod process;
pub mod shutdown;
mod telemetry;

pub use artifacts::open_artifacts;
pub use ask::{AskError, ask};
pub use batcher::{BatchLimits, Batcher, Stopped};
pub use exit::{ExitCode, Failure, OrExit};
pub use listen::{ListenError, listen};
pub use metrics::{show_connections, start_metrics};
pub use open::{Migrate, migrate_store, open_broker, open_store};
pub use process::{install_tls, print, run};
pub use telemetry::start_logs;
