//! Between rows and the domain's values.

use std::str::FromStr;

use ruche_domain::webhook::{Delivery, Event, Facts, PauseReason, Paused, Webhook, WebhookDefinition, WebhookUrl};
use ruche_store::{Shipment, StoreError};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    error::corrupt,
    row::{JsonText, get},
};

type Reason = Box<dyn std::error::Error + Send + Sync>;

pub fn webhook(row: &PgRow) -> Result<Webhook, StoreError> {
    let paused_at = get(row, "paused_at")?;
    let reason: Option<&str> = get(row, "pause_reason")?;
    let reason = reason.map(|text| word::<PauseReason>("webhooks", "pause_reason", text)).transpose()?;
    let revision: i64 = get(row, "revision")?;
    Ok(Webhook {
        id: get::<Uuid>(row, "id")?.into(),
        name: word("webhooks", "name", get(row, "name")?)?,
        definition: WebhookDefinition {
            description: get(row, "description")?,
            url: word("webhooks", "url", get(row, "url")?)?,
            events: words(row, "events")?,
            queues: words(row, "queues")?,
            tasks: words(row, "tasks")?,
            include: words(row, "include")?,
        },
        paused: reason.zip(paused_at).map(|(reason, since)| Paused { since, reason }),
        failing_since: get(row, "failing_since")?,
        rotated_at: get(row, "rotated_at")?,
        previous_until: get(row, "previous_until")?,
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
        revision: u64::try_from(revision).map_err(|error| corrupt("webhooks", "revision", error))?,
    })
}

pub fn delivery(row: &PgRow) -> Result<Delivery, StoreError> {
    let number = |column| -> Result<u32, StoreError> {
        u32::try_from(get::<i32>(row, column)?).map_err(|error| corrupt("webhook_deliveries", column, error))
    };
    let status: Option<i16> = get(row, "last_status")?;
    Ok(Delivery {
        id: get::<Uuid>(row, "id")?.into(),
        webhook: get::<Uuid>(row, "webhook_id")?.into(),
        kind: word("webhook_deliveries", "kind", get(row, "kind")?)?,
        task: get::<Option<Uuid>>(row, "task_id")?.map(Into::into),
        occurred_at: get(row, "occurred_at")?,
        state: word("webhook_deliveries", "state", get(row, "state")?)?,
        tries: number("tries")?,
        replays: number("replays")?,
        last_try_at: get(row, "last_try_at")?,
        last_status: status
            .map(u16::try_from)
            .transpose()
            .map_err(|error| corrupt("webhook_deliveries", "last_status", error))?,
        last_error: get(row, "last_error")?,
        next_try_at: get(row, "next_try_at")?,
        ended_at: get(row, "ended_at")?,
        delivered_by: get::<Option<Uuid>>(row, "delivered_by")?.map(Into::into),
    })
}

/// What is to be sent, without its secrets yet.
pub fn shipment(row: &PgRow) -> Result<Shipment, StoreError> {
    let facts: JsonText = get(row, "facts")?;
    let facts: Facts = serde_json::from_str(facts.0).map_err(|error| corrupt("webhook_deliveries", "facts", error))?;
    let tries: i32 = get(row, "tries")?;
    Ok(Shipment {
        url: word::<WebhookUrl>("webhooks", "url", get(row, "url")?)?,
        secrets: Vec::new(),
        event: Event {
            kind: word("webhook_deliveries", "kind", get(row, "kind")?)?,
            occurred_at: get(row, "occurred_at")?,
            webhook: word("webhooks", "name", get(row, "name")?)?,
            task: get::<Option<Uuid>>(row, "task_id")?.map(Into::into),
            facts,
        },
        tries: u32::try_from(tries).map_err(|error| corrupt("webhook_deliveries", "tries", error))?,
    })
}

pub fn word<T>(table: &'static str, column: &'static str, text: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: Into<Reason>>,
{
    text.parse().map_err(|error: T::Err| corrupt(table, column, error))
}

fn words<T>(row: &PgRow, column: &'static str) -> Result<Vec<T>, StoreError>
where
    T: FromStr<Err: Into<Reason>>,
{
    get::<Vec<String>>(row, column)?.iter().map(|text| word("webhooks", column, text)).collect()
}
