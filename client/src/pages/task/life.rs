//! The task's life as a waterfall.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{Attempt, Task, TaskState};
use uuid::Uuid;

use super::actions::is_terminal;
use crate::{
    api::{self, use_query},
    browser::clock::{Moment, ticking},
    messages::task as m,
    ui::{
        badge::Tone,
        layout::card,
        waterfall::{Phase, Span, waterfall},
    },
};

/// Draws it, and goes on while the task does.
pub fn life(id: Uuid, task: ReadSignal<Rc<Task>>) -> View {
    let attempts = use_query(move || Some(api::tasks::attempts(id)));
    // A step of the task is a step of its attempts.
    let step = create_selector(move || task.with(|task| (task.state, task.attempt)));
    let mut first = true;
    create_effect(move || {
        step.track();
        if !std::mem::take(&mut first) {
            attempts.again();
        }
    });
    let clock = ticking();
    let drawn = move || {
        let task = task.get_clone();
        let attempts = attempts.value();
        let list = attempts.as_ref().map_or(&[][..], |list| &list.data[..]);
        // Only what goes on is drawn again as time goes by.
        let now = if is_terminal(task.state) { untrack(|| clock.get()) } else { clock.get() };
        untrack(|| waterfall(&spans(&task, list), now))
    };
    card(m::life(), View::default(), html! { (drawn) })
}

/// The phases of a life, from the task and its attempts.
fn spans(task: &Task, attempts: &[Attempt]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut since = task.created_at;
    for attempt in attempts {
        let queued = attempt.queued_at.unwrap_or(since).max(since);
        push_wait(&mut spans, attempt.attempt, since, Some(queued));
        let started = attempt.started_at.max(queued);
        spans.push(Span {
            phase: Phase::Queue,
            attempt: Some(attempt.attempt),
            from: queued,
            until: Some(started),
            address: None,
        });
        spans.push(Span {
            phase: Phase::Run(Tone::of_task(attempt.state)),
            attempt: Some(attempt.attempt),
            from: started,
            until: attempt.finished_at.or((attempt.state != TaskState::Running).then_some(started)),
            address: Some(format!("/tasks/{}?tab=logs", task.id)),
        });
        since = attempt.finished_at.unwrap_or(started);
    }
    let number = attempts.last().map_or(0, |attempt| attempt.attempt) + 1;
    match task.state {
        TaskState::Blocked => spans.push(Span { phase: Phase::Blocked, attempt: None, from: since, until: None, address: None }),
        TaskState::Scheduled | TaskState::Retrying => push_wait(&mut spans, number, since, None),
        TaskState::Queued => {
            let queued = task.queued_at.unwrap_or(since).max(since);
            push_wait(&mut spans, number, since, Some(queued));
            spans.push(Span { phase: Phase::Queue, attempt: None, from: queued, until: None, address: None });
        }
        _ if attempts.is_empty() => push_wait(&mut spans, number, since, task.finished_at.or(task.started_at)),
        _ => {}
    }
    spans
}

/// A wait before the attempt of this number, unless it was none to speak of.
fn push_wait(spans: &mut Vec<Span>, number: u32, from: Moment, until: Option<Moment>) {
    const NOTHING_MS: i64 = 5;
    if until.is_some_and(|until| (until - from).num_milliseconds() <= NOTHING_MS) {
        return;
    }
    let phase = if number <= 1 { Phase::Delay } else { Phase::Backoff };
    spans.push(Span { phase, attempt: None, from, until, address: None });
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::browser::clock::now;

    fn task(state: &str) -> Task {
        let at = crate::i18n::moment::machine(now());
        let value = serde_json::json!({
            "id": Uuid::from_u128(1), "task": "a", "queue": "q", "priority": 0, "state": state, "attempt": 1, "attempts_used": 1,
            "max_attempts": 5, "created_at": at, "cancel_requested": false, "args": [], "kwargs": {},
        });
        serde_json::from_str(&value.to_string()).unwrap()
    }

    #[test]
    fn a_life_is_waits_and_runs_in_turn() {
        let at = |seconds| now() + TimeDelta::seconds(seconds);
        let attempt = |attempt, queued, started, finished: Option<i64>, state| Attempt {
            attempt,
            worker: None,
            state,
            queued_at: Some(at(queued)),
            started_at: at(started),
            finished_at: finished.map(at),
            failure: None,
        };
        let attempts = [attempt(1, 10, 11, Some(20), TaskState::Retrying), attempt(2, 30, 31, None, TaskState::Running)];
        let phases: Vec<_> = spans(&task("running"), &attempts).into_iter().map(|span| span.phase).collect();
        let expected =
            [Phase::Delay, Phase::Queue, Phase::Run(Tone::Again), Phase::Backoff, Phase::Queue, Phase::Run(Tone::Active)];
        assert_eq!(phases, expected);
    }

    #[test]
    fn a_task_that_has_not_begun_waits() {
        let phases = |state| spans(&task(state), &[]).into_iter().map(|span| (span.phase, span.until)).collect::<Vec<_>>();
        assert_eq!(phases("queued"), [(Phase::Queue, None)]);
        assert_eq!(phases("scheduled"), [(Phase::Delay, None)]);
        assert_eq!(phases("blocked"), [(Phase::Blocked, None)]);
    }
}
