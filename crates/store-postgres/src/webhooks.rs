//! Webhooks. What records events is a trigger, see migration 0011.

mod deliver;
mod row;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{
    TaskId, Timestamp, WebhookName,
    webhook::{Attempted, Delivery, DeliveryId, DeliveryState, Webhook, WebhookDefinition, WebhookId, WebhookSecret},
};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    DeliveryTarget, DeliveryTasks, Handover, Page, Position, ReplayAnswer, StoreError, Tidied, WebhookAnswer, WebhookChange,
    WebhookCreation, WebhookDeletion, WebhookTest, Webhooks,
};
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};
use uuid::Uuid;

use crate::{
    PgStore,
    error::{refine, settle},
    row::get,
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Webhooks for PgStore {
    async fn create_webhook(&self, webhook: &Webhook, secret: &WebhookSecret) -> Result<WebhookCreation, StoreError> {
        settle(|| self.create_once(webhook, secret)).await
    }

    async fn webhook(&self, name: &WebhookName) -> Result<Option<Webhook>, StoreError> {
        let query = sqlx::query(include_str!("../queries/webhook/get.sql")).bind(name.as_str());
        let found = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        found.as_ref().map(row::webhook).transpose()
    }

    async fn webhooks(&self, after: Option<&WebhookName>, limit: u32) -> Result<Page<Webhook, WebhookName>, StoreError> {
        let query = sqlx::query(include_str!("../queries/webhook/list.sql"));
        let query = query.bind(after.map_or("", WebhookName::as_str)).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(row::webhook).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Webhook| last.name.clone()))
    }

    async fn change_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        change: &WebhookChange,
        now: Timestamp,
    ) -> Result<WebhookAnswer, StoreError> {
        settle(|| self.alter_once(name, expected, change, now)).await
    }

    async fn delete_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<WebhookDeletion, StoreError> {
        settle(|| self.remove_once(name, expected, now)).await
    }

    async fn test_webhook(&self, name: &WebhookName, id: DeliveryId, now: Timestamp) -> Result<WebhookTest, StoreError> {
        settle(|| self.test_once(name, id, now)).await
    }

    async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<Delivery>, StoreError> {
        let (at, id) = after.map_or((crate::schedules::LATEST, Uuid::max()), |after| (after.at, after.id));
        let sql = match state {
            None => include_str!("../queries/delivery/list.sql"),
            Some(_) => include_str!("../queries/delivery/list_by_state.sql"),
        };
        let query = sqlx::query(sql).bind(webhook.as_uuid()).bind(at).bind(id).bind(i64::from(limit) + 1);
        let query = if let Some(state) = state { query.bind(state.as_str()) } else { query };
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(row::delivery).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Delivery| Position { at: last.occurred_at, id: last.id.as_uuid() }))
    }

    async fn replay_delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<ReplayAnswer, StoreError> {
        let found = settle(|| async {
            let query = sqlx::query(include_str!("../queries/delivery/replay.sql")).bind(webhook.as_uuid()).bind(id.as_uuid());
            query.fetch_optional(&self.pools.durable).await.map_err(refine)
        });
        let Some(row) = found.await? else { return Ok(ReplayAnswer::NotFound) };
        if get::<Option<Uuid>>(&row, "id")?.is_none() {
            return Ok(ReplayAnswer::Open(row::word("webhook_deliveries", "state", get(&row, "before")?)?));
        }
        Ok(ReplayAnswer::Replayed(Box::new(row::delivery(&row)?)))
    }

    async fn replay_failed(&self, webhook: WebhookId, since: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let done = settle(|| async {
            let query = sqlx::query(include_str!("../queries/delivery/replay_failed.sql"));
            let query = query.bind(webhook.as_uuid()).bind(since).bind(i64::from(limit));
            query.execute(&self.pools.durable).await.map_err(refine)
        });
        Ok(done.await?.rows_affected())
    }

    async fn dispatch_webhooks(&self, now: Timestamp, limit: u32, tasks: DeliveryTasks<'_>) -> Result<Handover, StoreError> {
        settle(|| self.dispatch_once(now, limit, tasks)).await
    }

    async fn delivery_target(&self, id: DeliveryId, by: TaskId, now: Timestamp) -> Result<DeliveryTarget, StoreError> {
        settle(|| self.target_once(id, by, now)).await
    }

    async fn record_attempt(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError> {
        settle(|| self.attempt_once(attempted, now)).await
    }

    async fn tidy_webhooks(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError> {
        settle(|| self.tidy_once(before, now, limit)).await
    }
}

impl PgStore {
    async fn create_once(&self, webhook: &Webhook, secret: &WebhookSecret) -> Result<WebhookCreation, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        lock_all(&mut transaction).await?;
        let count: i64 = sqlx::query_scalar(include_str!("../queries/webhook/count.sql"))
            .fetch_one(&mut *transaction)
            .await
            .map_err(refine)?;
        let query =
            sqlx::query(include_str!("../queries/webhook/create.sql")).bind(webhook.id.as_uuid()).bind(webhook.name.as_str());
        let query = define(query, &webhook.definition)
            .bind(webhook.paused.map(|paused| paused.since))
            .bind(webhook.paused.map(|paused| paused.reason.as_str()))
            .bind(webhook.created_at)
            .bind(webhook.updated_at)
            .bind(revision(webhook));
        if query.execute(&mut *transaction).await.map_err(refine)?.rows_affected() == 0 {
            return Ok(WebhookCreation::Exists);
        }
        if count >= i64::from(Webhook::MOST) {
            return Ok(WebhookCreation::TooMany);
        }
        add_secret(&mut transaction, webhook, secret).await?;
        settle_recording(&mut transaction).await?;
        transaction.commit().await.map_err(refine)?;
        Ok(WebhookCreation::Created)
    }

    async fn alter_once(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        change: &WebhookChange,
        now: Timestamp,
    ) -> Result<WebhookAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let begins = matches!(change, WebhookChange::Resume);
        if begins {
            lock_all(&mut transaction).await?;
        }
        let Some(found) = lock(&mut transaction, name).await? else { return Ok(WebhookAnswer::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(WebhookAnswer::Stale(found.revision));
        }
        let changed = change.apply(found, now);
        save(&mut transaction, &changed).await?;
        if let WebhookChange::Rotate { secret, until } = change {
            let query = sqlx::query(include_str!("../queries/webhook/retire_secrets.sql"));
            let query = query.bind(changed.id.as_uuid()).bind(*until).bind(now).bind(i64::from(Webhook::MAX_SECRETS - 1));
            query.execute(&mut *transaction).await.map_err(refine)?;
            add_secret(&mut transaction, &changed, secret).await?;
        }
        if begins {
            settle_recording(&mut transaction).await?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(WebhookAnswer::Changed(Box::new(changed)))
    }

    async fn remove_once(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<WebhookDeletion, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, name).await? else { return Ok(WebhookDeletion::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(WebhookDeletion::Stale(found.revision));
        }
        let query = sqlx::query(include_str!("../queries/webhook/delete.sql")).bind(found.id.as_uuid()).bind(now);
        query.execute(&mut *transaction).await.map_err(refine)?;
        transaction.commit().await.map_err(refine)?;
        Ok(WebhookDeletion::Deleted)
    }

    async fn test_once(&self, name: &WebhookName, id: DeliveryId, now: Timestamp) -> Result<WebhookTest, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, name).await? else { return Ok(WebhookTest::NotFound) };
        if found.paused.is_some() {
            return Ok(WebhookTest::Paused);
        }
        let query = sqlx::query(include_str!("../queries/delivery/test.sql"));
        let query = query.bind(id.as_uuid()).bind(found.id.as_uuid()).bind(now);
        let row = query.fetch_one(&mut *transaction).await.map_err(refine)?;
        let delivery = row::delivery(&row)?;
        transaction.commit().await.map_err(refine)?;
        Ok(WebhookTest::Recorded(Box::new(delivery)))
    }
}

