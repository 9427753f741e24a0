//! Making room for newcomers.

use ruche_domain::{Change, ChangeKind, QueueName, TaskId, TaskState, Timestamp, limit::Admitted};
use ruche_store::{Advanced, StoreError, Waiter};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use crate::{
    error::refine,
    row::{count, parse},
    workflows::{advance, lock_of},
};

/// Cancels, or asks to stop, the longest running tasks of keys whose newcomers take their place.
pub(super) async fn stop(
    connection: &mut PgConnection,
    queue: &QueueName,
    admitted: &Admitted<Waiter>,
    now: Timestamp,
) -> Result<(Vec<Change>, Advanced), StoreError> {
    let mut victims: Vec<Uuid> = Vec::new();
    for (key, count) in &admitted.stop {
        let query = sqlx::query_scalar(include_str!("../../../queries/admission/victims.sql"));
        let query = query.bind(queue.as_str()).bind(key).bind(i64::from(*count));
        let longest: Vec<Uuid> = query.fetch_all(&mut *connection).await.map_err(refine)?;
        victims.extend(longest);
    }
    if victims.is_empty() {
        return Ok((Vec::new(), Advanced::default()));
    }
    let tasks: Vec<_> = victims.iter().copied().map(TaskId::from).collect();
    let locked = lock_of(connection, &tasks).await?;
    let mut changes = Vec::new();
    for id in victims {
        let query = sqlx::query(include_str!("../../../queries/task/cancel.sql")).bind(id).bind(now);
        let row = query.fetch_optional(&mut *connection).await.map_err(refine)?;
        changes.extend(row.as_ref().map(|row| change(row, id, now)).transpose()?.flatten());
    }
    // Those asked to stop have not ended, which is seen when their ends are counted.
    let advanced = advance(connection, &locked, tasks, now).await?;
    Ok((changes, advanced))
}

/// What a cancellation changed, if the task had not ended before.
fn change(row: &PgRow, id: Uuid, at: Timestamp) -> Result<Option<Change>, StoreError> {
    let kind = match parse(row, "state")? {
        TaskState::Running => ChangeKind::CancelRequested,
        ended if ended.is_terminal() => return Ok(None),
        _ => ChangeKind::State(TaskState::Cancelled),
    };
    let (name, queue, attempt) = (parse(row, "name")?, parse(row, "queue")?, count(row, "attempt")?);
    Ok(Some(Change { id: id.into(), name, queue, attempt, at, kind }))
}
