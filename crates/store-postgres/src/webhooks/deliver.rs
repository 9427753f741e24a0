//! From a recorded event to the end of its delivery.

use ruche_domain::{
    NewTask, TaskId, Timestamp,
    webhook::{Attempted, DeliveryId, Verdict},
};
use ruche_store::{DeliveryTarget, DeliveryTasks, Handover, LOST_DELIVERY, StoreError, Tidied};
use uuid::Uuid;

use super::{row, save};
use crate::{
    PgStore,
    enqueue::{born, insert_chunks},
    error::refine,
    row::get,
};

impl PgStore {
    pub(super) async fn dispatch_once(
        &self,
        now: Timestamp,
        limit: u32,
        tasks: DeliveryTasks<'_>,
    ) -> Result<Handover, StoreError> {
        let waiting = sqlx::query_scalar(include_str!("../../queries/delivery/waiting.sql"));
        let waiting: i64 = waiting.fetch_one(&self.pools.durable).await.map_err(refine)?;
        if waiting == 0 {
            // The usual answer needs no transaction.
            return Ok(Handover::default());
        }
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let query = sqlx::query_scalar(include_str!("../../queries/delivery/take.sql"));
        let query = query.bind(i64::from(limit)).bind((i64::from(limit) / waiting).max(1));
        let taken: Vec<Uuid> = query.fetch_all(&mut *transaction).await.map_err(refine)?;
        if taken.is_empty() {
            return Ok(Handover::default());
        }
        let made: Vec<NewTask> = taken.iter().map(|id| tasks(DeliveryId::from(*id))).collect();
        let query = sqlx::query(include_str!("../../queries/delivery/hand_over.sql"))
            .bind(&taken)
            .bind(made.iter().map(|task| task.id.as_uuid()).collect::<Vec<_>>())
            .bind(now + Attempted::SILENCE);
        query.execute(&mut *transaction).await.map_err(refine)?;
        let outbox = insert_chunks(&mut transaction, &made.iter().collect::<Vec<_>>(), now).await?;
        transaction.commit().await.map_err(refine)?;
        self.feed.announce(made.iter().map(|task| born(task, task.initial_state())).collect());
        Ok(Handover { tasks: made, outbox: outbox.into_iter().collect() })
    }

    pub(super) async fn target_once(&self, id: DeliveryId, by: TaskId, now: Timestamp) -> Result<DeliveryTarget, StoreError> {
        let query = sqlx::query(include_str!("../../queries/delivery/target.sql")).bind(id.as_uuid()).bind(by.as_uuid());
        let found = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        let Some(row) = found else { return Ok(DeliveryTarget::Nothing) };
        if get(&row, "paused")? {
            let query = sqlx::query(include_str!("../../queries/delivery/park.sql")).bind(id.as_uuid()).bind(by.as_uuid());
            query.execute(&self.pools.durable).await.map_err(refine)?;
            return Ok(DeliveryTarget::Paused);
        }
        let mut shipment = row::shipment(&row)?;
        let query = sqlx::query_scalar(include_str!("../../queries/webhook/secrets.sql"));
        let query = query.bind(get::<Uuid>(&row, "webhook_id")?).bind(now);
        let secrets: Vec<String> = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        if secrets.is_empty() {
            // Deleted between the two looks.
            return Ok(DeliveryTarget::Nothing);
        }
        shipment.secrets = secrets.iter().map(|text| row::word("webhook_secrets", "secret", text)).collect::<Result<_, _>>()?;
        Ok(DeliveryTarget::Send(Box::new(shipment)))
    }

    pub(super) async fn attempt_once(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError> {
        let given = attempted.given(now);
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/delivery/record.sql"))
            .bind(attempted.delivery.as_uuid())
            .bind(attempted.by.as_uuid())
            .bind(given.state.as_str())
            .bind(now)
            .bind(attempted.status.map(|status| i16::try_from(status).unwrap_or(i16::MAX)))
            .bind(attempted.error.as_deref())
            .bind(given.next_try_at)
            .bind(given.ended_at)
            .bind(given.look_at);
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refine)? else { return Ok(false) };
        if let Some(id) = get::<Option<Uuid>>(&row, "id")? {
            self.judge(&mut transaction, id, &row, attempted.verdict, now).await?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(true)
    }

    /// Looks without a lock first: what is tried mostly changes nothing about its subscription.
    async fn judge(
        &self,
        connection: &mut sqlx::PgConnection,
        id: Uuid,
        seen: &sqlx::postgres::PgRow,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if row::webhook(seen)?.after(verdict, now).is_none() {
            return Ok(());
        }
        let query = sqlx::query(include_str!("../../queries/webhook/lock_by_id.sql")).bind(id);
        let Some(row) = query.fetch_optional(&mut *connection).await.map_err(refine)? else { return Ok(()) };
        match row::webhook(&row)?.after(verdict, now) {
            Some(changed) => save(connection, &changed).await,
            None => Ok(()),
        }
    }

    pub(super) async fn tidy_once(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError> {
        let limit = i64::from(limit);
        let look = sqlx::query_scalar(include_str!("../../queries/delivery/look.sql"));
        let look = look.bind(now).bind(limit).bind(now + Attempted::SILENCE).bind(LOST_DELIVERY);
        let lost: i64 = look.fetch_one(&self.pools.durable).await.map_err(refine)?;
        let old = sqlx::query(include_str!("../../queries/delivery/prune.sql")).bind(before).bind(limit);
        let old = old.execute(&self.pools.relaxed).await.map_err(refine)?.rows_affected();
        let orphans = sqlx::query(include_str!("../../queries/delivery/prune_deleted.sql")).bind(limit);
        let orphans = orphans.execute(&self.pools.relaxed).await.map_err(refine)?.rows_affected();
        let forget = sqlx::query(include_str!("../../queries/webhook/forget.sql")).bind(now - Attempted::SILENCE);
        forget.execute(&self.pools.relaxed).await.map_err(refine)?;
        let settled = sqlx::query_scalar(include_str!("../../queries/webhook/settled.sql"));
        if !settled.fetch_one(&self.pools.durable).await.map_err(refine)? {
            let settle = sqlx::query(include_str!("../../queries/webhook/settle.sql"));
            settle.execute(&self.pools.durable).await.map_err(refine)?;
        }
        Ok(Tidied { lost: u64::try_from(lost).unwrap_or_default(), pruned: old + orphans })
    }
}
