//! Fingerprints of failures.

use ruche_domain::{Fingerprint, TaskId};
use ruche_store::StoreError;
use sqlx::SqliteConnection;

use crate::{
    batch::{Hex, json},
    error::refused,
};

const PUT: &str = include_str!("../queries/dead_letter/put.sql");

/// Gives failed tasks their fingerprints.
pub async fn put_fingerprints(
    connection: &mut SqliteConnection,
    prints: impl IntoIterator<Item = (TaskId, Fingerprint)>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = prints.into_iter().map(|(id, print)| (Hex(id), print)).collect();
    if !rows.is_empty() {
        sqlx::query(PUT).bind(json(&rows)).execute(connection).await.map_err(refused)?;
    }
    Ok(())
}
