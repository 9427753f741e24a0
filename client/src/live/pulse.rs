//! What happened within a moment.

use ruche_api::{SummaryEvent, TaskEvent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event, as it came: its name and its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    pub name: String,
    pub data: String,
}

/// What happened within a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Changes of single tasks, in order.
    pub tasks: Vec<TaskEvent>,
    /// Tasks that entered a state, of which only numbers are known.
    pub entered: u64,
    /// A task definition, queue or worker changed.
    pub registry: bool,
    /// Events were lost: everything has to be asked for again.
    pub lost: bool,
}

impl Pulse {
    /// Most changes that are kept one by one; beyond, only their number counts.
    const MOST: usize = 2_000;

    /// Whether any task changed.
    pub fn concerns_tasks(&self) -> bool {
        !self.tasks.is_empty() || self.entered > 0
    }

    /// Whether this task changed, or may have.
    pub fn concerns(&self, id: Uuid) -> bool {
        self.entered > 0 || self.tasks.iter().any(|event| event.id == id)
    }

    /// Whether a task of this queue changed, or may have.
    pub fn concerns_queue(&self, queue: &str) -> bool {
        self.entered > 0 || self.registry || self.tasks.iter().any(|event| event.queue == queue)
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With one event more. What is no event of ours is passed over: the server may be newer.
    pub fn add(&mut self, raw: &Raw) {
        match raw.name.as_str() {
            "summary" => {
                if let Ok(SummaryEvent { entered }) = serde_json::from_str(&raw.data) {
                    self.entered += entered.values().sum::<u64>();
                }
            }
            "registry" => self.registry = true,
            "reset" => self.lost = true,
            name if name.starts_with("task.") => match serde_json::from_str(&raw.data) {
                Ok(event) if self.tasks.len() < Self::MOST => self.tasks.push(event),
                Ok(_) => self.entered += 1,
                Err(_) => {}
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(name: &str, data: &str) -> Raw {
        Raw { name: name.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn events_are_gathered() {
        let mut pulse = Pulse::default();
        let task = r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","task":"a","queue":"mail","attempt":0,"at":"2027-01-31T12:00:00Z","state":"queued"}"#;
        for event in
            [raw("task.state", task), raw("task.log", task), raw("summary", r#"{"entered":{"queued":3}}"#), raw("news", "?")]
        {
            pulse.add(&event);
        }
        assert_eq!((pulse.tasks.len(), pulse.entered, pulse.lost), (2, 3, false));
        assert!(pulse.concerns_queue("mail"));
    }

    #[test]
    fn a_flood_is_counted() {
        let mut pulse = Pulse::default();
        let task =
            r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","task":"a","queue":"mail","attempt":1,"at":"2027-01-31T12:00:00Z"}"#;
        for _ in 0..2_100 {
            pulse.add(&raw("task.progress", task));
        }
        assert_eq!((pulse.tasks.len(), pulse.entered), (2_000, 100));
    }
}
