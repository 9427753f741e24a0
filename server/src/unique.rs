//! From what a caller says of a unique task to what the store decides by.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_api::{FieldError, Unique};
use ruche_domain::{NewTask, TaskState, UniqueKey, UniquePolicy, Uniqueness, canonical_json};
use sha2::{Digest, Sha256};

use crate::problem::{Code, Problem};

/// Longest arguments that may count, in bytes: bounds the work on their canonical form.
const LONGEST_ARGS: usize = 1024 * 1024;

/// The wish of an accepted task; errors point into the body, where the task is at `base`.
pub fn read(wish: Unique, task: &NewTask, base: &str) -> Result<Uniqueness, Problem> {
    let mut errors = Vec::new();
    let mut hold = |field: &str, ok: bool, code: &str, detail: &str| {
        if !ok {
            let pointer = Some(format!("{base}/unique{field}"));
            errors.push(FieldError { pointer, parameter: None, code: code.to_owned(), detail: detail.to_owned() });
        }
    };
    let Unique { key, args, period_ms, states, policy, max_wait_ms } = wish;
    let (period, max_wait) = (period_ms.map(Duration::from_millis), max_wait_ms.map(Duration::from_millis));
    let args = args.unwrap_or_default();
    let within = |length: Option<Duration>| length.is_none_or(|it| !it.is_zero() && it <= Uniqueness::MAX_PERIOD);
    let short = key.as_ref().is_none_or(|key| !key.is_empty() && key.chars().count() <= Uniqueness::MAX_KEY);
    hold("/key", short, "length", "1 to 255 characters");
    let small = !args || task.args.as_str().len() + task.kwargs.as_str().len() <= LONGEST_ARGS;
    hold("/args", small, "size", "the arguments are longer than 1 MiB; give a key instead");
    hold("/period_ms", within(period), "range", "1 ms to 31 days");
    hold("/max_wait_ms", within(max_wait), "range", "1 ms to 31 days");
    let debounce = policy == Some(ruche_api::UniquePolicy::Debounce);
    hold("/max_wait_ms", debounce == max_wait.is_some(), "exclusive", "with policy `debounce`, and only then");
    let delay = task.eta.map_or(TimeDelta::zero(), |eta| eta - task.created_at);
    hold("/policy", !debounce || delay > TimeDelta::zero(), "exclusive", "`debounce` needs a countdown, or an ETA to come");
    let enough = max_wait.is_none_or(|wait| TimeDelta::from_std(wait).is_ok_and(|wait| wait >= delay));
    hold("/max_wait_ms", !debounce || enough, "range", "at least the countdown");
    let policy = policy_of(policy.unwrap_or_default(), max_wait);
    let states = match states {
        Some(states) => {
            let mut states: Vec<TaskState> = states.into_iter().map(Into::into).collect();
            states.sort_unstable();
            let given = states.len();
            states.dedup();
            hold("/states", given == states.len() && given > 0, "size", "one to nine states, each once");
            states
        }
        None => Uniqueness::usual_states(policy, period.is_some()),
    };
    hold(
        "/states",
        can_hold(policy, &states),
        "exclusive",
        "`replace` needs a state in which tasks wait, `debounce` needs `scheduled`",
    );
    if errors.is_empty() {
        return Ok(Uniqueness { key: hash(task, key.as_deref(), args), period, states, policy });
    }
    Err(Problem::new(Code::InvalidBody).errors(errors))
}

fn policy_of(policy: ruche_api::UniquePolicy, max_wait: Option<Duration>) -> UniquePolicy {
    match policy {
        ruche_api::UniquePolicy::Reject => UniquePolicy::Reject,
        ruche_api::UniquePolicy::Existing => UniquePolicy::Existing,
        ruche_api::UniquePolicy::Replace => UniquePolicy::Replace,
        ruche_api::UniquePolicy::Debounce => UniquePolicy::Debounce { max_wait: max_wait.unwrap_or_default() },
    }
}

/// Whether the policy can ever do in these states what it is for.
fn can_hold(policy: UniquePolicy, states: &[TaskState]) -> bool {
    match policy {
        UniquePolicy::Replace => states.iter().any(|state| state.is_waiting()),
        UniquePolicy::Debounce { .. } => states.contains(&TaskState::Scheduled),
        UniquePolicy::Reject | UniquePolicy::Existing => true,
    }
}

/// Each part with its length, so that no two kinds have the same text.
fn hash(task: &NewTask, key: Option<&str>, args: bool) -> UniqueKey {
    let mut hash = Sha256::new();
    let mut add = |part: Option<&str>| {
        hash.update([u8::from(part.is_some())]);
        hash.update((part.unwrap_or_default().len() as u64).to_be_bytes());
        hash.update(part.unwrap_or_default().as_bytes());
    };
    add(Some(task.name.as_str()));
    add(key);
    add(args.then(|| canonical_json(&task.args)).as_deref());
    add(args.then(|| canonical_json(&task.kwargs)).as_deref());
    UniqueKey(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ruche_domain::{Clock, ManualClock, Priority, QueueName, RawJson, TaskName, TaskOptions, Timestamp};

    use super::*;

    fn task(name: &str, args: &str) -> NewTask {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH, 1);
        NewTask {
            id: clock.new_task_id(),
            name: TaskName::new(name).unwrap(),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            args: RawJson::parse(args).unwrap(),
            kwargs: RawJson::empty_object(),
            max_attempts: 1,
            created_at: clock.now(),
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        }
    }

    #[test]
    fn kinds_are_told_apart_by_name_key_and_arguments() {
        let kinds = [
            hash(&task("a", "[1]"), None, false),
            hash(&task("b", "[1]"), None, false),
            hash(&task("a", "[1]"), Some("b"), false),
            hash(&task("ab", "[1]"), Some(""), false),
            hash(&task("a", "[1]"), None, true),
            hash(&task("a", "[2]"), None, true),
            hash(&task("a", "[1]"), Some("b"), true),
        ];
        assert_eq!(kinds.iter().collect::<HashSet<_>>().len(), kinds.len());
        assert_eq!(kinds[0], hash(&task("a", "[2]"), None, false));
        assert_eq!(kinds[4], hash(&task("a", "[ 1 ]"), None, true));
    }
}
