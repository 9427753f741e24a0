//! A schedule as it is being written: what is in the fields, and what that makes.

mod length;

use crate::prelude::*;
use ruche_api::{AnyJson, CatchUp, EnqueueTask, Overlap, ReplaceSchedule, Schedule, ScheduleRule};
use ruche_domain::RawJson;

pub use self::length::{Length, UNITS};
use crate::{
    messages::schedules as m,
    ui::moment_field::{moment_of, text_of},
};

/// How it ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Cron,
    Every,
    Once,
}

/// What is wrong with a field: its id, and what.
pub type Wrong = (&'static str, String);

/// The fields.
#[derive(Clone, Copy)]
pub struct Draft {
    pub name: Signal<String>,
    pub description: Signal<String>,
    pub kind: Signal<Kind>,
    pub cron: Signal<String>,
    pub zone: Signal<String>,
    pub every: Length,
    pub at: Signal<String>,
    pub task: Signal<String>,
    pub kwargs: Signal<String>,
    pub queue: Signal<String>,
    pub priority: Signal<String>,
    pub key: Signal<String>,
    pub overlap: Signal<Overlap>,
    pub catch_up: Signal<CatchUp>,
    pub window: Length,
    pub jitter: Length,
    pub paused: Signal<bool>,
    /// What of the task, and of the rule, the form has no field for.
    rest: Signal<(Option<EnqueueTask>, ScheduleRule)>,
}

impl Draft {
    /// An empty one, for a task that may be named already.
    pub fn empty(task: &str) -> Self {
        Self {
            name: create_signal(String::new()),
            description: create_signal(String::new()),
            kind: create_signal(Kind::Cron),
            cron: create_signal("0 3 * * *".to_owned()),
            zone: create_signal("UTC".to_owned()),
            every: Length::of(None, UNITS[1]),
            at: create_signal(String::new()),
            task: create_signal(task.to_owned()),
            kwargs: create_signal("{}".to_owned()),
            queue: create_signal(String::new()),
            priority: create_signal(String::new()),
            key: create_signal(String::new()),
            overlap: create_signal(Overlap::default()),
            catch_up: create_signal(CatchUp::default()),
            window: Length::of(None, UNITS[2]),
            jitter: Length::of(None, UNITS[0]),
            paused: create_signal(false),
            rest: create_signal((None, ScheduleRule::default())),
        }
    }

    /// One that is there.
    pub fn of(schedule: &Schedule) -> Self {
        let Schedule { rule, .. } = schedule;
        let task = schedule.task.0.decode::<EnqueueTask>().ok();
        let draft = Self::empty(task.as_ref().map_or("", |task| task.task.as_str()));
        draft.name.set(schedule.name.clone());
        draft.description.set(schedule.description.clone());
        draft.kind.set(match rule {
            ScheduleRule { cron: Some(_), .. } => Kind::Cron,
            ScheduleRule { every_ms: Some(_), .. } => Kind::Every,
            _ => Kind::Once,
        });
        draft.cron.set(rule.cron.clone().unwrap_or_default());
        draft.zone.set(rule.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()));
        draft.at.set(rule.at.map(text_of).unwrap_or_default());
        if let Some(task) = &task {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            draft.kwargs.set(task.kwargs.as_ref().map_or_else(|| "{}".to_owned(), |kwargs| pretty(kwargs.0.as_str())));
            draft.queue.set(text(&task.queue));
            draft.priority.set(task.priority.map(|priority| priority.to_string()).unwrap_or_default());
            draft.key.set(text(&task.concurrency_key));
        }
        draft.overlap.set(schedule.overlap);
        draft.catch_up.set(schedule.catch_up);
        draft.paused.set(schedule.paused);
        draft.rest.set((task, rule.clone()));
        Self {
            every: Length::of(rule.every_ms, UNITS[1]),
            window: Length::of(schedule.catch_up_window_ms, UNITS[2]),
            jitter: Length::of(Some(schedule.jitter_ms).filter(|jitter| *jitter > 0), UNITS[0]),
            ..draft
        }
    }

    /// When it ticks, tracked.
    pub fn rule(self) -> Result<ScheduleRule, Wrong> {
        let needed = |id| (id, m::needed().into_owned());
        Ok(match self.kind.get() {
            Kind::Cron => {
                let (cron, zone) = (self.cron.get_clone(), self.zone.get_clone());
                let cron = Some(cron.trim().to_owned()).filter(|cron| !cron.is_empty()).ok_or_else(|| needed("schedule-cron"))?;
                let time_zone = Some(zone.trim().to_owned()).filter(|zone| !zone.is_empty());
                ScheduleRule { cron: Some(cron), time_zone, ..ScheduleRule::default() }
            }
            Kind::Every => {
                let every =
                    self.every.millis().map_err(|wrong| ("schedule-every", wrong))?.ok_or_else(|| needed("schedule-every"))?;
                // What the interval counts from stays as long as the interval does.
                let anchor = self.rest.with(|(_, rule)| rule.anchor.filter(|_| rule.every_ms == Some(every)));
                ScheduleRule { every_ms: Some(every), anchor, ..ScheduleRule::default() }
            }
            Kind::Once => {
                let at = self.at.with(|text| moment_of(text)).ok_or_else(|| needed("schedule-at"))?;
                // The field has no seconds.
                let before = self.rest.with(|(_, rule)| rule.at).filter(|before| text_of(*before) == text_of(at));
                ScheduleRule { at: Some(before.unwrap_or(at)), ..ScheduleRule::default() }
            }
        })
    }

    fn enqueues(self, wrong: &mut Vec<Wrong>) -> EnqueueTask {
        let some = |text: Signal<String>| Some(text.get_clone().trim().to_owned()).filter(|text| !text.is_empty());
        let name = some(self.task).unwrap_or_else(|| {
            wrong.push(("schedule-task", m::needed().into_owned()));
            String::new()
        });
        let kwargs = self.kwargs.with(|text| object(text));
        let kwargs = kwargs.unwrap_or_else(|told| {
            wrong.push(("schedule-kwargs", told));
            None
        });
        let before = self.rest.with(|(task, _)| task.clone()).unwrap_or_else(|| EnqueueTask::named(""));
        EnqueueTask {
            task: name,
            kwargs,
            queue: some(self.queue),
            priority: some(self.priority).and_then(|text| text.parse().ok()),
            concurrency_key: some(self.key),
            ..before
        }
    }

    /// All of it; or what is wrong, in the order of the fields.
    pub fn read(self) -> Result<(String, ReplaceSchedule), Vec<Wrong>> {
        let mut wrong = Vec::new();
        let name = self.name.with(|name| name.trim().to_owned());
        if name.is_empty() {
            wrong.push(("schedule-name", m::needed().into_owned()));
        }
        let rule = self.rule().unwrap_or_else(|told| {
            wrong.push(told);
            ScheduleRule::default()
        });
        let task = self.enqueues(&mut wrong);
        let mut length = |id, length: Length| {
            length.millis().unwrap_or_else(|told| {
                wrong.push((id, told));
                None
            })
        };
        let catch_up = self.catch_up.get();
        let window = length("schedule-window", self.window).filter(|_| catch_up == CatchUp::All);
        let jitter = length("schedule-jitter", self.jitter);
        if catch_up == CatchUp::All && window.is_none() && wrong.iter().all(|(id, _)| *id != "schedule-window") {
            wrong.push(("schedule-window", m::needed().into_owned()));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let description = self.description.with(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        let rest = ReplaceSchedule {
            description,
            rule,
            task,
            overlap: Some(self.overlap.get()),
            catch_up: Some(catch_up),
            catch_up_window_ms: window,
            jitter_ms: jitter,
            paused: Some(self.paused.get()),
        };
        Ok((name, rest))
    }
}

/// A JSON object, kept as it is written; nothing where nothing is said.
fn object(text: &str) -> Result<Option<AnyJson>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let told = |wrong: String| format!("{} {wrong}", m::not_json());
    let raw = RawJson::parse(text).map_err(|wrong| told(wrong.to_string()))?;
    if raw.as_str().trim_start().starts_with('{') { Ok(Some(AnyJson(raw))) } else { Err(told(raw.as_str().to_owned())) }
}

fn pretty(text: &str) -> String {
    // Only what comes back with the same digits is laid out anew.
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.to_string().len() == text.split_whitespace().collect::<String>().len() => {
            serde_json::to_string_pretty(&value).unwrap_or_else(|_| text.to_owned())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_what_is_missing() {
        create_root(|| {
            let draft = Draft::empty("");
            draft.catch_up.set(CatchUp::All);
            draft.kwargs.set("[1]".to_owned());
            let wrong: Vec<_> = draft.read().unwrap_err().into_iter().map(|(id, _)| id).collect();
            assert_eq!(wrong, ["schedule-name", "schedule-task", "schedule-kwargs", "schedule-window"]);
        })
        .dispose();
    }

    #[test]
    fn what_the_form_has_no_field_for_stays() {
        let stored = r#"{"name":"a","description":"","rule":{"every_ms":300000,"anchor":"2027-01-01T00:00:00Z"},
            "task":{"task":"ruche.sleep","kwargs":{"milliseconds":12345678901234567890123},"timeout_ms":5000,"max_attempts":2},
            "overlap":"skip","catch_up":"all","catch_up_window_ms":7200000,"jitter_ms":0,"paused":true,"next_tick_at":null,"due_at":null,
            "last_tick_at":null,"last_task_id":null,"created_at":"2027-01-01T00:00:00Z","updated_at":"2027-01-01T00:00:00Z","revision":3}"#;
        let stored: Schedule = serde_json::from_str(stored).unwrap();
        create_root(move || {
            let (name, rest) = Draft::of(&stored).read().unwrap();
            assert_eq!((name.as_str(), rest.rule, rest.paused), ("a", stored.rule.clone(), Some(true)));
            assert_eq!((rest.task.timeout_ms, rest.task.max_attempts), (Some(5000), Some(2)));
            assert!(rest.task.kwargs.unwrap().0.as_str().contains("12345678901234567890123"));
            assert_eq!((rest.overlap, rest.catch_up_window_ms), (Some(Overlap::Skip), Some(7_200_000)));
        })
        .dispose();
    }
}
