//! From a recorded event to the end of its delivery.

use ruche_domain::{
    NewTask, TaskId, Timestamp,
    webhook::{Attempted, DeliveryId},
};
use ruche_store::{DeliveryTarget, DeliveryTasks, Handover, LOST_DELIVERY, StoreError, Tidied};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{row, save, settle_recording};
use crate::{
    SqliteStore,
    batch::{Hex, json, micros},
    enqueue::{begun, insert, note},
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const WAITING: &str = include_str!("../../queries/delivery/waiting.sql");
const TAKE: &str = include_str!("../../queries/delivery/take.sql");
const HAND_OVER: &str = include_str!("../../queries/delivery/hand_over.sql");
const TARGET: &str = include_str!("../../queries/delivery/target.sql");
const PARK: &str = include_str!("../../queries/delivery/park.sql");
const SECRETS: &str = include_str!("../../queries/webhook/secrets.sql");
const RECORD: &str = include_str!("../../queries/delivery/record.sql");
const OF_WEBHOOK: &str = include_str!("../../queries/delivery/of_webhook.sql");
const LOOK: &str = include_str!("../../queries/delivery/look.sql");
const PRUNE: &str = include_str!("../../queries/delivery/prune.sql");
const PRUNE_DELETED: &str = include_str!("../../queries/delivery/prune_deleted.sql");
const FORGET: &str = include_str!("../../queries/webhook/forget.sql");

impl SqliteStore {
    pub(super) async fn dispatch(&self, now: Timestamp, limit: u32, tasks: DeliveryTasks<'_>) -> Result<Handover, StoreError> {
        if sqlx::query(WAITING).fetch_optional(self.pool.readers()).await.map_err(refused)?.is_none() {
            // The usual answer needs no writer.
            return Ok(Handover::default());
        }
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let taken = take(&mut transaction, limit).await?;
        let made: Vec<NewTask> = taken.iter().map(|id| tasks(DeliveryId::from(*id))).collect();
        let pairs: Vec<_> = taken.iter().zip(&made).map(|(id, task)| (Hex(TaskId::from(*id)), Hex(task.id))).collect();
        let query = sqlx::query(HAND_OVER).bind(json(&pairs)).bind(micros(now + Attempted::SILENCE));
        query.execute(&mut *transaction).await.map_err(refused)?;
        insert(&mut transaction, &made.iter().collect::<Vec<_>>()).await?;
        let outbox = note(&mut transaction, made.iter(), now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(made.iter().map(|task| begun(task, now)).collect());
        Ok(Handover { tasks: made, outbox: outbox.into_iter().collect() })
    }

    pub(super) async fn target(&self, id: DeliveryId, by: TaskId, now: Timestamp) -> Result<DeliveryTarget, StoreError> {
        let query = sqlx::query(TARGET).bind(id.as_uuid()).bind(by.as_uuid());
        let found = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        let Some(row) = found else { return Ok(DeliveryTarget::Nothing) };
        let record = Record::new("webhook_deliveries", &row);
        if record.get("paused")? {
            let mut writer = self.pool.writer(Durability::Relaxed).await?;
            let query = sqlx::query(PARK).bind(id.as_uuid()).bind(by.as_uuid());
            query.execute(&mut *writer).await.map_err(refused)?;
            return Ok(DeliveryTarget::Paused);
        }
        let mut shipment = row::shipment(&row)?;
        let query = sqlx::query(SECRETS).bind(record.get::<Uuid>("webhook_id")?).bind(micros(now));
        let secrets = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        if secrets.is_empty() {
            // Deleted between the two looks.
            return Ok(DeliveryTarget::Nothing);
        }
        let secret = |row| Record::new("webhook_secrets", row).parsed("secret");
        shipment.secrets = secrets.iter().map(secret).collect::<Result<_, _>>()?;
        Ok(DeliveryTarget::Send(Box::new(shipment)))
    }

    pub(super) async fn enter(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError> {
        let given = attempted.given(now);
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query_scalar(RECORD)
            .bind(attempted.delivery.as_uuid())
            .bind(attempted.by.as_uuid())
            .bind(given.state.as_str())
            .bind(micros(now))
            .bind(attempted.status)
            .bind(attempted.error.as_deref())
            .bind(given.next_try_at.map(micros))
            .bind(given.ended_at.map(micros))
            .bind(given.look_at.map(micros));
        let webhook: Option<Uuid> = query.fetch_optional(&mut *transaction).await.map_err(refused)?;
        let Some(webhook) = webhook else { return Ok(false) };
        let found = sqlx::query(OF_WEBHOOK).bind(webhook).fetch_optional(&mut *transaction).await.map_err(refused)?;
        let found = found.as_ref().map(row::webhook).transpose()?;
        if let Some(changed) = found.and_then(|webhook| webhook.after(attempted.verdict, now)) {
            save(&mut transaction, &changed).await?;
            settle_recording(&mut transaction).await?;
        }
        commit(transaction).await?;
        Ok(true)
    }

    pub(super) async fn tidy(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let query =
            sqlx::query_scalar(LOOK).bind(micros(now)).bind(limit).bind(micros(now + Attempted::SILENCE)).bind(LOST_DELIVERY);
        let looked: Vec<bool> = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        let lost = looked.into_iter().filter(|lost| *lost).count() as u64;
        let query = sqlx::query(PRUNE).bind(micros(before)).bind(limit);
        let old = query.execute(&mut *transaction).await.map_err(refused)?.rows_affected();
        let query = sqlx::query(PRUNE_DELETED).bind(limit);
        let orphans = query.execute(&mut *transaction).await.map_err(refused)?.rows_affected();
        let query = sqlx::query(FORGET).bind(micros(now - Attempted::SILENCE));
        query.execute(&mut *transaction).await.map_err(refused)?;
        settle_recording(&mut transaction).await?;
        commit(transaction).await?;
        Ok(Tidied { lost, pruned: old + orphans })
    }
}

/// Some of each active subscription, so that none waits for another's backlog.
async fn take(connection: &mut SqliteConnection, limit: u32) -> Result<Vec<Uuid>, StoreError> {
    let waiting: Vec<Uuid> = sqlx::query_scalar(WAITING).fetch_all(&mut *connection).await.map_err(refused)?;
    let share = limit / u32::try_from(waiting.len().max(1)).unwrap_or(u32::MAX);
    let mut taken = Vec::new();
    for webhook in waiting {
        let query = sqlx::query_scalar(TAKE).bind(webhook).bind(share.max(1));
        let some: Vec<Uuid> = query.fetch_all(&mut *connection).await.map_err(refused)?;
        taken.extend(some);
    }
    taken.truncate(limit as usize);
    Ok(taken)
}