async fn lock_all(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/webhook/lock_all.sql")).execute(connection).await.map_err(refine)?;
    Ok(())
}

async fn lock(connection: &mut PgConnection, name: &WebhookName) -> Result<Option<Webhook>, StoreError> {
    let query = sqlx::query(include_str!("../queries/webhook/lock.sql")).bind(name.as_str());
    let found = query.fetch_optional(connection).await.map_err(refine)?;
    found.as_ref().map(row::webhook).transpose()
}

async fn settle_recording(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/webhook/settle.sql")).execute(connection).await.map_err(refine)?;
    Ok(())
}

async fn add_secret(connection: &mut PgConnection, webhook: &Webhook, secret: &WebhookSecret) -> Result<(), StoreError> {
    let query = sqlx::query(include_str!("../queries/webhook/add_secret.sql"));
    let query = query.bind(webhook.id.as_uuid()).bind(revision(webhook)).bind(secret.expose());
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

async fn save(connection: &mut PgConnection, webhook: &Webhook) -> Result<(), StoreError> {
    let query = sqlx::query(include_str!("../queries/webhook/save.sql")).bind(webhook.id.as_uuid());
    let query = define(query, &webhook.definition)
        .bind(webhook.paused.map(|paused| paused.since))
        .bind(webhook.paused.map(|paused| paused.reason.as_str()))
        .bind(webhook.failing_since)
        .bind(webhook.rotated_at)
        .bind(webhook.previous_until)
        .bind(webhook.updated_at)
        .bind(revision(webhook));
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

fn define<'q>(query: Query<'q, Postgres, PgArguments>, definition: &WebhookDefinition) -> Query<'q, Postgres, PgArguments> {
    let WebhookDefinition { description, url, events, queues, tasks, include } = definition;
    query
        .bind(description.clone())
        .bind(url.as_str().to_owned())
        .bind(events.iter().map(|event| event.as_str()).collect::<Vec<_>>())
        .bind(queues.iter().map(|queue| queue.as_str().to_owned()).collect::<Vec<_>>())
        .bind(tasks.iter().map(|task| task.as_str().to_owned()).collect::<Vec<_>>())
        .bind(include.iter().map(|part| part.as_str()).collect::<Vec<_>>())
}

/// A revision as PostgreSQL keeps it.
fn revision(webhook: &Webhook) -> i64 {
    i64::try_from(webhook.revision).unwrap_or(i64::MAX)
}
