//! What PostgreSQL's errors mean for the caller.

use std::sync::atomic::{AtomicU64, Ordering};

use ruche_store::StoreError;
use sqlx::error::DatabaseError;

/// How often a statement that lost a deadlock is repeated before the caller hears of it.
const TRIES: u32 = 3;

/// Of all stores of this process; there is one.
static POOL_TIMEOUTS: AtomicU64 = AtomicU64::new(0);

/// How often a caller waited for a connection in vain, since the start.
pub fn pool_timeouts() -> u64 {
    POOL_TIMEOUTS.load(Ordering::Relaxed)
}

/// Sorts an error by what the caller can do about it.
///
/// Codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub fn refine(error: sqlx::Error) -> StoreError {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    if matches!(error, PoolTimedOut) {
        POOL_TIMEOUTS.fetch_add(1, Ordering::Relaxed);
    }
    match &error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => StoreError::Unavailable(Box::new(error)),
        Database(refusal) if is_conflict(refusal.as_ref()) => StoreError::Conflict(Box::new(error)),
        Database(refusal) if is_unavailable(refusal.as_ref()) => StoreError::Unavailable(Box::new(error)),
        _ => StoreError::Refused(Box::new(error)),
    }
}

/// Deadlock, serialization failure.
fn is_conflict(refusal: &dyn DatabaseError) -> bool {
    matches!(refusal.code().as_deref(), Some("40P01" | "40001"))
}

/// A lock that was waited for too long; connection trouble, shutdown, start-up, cancelled by an administrator, too many connections; a standby after a failover.
fn is_unavailable(refusal: &dyn DatabaseError) -> bool {
    let code = refusal.code().unwrap_or_default();
    code.starts_with("08") || matches!(&*code, "57P01" | "57P02" | "57P03" | "57P05" | "57014" | "53300" | "25006" | "55P03")
}

/// A stored value that cannot be read.
pub fn corrupt(
    table: &'static str,
    column: &'static str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Corrupt { table, column, source: source.into() }
}

/// Runs something that changes all or nothing, again if it lost a deadlock.
pub async fn settle<T, F>(mut run: impl FnMut() -> F + Send) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>> + Send,
{
    for _ in 1..TRIES {
        match run().await {
            Err(StoreError::Conflict(_)) => {}
            settled => return settled,
        }
    }
    run().await
}
