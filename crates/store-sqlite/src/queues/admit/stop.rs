//! Making room for newcomers.

use ruche_domain::{Change, ChangeKind, QueueName, TaskState, Timestamp, limit::Admitted};
use ruche_store::{Advanced, StoreError, Waiter, workflow_moves};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    batch::micros,
    error::refused,
    row::{change, state},
    workflows::advance,
};

const VICTIMS: &str = include_str!("../../../queries/admission/victims.sql");
const CANCEL: &str = include_str!("../../../queries/task/cancel.sql");

/// Cancels, or asks to stop, the longest running tasks of keys whose newcomers take their place.
pub(super) async fn stop(
    connection: &mut SqliteConnection,
    queue: &QueueName,
    admitted: &Admitted<Waiter>,
    now: Timestamp,
) -> Result<(Vec<Change>, Advanced), StoreError> {
    let mut changes = Vec::new();
    for (key, count) in &admitted.stop {
        let query = sqlx::query_scalar(VICTIMS).bind(queue.as_str()).bind(key).bind(count);
        let victims: Vec<Uuid> = query.fetch_all(&mut *connection).await.map_err(refused)?;
        for id in victims {
            let query = sqlx::query(CANCEL).bind(id).bind(micros(now));
            let row = query.fetch_optional(&mut *connection).await.map_err(refused)?;
            changes.extend(row.as_ref().map(|row| stopped(row, now)).transpose()?);
        }
    }
    let ended = changes.iter().filter(|change| workflow_moves::is_end(change)).map(|change| change.id).collect();
    let advanced = advance(connection, ended, now).await?;
    Ok((changes, advanced))
}

fn stopped(row: &SqliteRow, now: Timestamp) -> Result<Change, StoreError> {
    let kind = match state(row)? {
        TaskState::Running => ChangeKind::CancelRequested,
        state => ChangeKind::State(state),
    };
    change(row, now, kind)
}
