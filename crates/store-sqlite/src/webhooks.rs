//! Webhooks. What records events is a trigger, see `queries/webhook/arm.sql`.

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
use sqlx::{Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};
use uuid::Uuid;

use crate::{
    SqliteStore,
    batch::{json, micros},
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const COUNT: &str = include_str!("../queries/webhook/count.sql");
const CREATE: &str = include_str!("../queries/webhook/create.sql");
const GET: &str = include_str!("../queries/webhook/get.sql");
const LIST: &str = include_str!("../queries/webhook/list.sql");
const SAVE: &str = include_str!("../queries/webhook/save.sql");
const DELETE: &str = include_str!("../queries/webhook/delete.sql");
const DELETE_SECRETS: &str = include_str!("../queries/webhook/delete_secrets.sql");
const ADD_SECRET: &str = include_str!("../queries/webhook/add_secret.sql");
const PRUNE_SECRETS: &str = include_str!("../queries/webhook/prune_secrets.sql");
const RETIRE_SECRET: &str = include_str!("../queries/webhook/retire_secret.sql");
const ACTIVE: &str = include_str!("../queries/webhook/active.sql");
const ARM: &str = include_str!("../queries/webhook/arm.sql");
const DISARM: &str = include_str!("../queries/webhook/disarm.sql");
const TEST: &str = include_str!("../queries/delivery/test.sql");
const DELIVERIES: &str = include_str!("../queries/delivery/list.sql");
const DELIVERIES_BY_STATE: &str = include_str!("../queries/delivery/list_by_state.sql");
const STATE: &str = include_str!("../queries/delivery/state.sql");
const REPLAY: &str = include_str!("../queries/delivery/replay.sql");
const REPLAY_FAILED: &str = include_str!("../queries/delivery/replay_failed.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Webhooks for SqliteStore {
    async fn create_webhook(&self, webhook: &Webhook, secret: &WebhookSecret) -> Result<WebhookCreation, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let count: u32 = sqlx::query_scalar(COUNT).fetch_one(&mut *transaction).await.map_err(refused)?;
        let query = sqlx::query(CREATE).bind(webhook.id.as_uuid()).bind(webhook.name.as_str());
        let query = define(query, &webhook.definition)
            .bind(webhook.paused.map(|paused| micros(paused.since)))
            .bind(webhook.paused.map(|paused| paused.reason.as_str()))
            .bind(micros(webhook.created_at))
            .bind(micros(webhook.updated_at))
            .bind(revision(webhook));
        if query.execute(&mut *transaction).await.map_err(refused)?.rows_affected() == 0 {
            return Ok(WebhookCreation::Exists);
        }
        if count >= Webhook::MOST {
            return Ok(WebhookCreation::TooMany);
        }
        add_secret(&mut transaction, webhook, secret).await?;
        settle_recording(&mut transaction).await?;
        commit(transaction).await?;
        Ok(WebhookCreation::Created)
    }

    async fn webhook(&self, name: &WebhookName) -> Result<Option<Webhook>, StoreError> {
        let query = sqlx::query(GET).bind(name.as_str());
        let found = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        found.as_ref().map(row::webhook).transpose()
    }

    async fn webhooks(&self, after: Option<&WebhookName>, limit: u32) -> Result<Page<Webhook, WebhookName>, StoreError> {
        let query = sqlx::query(LIST).bind(after.map_or("", WebhookName::as_str)).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
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
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, name).await? else { return Ok(WebhookAnswer::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(WebhookAnswer::Stale(found.revision));
        }
        let changed = change.apply(found, now);
        save(&mut transaction, &changed).await?;
        if let WebhookChange::Rotate { secret, until } = change {
            let query = sqlx::query(PRUNE_SECRETS).bind(changed.id.as_uuid()).bind(micros(now)).bind(Webhook::MAX_SECRETS - 1);
            query.execute(&mut *transaction).await.map_err(refused)?;
            let query = sqlx::query(RETIRE_SECRET).bind(changed.id.as_uuid()).bind(micros(*until));
            query.execute(&mut *transaction).await.map_err(refused)?;
            add_secret(&mut transaction, &changed, secret).await?;
        }
        settle_recording(&mut transaction).await?;
        commit(transaction).await?;
        Ok(WebhookAnswer::Changed(Box::new(changed)))
    }

    async fn delete_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<WebhookDeletion, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, name).await? else { return Ok(WebhookDeletion::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(WebhookDeletion::Stale(found.revision));
        }
        let query = sqlx::query(DELETE).bind(found.id.as_uuid()).bind(micros(now));
        query.execute(&mut *transaction).await.map_err(refused)?;
        let query = sqlx::query(DELETE_SECRETS).bind(found.id.as_uuid());
        query.execute(&mut *transaction).await.map_err(refused)?;
        settle_recording(&mut transaction).await?;
        commit(transaction).await?;
        Ok(WebhookDeletion::Deleted)
    }

    async fn test_webhook(&self, name: &WebhookName, id: DeliveryId, now: Timestamp) -> Result<WebhookTest, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, name).await? else { return Ok(WebhookTest::NotFound) };
        if found.paused.is_some() {
            return Ok(WebhookTest::Paused);
        }
        let query = sqlx::query(TEST).bind(id.as_uuid()).bind(found.id.as_uuid()).bind(micros(now));
        let row = query.fetch_one(&mut *transaction).await.map_err(refused)?;
        let delivery = row::delivery(&row)?;
        commit(transaction).await?;
        Ok(WebhookTest::Recorded(Box::new(delivery)))
    }

    async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<Delivery>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |after| (micros(after.at), after.id));
        let query = sqlx::query(if state.is_some() { DELIVERIES_BY_STATE } else { DELIVERIES });
        let query = query.bind(webhook.as_uuid()).bind(at).bind(id).bind(i64::from(limit) + 1);
        let query = if let Some(state) = state { query.bind(state.as_str()) } else { query };
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(row::delivery).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Delivery| Position { at: last.occurred_at, id: last.id.as_uuid() }))
    }

    async fn replay_delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<ReplayAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(REPLAY).bind(webhook.as_uuid()).bind(id.as_uuid());
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refused)? else {
            let query = sqlx::query(STATE).bind(webhook.as_uuid()).bind(id.as_uuid());
            let found = query.fetch_optional(&mut *transaction).await.map_err(refused)?;
            let open = found.map(|row| Record::new("webhook_deliveries", &row).parsed("state")).transpose()?;
            return Ok(open.map_or(ReplayAnswer::NotFound, ReplayAnswer::Open));
        };
        let delivery = row::delivery(&row)?;
        commit(transaction).await?;
        Ok(ReplayAnswer::Replayed(Box::new(delivery)))
    }

    async fn replay_failed(&self, webhook: WebhookId, since: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(REPLAY_FAILED).bind(webhook.as_uuid()).bind(micros(since)).bind(limit);
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected())
    }

    async fn dispatch_webhooks(&self, now: Timestamp, limit: u32, tasks: DeliveryTasks<'_>) -> Result<Handover, StoreError> {
        self.dispatch(now, limit, tasks).await
    }

    async fn delivery_target(&self, id: DeliveryId, by: TaskId, now: Timestamp) -> Result<DeliveryTarget, StoreError> {
        self.target(id, by, now).await
    }

    async fn record_attempt(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError> {
        self.enter(attempted, now).await
    }

    async fn tidy_webhooks(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError> {
        self.tidy(before, now, limit).await
    }
}

async fn get(connection: &mut SqliteConnection, name: &WebhookName) -> Result<Option<Webhook>, StoreError> {
    let found = sqlx::query(GET).bind(name.as_str()).fetch_optional(connection).await.map_err(refused)?;
    found.as_ref().map(row::webhook).transpose()
}

/// Records events while, and only while, a subscription is active.
async fn settle_recording(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let row = sqlx::query(ACTIVE).fetch_one(&mut *connection).await.map_err(refused)?;
    let record = Record::new("webhooks", &row);
    let statement = match (record.get("wanted")?, record.get("armed")?) {
        (true, false) => ARM,
        (false, true) => DISARM,
        (true, true) | (false, false) => return Ok(()),
    };
    // Not prepared: each is run once in a while, and changes the schema.
    sqlx::raw_sql(statement).execute(connection).await.map_err(refused)?;
    Ok(())
}

async fn add_secret(connection: &mut SqliteConnection, webhook: &Webhook, secret: &WebhookSecret) -> Result<(), StoreError> {
    let query = sqlx::query(ADD_SECRET).bind(webhook.id.as_uuid()).bind(revision(webhook)).bind(secret.expose());
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

async fn save(connection: &mut SqliteConnection, webhook: &Webhook) -> Result<(), StoreError> {
    let query = define(sqlx::query(SAVE).bind(webhook.id.as_uuid()), &webhook.definition)
        .bind(webhook.paused.map(|paused| micros(paused.since)))
        .bind(webhook.paused.map(|paused| paused.reason.as_str()))
        .bind(webhook.failing_since.map(micros))
        .bind(webhook.rotated_at.map(micros))
        .bind(webhook.previous_until.map(micros))
        .bind(micros(webhook.updated_at))
        .bind(revision(webhook));
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

fn define<'q>(query: Query<'q, Sqlite, SqliteArguments>, definition: &WebhookDefinition) -> Query<'q, Sqlite, SqliteArguments> {
    let WebhookDefinition { description, url, events, queues, tasks, include } = definition;
    query
        .bind(description.clone())
        .bind(url.as_str().to_owned())
        .bind(json(&events.iter().map(|event| event.as_str()).collect::<Vec<_>>()))
        .bind(json(queues))
        .bind(json(tasks))
        .bind(json(&include.iter().map(|part| part.as_str()).collect::<Vec<_>>()))
}

/// A revision as SQLite keeps it.
fn revision(webhook: &Webhook) -> i64 {
    i64::try_from(webhook.revision).unwrap_or(i64::MAX)
}
