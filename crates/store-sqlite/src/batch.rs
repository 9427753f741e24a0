//! Batches as the JSON text that statements read with `json_each`.

use ruche_domain::{NewTask, TaskId, TaskState, Timestamp};
use serde::{Serialize, Serializer};

/// The JSON form of rows that hold nothing but text, numbers and nulls.
pub fn json<T: Serialize>(rows: &T) -> String {
    serde_json::to_string(rows).expect("text, numbers and nulls have a JSON form")
}

/// An id as hexadecimal digits, for `unhex`.
#[derive(Debug, Clone, Copy)]
pub struct Hex(pub TaskId);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; uuid::fmt::Simple::LENGTH];
        serializer.serialize_str(self.0.as_uuid().simple().encode_lower(&mut digits))
    }
}

/// Ids as a JSON array.
pub fn ids(ids: impl IntoIterator<Item = TaskId>) -> String {
    json(&ids.into_iter().map(Hex).collect::<Vec<_>>())
}

/// Bytes as hexadecimal digits, for `unhex`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ids one after the other, as `task_ids` columns keep them.
pub fn pack(ids: impl IntoIterator<Item = TaskId>) -> Vec<u8> {
    ids.into_iter().flat_map(|id| id.as_uuid().into_bytes()).collect()
}

/// A time as the database keeps it: microseconds since 1970.
pub const fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// The row of a new task, in the order in which `task.insert` and `task.insert_foreign` read it.
#[derive(Serialize)]
pub struct NewRow<'a>(
    Hex,
    &'a str,
    &'a str,
    u8,
    &'static str,
    u32,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    &'a str,
    &'a str,
);

impl<'a> NewRow<'a> {
    /// A task waits for a worker from when it was accepted, unless it is scheduled.
    pub fn new(task: &'a NewTask) -> Self {
        let state = task.initial_state();
        let (queued_at, due_at) = match state {
            TaskState::Scheduled => (None, task.eta),
            _ => (Some(task.created_at), None),
        };
        Self(
            Hex(task.id),
            task.name.as_str(),
            task.queue.as_str(),
            task.priority.get(),
            state.as_str(),
            task.max_attempts.max(1),
            micros(task.created_at),
            queued_at.map(micros),
            due_at.map(micros),
            task.eta.map(micros),
            task.expires_at.map(micros),
            (!task.options.is_empty()).then(|| json(&task.options)),
            task.args.as_str(),
            task.kwargs.as_str(),
        )
    }
}
