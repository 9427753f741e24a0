//! Connections: some that wait for the disk at each commit, some that do not.
//!
//! `synchronous_commit = off` costs no correctness where a crash of the database may take the last fraction of a second back:
//! claims (the outcome is fenced), renewals, progress, logs, heartbeats. All else goes through `durable`.

use std::{fmt, time::Duration};

use ruche_store::StoreError;
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::error::refine;

/// A connection that lay idle longer than this is tried before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

/// Each statement is written for one plan, index by index, whatever the lengths of its arrays. The planner is held to it: what
/// it chooses for a fresh, empty table (reading it whole) would be kept while the table grows, and planning anew for each
/// call costs more than it could gain, as does compiling.
const PLANNING: [(&str, &str); 6] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_bitmapscan", "off"),
];

/// How to reach the database.
#[derive(Clone)]
pub struct PgOptions {
    /// `postgres://user:password@host:port/database?sslmode=...`
    pub url: String,
    /// Connections in all, at least 2; one more listens for notices.
    pub max_connections: u32,
    /// How long a caller waits for a free connection, and the first connection for the server.
    pub acquire_timeout: Duration,
}

impl PgOptions {
    /// Ten connections, five seconds.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_connections: 10, acquire_timeout: Duration::from_secs(5) }
    }
}

impl fmt::Debug for PgOptions {
    /// Leaves the URL out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .finish_non_exhaustive()
    }
}

/// How the connections are used at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStats {
    /// Connections open.
    pub size: u32,
    /// Of these, not in use.
    pub idle: u32,
    /// Most that may be open.
    pub max: u32,
}

#[derive(Debug)]
pub struct Pools {
    pub durable: PgPool,
    pub relaxed: PgPool,
    max: u32,
}

impl Pools {
    pub fn new(options: &PgOptions) -> Result<Self, StoreError> {
        let max = options.max_connections.max(2);
        let relaxed = (max / 2).min(4);
        let connect = connect_options(&options.url)?;
        let lenient = connect.clone().options([("synchronous_commit", "off")]);
        Ok(Self { durable: pool(options, max - relaxed, connect), relaxed: pool(options, relaxed, lenient), max })
    }

    pub fn stats(&self) -> PoolStats {
        let pools = [&self.durable, &self.relaxed];
        let idle: usize = pools.iter().map(|pool| pool.num_idle()).sum();
        PoolStats {
            size: pools.iter().map(|pool| pool.size()).sum(),
            idle: u32::try_from(idle).unwrap_or(u32::MAX),
            max: self.max,
        }
    }

    pub async fn close(&self) {
        tokio::join!(self.durable.close(), self.relaxed.close());
    }
}

/// One connection outside the pools; fails at once where a pool would try again until its timeout.
pub async fn connect_once(options: &PgOptions) -> Result<PgConnection, StoreError> {
    let connect = connect_options(&options.url)?;
    match tokio::time::timeout(options.acquire_timeout, PgConnection::connect_with(&connect)).await {
        Ok(connected) => connected.map_err(refine),
        Err(elapsed) => Err(StoreError::Unavailable(Box::new(elapsed))),
    }
}

fn connect_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(refine)?;
    Ok(options.application_name("ruche").options(PLANNING))
}

fn pool(options: &PgOptions, max_connections: u32, connect: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(connect)
}
