//! From what a caller wishes to a task that can be stored: names, bounds and arguments checked, the definition's defaults filled in.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_api::{EnqueueTask, FieldError, Retry};
use ruche_domain::{
    ConcurrencyKey, NewTask, Priority, QueueName, RawJson, RetryPolicy, TaskId, TaskName, TaskOptions, Timestamp, TraceContext,
};

use crate::{
    definitions::{DefinitionSet, Known},
    problem::{Code, Problem},
    validation::Base,
};

/// Latest time taken, in seconds since 1970: the end of the year 9999, the last that RFC 3339 can write.
const LATEST: i64 = 253_402_300_799;

/// Checks wishes of one request.
pub struct Desk<'a> {
    /// What is registered.
    pub definitions: &'a DefinitionSet,
    /// Whether tasks pass that are not.
    pub accept_unregistered: bool,
    /// The trace the request belongs to.
    pub trace: &'a TraceContext,
    /// When the request came.
    pub now: Timestamp,
}

/// Why a wish cannot be granted.
#[derive(Debug)]
pub enum Rejection {
    /// The name is not registered; these are like it.
    Unknown(Vec<String>),
    /// These are wrong.
    Invalid(Code, Vec<FieldError>),
}

impl Rejection {
    /// The problem; `base` is the JSON pointer of the task in the body.
    pub fn into_problem(self, base: &str) -> Problem {
        match self {
            Self::Unknown(near) => {
                let detail = match near.as_slice() {
                    [] => "no worker has registered a task under this name".to_owned(),
                    near => format!("no worker has registered a task under this name; did you mean {}?", near.join(" or ")),
                };
                let error = field_error(&format!("{base}/task"), Code::UnknownTask.as_str(), &detail);
                Problem::new(Code::UnknownTask).detail(detail).errors(vec![error])
            }
            Self::Invalid(code, errors) => {
                let rebased = errors
                    .into_iter()
                    .map(|error| FieldError { pointer: error.pointer.map(|pointer| format!("{base}{pointer}")), ..error });
                Problem::new(code).errors(rebased.collect())
            }
        }
    }
}

impl Desk<'_> {
    /// The task, with this id; errors point into [`EnqueueTask`].
    pub fn accept(&self, wish: EnqueueTask, id: TaskId) -> Result<NewTask, Rejection> {
        self.accept_at(wish, id, &Base { args: "/args", kwargs: "/kwargs" })
    }

    /// Like [`Self::accept`], with the arguments elsewhere in the body.
    pub fn accept_at(&self, wish: EnqueueTask, id: TaskId, base: &Base<'_>) -> Result<NewTask, Rejection> {
        self.accept_filled(wish, id, base, true)
    }

    /// Like [`Self::accept`], for a node of a workflow; with placeholders in its arguments these cannot be checked yet.
    pub fn accept_node(&self, wish: EnqueueTask, id: TaskId, has_placeholders: bool) -> Result<NewTask, Rejection> {
        self.accept_filled(wish, id, &Base { args: "/args", kwargs: "/kwargs" }, !has_placeholders)
    }

    fn accept_filled(&self, wish: EnqueueTask, id: TaskId, base: &Base<'_>, filled: bool) -> Result<NewTask, Rejection> {
        let known = self.known(&wish.task)?;
        let mut errors = Vec::new();
        check_bounds(&wish, &mut errors);
        let args = part(wish.args.map(|json| json.0), b'[', base.args, "a JSON array", &mut errors);
        let kwargs = part(wish.kwargs.map(|json| json.0), b'{', base.kwargs, "a JSON object", &mut errors);
        let name = match known {
            Some(known) => Some(known.definition.name.clone()),
            None => checked(TaskName::new(&wish.task), "/task", &mut errors),
        };
        let queue = match wish.queue.as_deref() {
            Some(queue) => checked(QueueName::new(queue), "/queue", &mut errors),
            None => Some(known.map_or_else(QueueName::default_queue, |known| known.definition.queue.clone())),
        };
        let retry = wish.retry.and_then(|retry| policy(retry, known, &mut errors));
        let key = wish.concurrency_key.as_deref();
        let concurrency_key = key.and_then(|key| checked(ConcurrencyKey::new(key), "/concurrency_key", &mut errors));
        let (Some(name), Some(queue), true) = (name, queue, errors.is_empty()) else {
            return Err(Rejection::Invalid(Code::InvalidBody, errors));
        };
        if let Some(known) = known.filter(|_| filled) {
            let checked = known.arguments.check(args.as_ref(), kwargs.as_ref(), base);
            checked.map_err(|errors| Rejection::Invalid(Code::InvalidArguments, errors))?;
        }
        let policy = retry.or_else(|| known.map(|known| known.definition.retry)).unwrap_or_default();
        let countdown = wish.countdown_ms.map(|ms| self.now + TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX)));
        let priority = wish.priority.map(Priority::clamped).or_else(|| known.map(|known| known.definition.priority));
        Ok(NewTask {
            id,
            name,
            queue,
            priority: priority.unwrap_or_default(),
            args: args.unwrap_or_else(RawJson::empty_array),
            kwargs: kwargs.unwrap_or_else(RawJson::empty_object),
            max_attempts: wish.max_attempts.unwrap_or_else(|| policy.max_attempts()),
            created_at: self.now,
            eta: wish.eta.map(storable).or(countdown),
            expires_at: wish.expires_at.map(storable),
            options: TaskOptions {
                timeout: wish.timeout_ms.map(Duration::from_millis),
                retry,
                trace: Some(self.trace.clone()),
                schedule: None,
                workflow: None,
                celery: None,
                concurrency_key,
            },
        })
    }

    fn known(&self, name: &str) -> Result<Option<&Known>, Rejection> {
        match self.definitions.get(name) {
            Some(known) => Ok(Some(known)),
            None if self.accept_unregistered => Ok(None),
            None => Err(Rejection::Unknown(self.definitions.near(name))),
        }
    }
}

