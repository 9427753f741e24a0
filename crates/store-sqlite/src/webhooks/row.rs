//! Between rows and the domain's values.

use std::str::FromStr;

use ruche_domain::{
    TaskId,
    webhook::{Delivery, Event, Facts, Paused, Webhook, WebhookDefinition, WebhookId},
};
use ruche_store::{Shipment, StoreError};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::row::Record;

pub fn webhook(row: &SqliteRow) -> Result<Webhook, StoreError> {
    let record = Record::new("webhooks", row);
    let paused = match record.optional_time("paused_at")? {
        Some(since) => Some(Paused { since, reason: record.parsed("pause_reason")? }),
        None => None,
    };
    Ok(Webhook {
        id: WebhookId::from(record.get::<Uuid>("id")?),
        name: record.parsed("name")?,
        definition: WebhookDefinition {
            description: record.get("description")?,
            url: record.parsed("url")?,
            events: words(record, "events")?,
            queues: words(record, "queues")?,
            tasks: words(record, "tasks")?,
            include: words(record, "include")?,
        },
        paused,
        failing_since: record.optional_time("failing_since")?,
        rotated_at: record.optional_time("rotated_at")?,
        previous_until: record.optional_time("previous_until")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
        revision: record.get("revision")?,
    })
}

pub fn delivery(row: &SqliteRow) -> Result<Delivery, StoreError> {
    let record = Record::new("webhook_deliveries", row);
    Ok(Delivery {
        id: record.get::<Uuid>("id")?.into(),
        webhook: record.get::<Uuid>("webhook_id")?.into(),
        kind: record.parsed("kind")?,
        task: record.get::<Option<Uuid>>("task_id")?.map(TaskId::from),
        occurred_at: record.time("occurred_at")?,
        state: record.parsed("state")?,
        tries: record.get("tries")?,
        replays: record.get("replays")?,
        last_try_at: record.optional_time("last_try_at")?,
        last_status: record.get("last_status")?,
        last_error: record.get("last_error")?,
        next_try_at: record.optional_time("next_try_at")?,
        ended_at: record.optional_time("ended_at")?,
        delivered_by: record.get::<Option<Uuid>>("delivered_by")?.map(TaskId::from),
    })
}

/// What is to be sent, without its secrets yet.
pub fn shipment(row: &SqliteRow) -> Result<Shipment, StoreError> {
    let record = Record::new("webhook_deliveries", row);
    Ok(Shipment {
        url: record.parsed("url")?,
        secrets: Vec::new(),
        event: Event {
            kind: record.parsed("kind")?,
            occurred_at: record.time("occurred_at")?,
            webhook: record.parsed("name")?,
            task: record.get::<Option<Uuid>>("task_id")?.map(TaskId::from),
            facts: record.json::<Facts>("facts")?,
        },
        tries: record.get("tries")?,
    })
}

fn words<T>(record: Record<'_>, column: &'static str) -> Result<Vec<T>, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let texts: Vec<String> = record.json(column)?;
    let corrupt = |error: T::Err| StoreError::Corrupt { table: "webhooks", column, source: Box::new(error) };
    texts.iter().map(|text| text.parse().map_err(corrupt)).collect()
}
