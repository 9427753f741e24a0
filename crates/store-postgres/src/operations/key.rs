//! Requests for operations with idempotency keys.

use ruche_domain::OperationId;
use ruche_store::{IdempotencyKey, NewOperation, OperationAnswer, StoreError};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::refine, row::get};

/// Takes the key for this operation; the answer if it was taken before.
pub async fn reserve(
    connection: &mut PgConnection,
    key: &IdempotencyKey,
    operation: &NewOperation,
) -> Result<Option<OperationAnswer>, StoreError> {
    let query = sqlx::query(include_str!("../../queries/key/insert.sql"))
        .bind(vec![key.key.as_str()])
        .bind(vec![key.fingerprint.as_slice()])
        .bind(vec![1])
        .bind(vec![1])
        .bind(operation.created_at)
        .bind(vec![operation.id.as_uuid()]);
    if query.fetch_optional(&mut *connection).await.map_err(refine)?.is_some() {
        return Ok(None);
    }
    let query = sqlx::query(include_str!("../../queries/key/get.sql")).bind(vec![key.key.as_str()]);
    let Some(row) = query.fetch_optional(connection).await.map_err(refine)? else {
        // The pruner forgot it in this very moment: once more, and it is new.
        return Err(StoreError::Conflict("an idempotency key was just forgotten".into()));
    };
    let ids: Vec<Uuid> = get(&row, "task_ids")?;
    let same = get::<Vec<u8>>(&row, "fingerprint")? == key.fingerprint;
    let first = ids.first().filter(|_| same);
    Ok(Some(first.map_or(OperationAnswer::KeyReused, |id| OperationAnswer::Replayed(OperationId::from(*id)))))
}
