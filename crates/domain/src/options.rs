//! What a task carries beside its name and arguments; mostly absent, so kept as one small JSON document.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{ConcurrencyKey, MemberOf, RawJson, RetryPolicy, ScheduleName, Timestamp, TraceContext};

/// Options of one task. A field left out takes the task definition's value, then Ruche's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskOptions {
    /// An attempt that runs longer ends as failed and is retried.
    #[serde(rename = "timeout_ms", with = "millis", skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// How failed attempts are retried, where it differs from the definition's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// The caller's span: parent of the attempts' spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
    /// The schedule that made it, and for which tick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Box<ScheduledBy>>,
    /// The workflow it is a node of, for whoever runs it; stores keep it in a column of its own beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Box<MemberOf>>,
    /// What a Celery client expects back, for tasks that one published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub celery: Option<Box<CeleryContext>>,
    /// What the task is counted by where its queue limits each key. The databases index it by this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency_key: Option<ConcurrencyKey>,
}

impl TaskOptions {
    /// Whether nothing is set, so that nothing need be stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The schedule that made a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledBy {
    /// Its name.
    pub name: ScheduleName,
    /// The tick: the instant of the rule, whenever the task was enqueued.
    pub tick_at: Timestamp,
}

/// The parts of a Celery message (protocol 2) that outlive its delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CeleryContext {
    /// Queue on which the client waits for the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What the client matches the reply by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// First task of the family; the task itself where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_id: Option<String>,
    /// Task that published this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Group the task belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The client wants no result.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignore_result: bool,
    /// The body's third element (`callbacks`, `errbacks`, `chain`, `chord`) where it says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embed: Option<RawJson>,
}

pub(crate) mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(value: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(duration) => serializer.serialize_some(&u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_millis))
    }
}
