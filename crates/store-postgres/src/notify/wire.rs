//! Notices as text: `{"o":origin, ...}` with one of `c` (single changes), `s` (numbers by state), `r` (registry), `w` (what waited was
//! released), `l` (lost).

use std::collections::BTreeMap;

use chrono::DateTime;
use ruche_domain::{Change, ChangeKind, Changes, QueueName, TaskId, TaskName, TaskState};
use serde::{Deserialize, Serialize};

/// PostgreSQL takes payloads shorter than 8,000 bytes.
const LONGEST: usize = 7_900;

/// A notice with its sender.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    pub origin: String,
    pub changes: Changes,
}

/// Why a notice cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("not a notice")]
    Json(#[from] serde_json::Error),
    #[error("a time out of range")]
    Time,
    #[error("a kind of change this version does not know")]
    Kind,
    #[error("a notice that says nothing this version knows")]
    Empty,
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    o: &'a str,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    c: Option<Vec<Single<'a>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<BTreeMap<TaskState, u64>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    r: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    w: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    l: bool,
}

/// Id, name, queue, attempt, microseconds since 1970, a state's word or another kind's.
#[derive(Serialize, Deserialize)]
struct Single<'a>(TaskId, TaskName, QueueName, u32, i64, &'a str);

impl<'a> Envelope<'a> {
    fn from(o: &'a str) -> Self {
        Self { o, c: None, s: None, r: false, w: false, l: false }
    }

    fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers always have a JSON form")
    }
}

/// As many payloads as it takes.
pub fn write_each(origin: &str, changes: &[Change]) -> Vec<String> {
    // No entry is longer than its names (ASCII without quotes) and 120 bytes.
    let length = |change: &Change| change.name.as_str().len() + change.queue.as_str().len() + 120;
    let mut payloads = Vec::new();
    let mut rest = changes;
    while !rest.is_empty() {
        let mut room = LONGEST - origin.len() - 20;
        let fitting = rest.iter().take_while(|change| {
            let fits = length(change) <= room;
            room = room.saturating_sub(length(change));
            fits
        });
        let (chunk, later) = rest.split_at(fitting.count().max(1));
        let single = chunk.iter().map(write_one).collect();
        payloads.push(Envelope { c: Some(single), ..Envelope::from(origin) }.to_text());
        rest = later;
    }
    payloads
}

fn write_one(change: &Change) -> Single<'static> {
    let Change { id, name, queue, attempt, at, kind } = change;
    let word = match kind {
        ChangeKind::State(state) => state.as_str(),
        ChangeKind::CancelRequested => "cancel_requested",
        ChangeKind::Progress => "progress",
        ChangeKind::Log => "log",
    };
    Single(*id, name.clone(), queue.clone(), *attempt, at.timestamp_micros(), word)
}

pub fn write_summary(origin: &str, counts: &BTreeMap<TaskState, u64>) -> String {
    Envelope { s: Some(counts.clone()), ..Envelope::from(origin) }.to_text()
}

pub fn write_registry(origin: &str) -> String {
    Envelope { r: true, ..Envelope::from(origin) }.to_text()
}

pub fn write_released(origin: &str) -> String {
    Envelope { w: true, ..Envelope::from(origin) }.to_text()
}

pub fn write_lost(origin: &str) -> String {
    Envelope { l: true, ..Envelope::from(origin) }.to_text()
}

pub fn read(payload: &str) -> Result<Notice, Unreadable> {
    let Envelope { o, c, s, r, w, l } = serde_json::from_str(payload)?;
    let changes = match (c, s) {
        (Some(single), _) => Changes::Each(single.into_iter().map(read_one).collect::<Result<_, _>>()?),
        (None, Some(counts)) => Changes::Summary(counts),
        (None, None) if r => Changes::Registry,
        (None, None) if w => Changes::Released,
        (None, None) if l => Changes::Lost,
        (None, None) => return Err(Unreadable::Empty),
    };
    Ok(Notice { origin: o.to_owned(), changes })
}

fn read_one(single: Single<'_>) -> Result<Change, Unreadable> {
    let Single(id, name, queue, attempt, micros, word) = single;
    let kind = match word {
        "cancel_requested" => ChangeKind::CancelRequested,
        "progress" => ChangeKind::Progress,
        "log" => ChangeKind::Log,
        state => ChangeKind::State(state.parse().map_err(|_| Unreadable::Kind)?),
    };
    let at = DateTime::from_timestamp_micros(micros).ok_or(Unreadable::Time)?;
    Ok(Change { id, name, queue, attempt, at, kind })
}

#[cfg(test)]
mod tests {
    use ruche_domain::{Clock, ManualClock};

    use super::*;

    fn changes(count: usize) -> Vec<Change> {
        let at = DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        let clock = ManualClock::new(at, 1);
        let kinds = [ChangeKind::State(TaskState::Retrying), ChangeKind::CancelRequested, ChangeKind::Progress, ChangeKind::Log];
        let change = |n: usize| Change {
            id: clock.new_task_id(),
            name: TaskName::new(&"n".repeat(1 + n % 200)).unwrap(),
            queue: QueueName::new(&"q".repeat(1 + n % 100)).unwrap(),
            attempt: u32::MAX,
            at,
            kind: kinds[n % kinds.len()].clone(),
        };
        (0..count).map(change).collect()
    }

    #[test]
    fn single_changes_come_through_in_payloads_that_fit() {
        let changes = changes(500);
        let payloads = write_each("3b2e6a52-8c6c-4f0e-9d6f-1f5f6a3c1a11", &changes);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert!(payloads.len() < 30, "they are packed");
        let read: Vec<_> = payloads
            .iter()
            .flat_map(|payload| match read(payload).unwrap().changes {
                Changes::Each(each) => each,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(read, changes);
    }

    #[test]
    fn everything_else_comes_through() {
        let counts = BTreeMap::from([(TaskState::Queued, 3), (TaskState::Failed, u64::MAX)]);
        for (payload, changes) in [
            (write_summary("me", &counts), Changes::Summary(counts.clone())),
            (write_registry("me"), Changes::Registry),
            (write_released("me"), Changes::Released),
            (write_lost("me"), Changes::Lost),
        ] {
            assert_eq!(read(&payload).unwrap(), Notice { origin: "me".into(), changes });
        }
    }

    #[test]
    fn what_is_no_notice_is_refused() {
        for bad in ["", "{}", "null", r#"{"o":"x"}"#, r#"{"o":"x","c":[[1]]}"#, r#"{"o":"x","s":{"blue":1}}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