fn check_bounds(wish: &EnqueueTask, errors: &mut Vec<FieldError>) {
    let mut hold = |pointer: &str, ok: bool, code: &str, detail: &str| {
        if !ok {
            errors.push(field_error(pointer, code, detail));
        }
    };
    let within = |value: Option<u64>, bounds: std::ops::RangeInclusive<u64>| value.is_none_or(|value| bounds.contains(&value));
    let writable = |at: Option<Timestamp>| at.is_none_or(|at| (-62_135_596_800..=LATEST).contains(&at.timestamp()));
    hold("/priority", within(wish.priority.map(u64::from), 0..=9), "maximum", "0 to 9");
    hold("/max_attempts", within(wish.max_attempts.map(u64::from), 1..=1_000), "range", "1 to 1000");
    hold("/timeout_ms", within(wish.timeout_ms, 1..=EnqueueTask::MAX_TIMEOUT_MS), "range", "1 ms to 7 days");
    hold("/countdown_ms", within(wish.countdown_ms, 0..=EnqueueTask::MAX_COUNTDOWN_MS), "maximum", "at most ten years");
    hold("/countdown_ms", wish.eta.is_none() || wish.countdown_ms.is_none(), "exclusive", "not together with eta");
    hold("/eta", writable(wish.eta), "range", "a time of the years 1 to 9999");
    hold("/expires_at", writable(wish.expires_at), "range", "a time of the years 1 to 9999");
}

/// Times are kept in microseconds; those before 1970 are as good as 1970.
fn storable(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_micros(at.timestamp_micros().max(0)).unwrap_or(at)
}

fn part(raw: Option<RawJson>, opening: u8, pointer: &str, what: &str, errors: &mut Vec<FieldError>) -> Option<RawJson> {
    let raw = raw?;
    if raw.as_str().as_bytes().first() != Some(&opening) {
        errors.push(field_error(pointer, "type", &format!("must be {what}")));
    }
    Some(raw)
}

fn policy(retry: Retry, known: Option<&Known>, errors: &mut Vec<FieldError>) -> Option<RetryPolicy> {
    let Retry { max_attempts, initial_ms, max_ms, factor, jitter } = retry;
    let base = known.map_or(RetryPolicy::STANDARD, |known| known.definition.retry);
    // A policy knows its numbers by its JSON form only.
    let mut whole = serde_json::to_value(base).ok()?;
    let mut set = |key: &str, value: Option<serde_json::Value>| {
        if let (Some(value), Some(object)) = (value, whole.as_object_mut()) {
            object.insert(key.to_owned(), value);
        }
    };
    set("max_attempts", max_attempts.map(Into::into));
    set("initial_ms", initial_ms.map(Into::into));
    set("max_ms", max_ms.map(Into::into));
    set("factor", factor.map(Into::into));
    set("jitter", jitter.map(Into::into));
    serde_json::from_value(whole).map_err(|error| errors.push(field_error("/retry", "range", &error.to_string()))).ok()
}

fn checked<T>(value: Result<T, ruche_domain::InvalidName>, pointer: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    value.map_err(|error| errors.push(field_error(pointer, "pattern", &error.to_string()))).ok()
}

fn field_error(pointer: &str, code: &str, detail: &str) -> FieldError {
    FieldError { pointer: Some(pointer.to_owned()), parameter: None, code: code.to_owned(), detail: detail.to_owned() }
}
