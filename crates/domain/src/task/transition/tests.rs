use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::RawJson;

#[derive(Debug, Clone)]
enum Step {
    Claim,
    Finish { stale: bool, outcome: u8 },
    Rescue,
    Release,
    Cancel,
    Expire,
    Retry,
}

fn steps() -> impl Strategy<Value = Vec<(Step, u32)>> {
    let step = prop_oneof![
        4 => Just(Step::Claim),
        4 => (any::<bool>(), 0u8..5).prop_map(|(stale, outcome)| Step::Finish { stale, outcome }),
        1 => Just(Step::Rescue),
        2 => Just(Step::Release),
        1 => Just(Step::Cancel),
        1 => Just(Step::Expire),
        1 => Just(Step::Retry),
    ];
    proptest::collection::vec((step, 0u32..40), 0..60)
}

fn outcome(kind: u8, now: Timestamp) -> AttemptOutcome {
    match kind {
        0 => AttemptOutcome::Succeeded { result: RawJson::null() },
        1 => AttemptOutcome::Retrying { due_at: now + TimeDelta::seconds(5), failure: TaskFailure::new("x", "y") },
        2 => AttemptOutcome::Failed { failure: TaskFailure::new("x", "y") },
        3 => AttemptOutcome::Cancelled,
        _ => AttemptOutcome::Released,
    }
}

fn apply(life: Lifecycle, step: &Step, now: Timestamp) -> Transition {
    let worker = WorkerName::new("ruche@test").unwrap();
    match step {
        Step::Claim => life.claim(now, worker, now + TimeDelta::seconds(30)),
        Step::Finish { stale, outcome: kind } => {
            let attempt = if *stale { life.attempt.wrapping_sub(1) } else { life.attempt };
            life.finish(now, attempt, outcome(*kind, now))
        }
        Step::Rescue => life.rescue(now),
        Step::Release => life.release(now),
        Step::Cancel => life.cancel(now),
        Step::Expire => life.expire(now),
        Step::Retry => life.retry(now),
    }
}

proptest! {
    #[test]
    fn every_walk_through_the_lifecycle_keeps_its_promises(steps in steps(), eta in 0i64..20, expires in proptest::option::of(1i64..200), max in 1u32..6) {
        let mut now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let expires_at = expires.map(|s| now + TimeDelta::seconds(s));
        let mut life = Lifecycle::begin(now, Some(now + TimeDelta::seconds(eta)), expires_at, max);
        for (step, wait) in steps {
            now += TimeDelta::from_std(Duration::from_secs(wait.into())).unwrap();
            let before = life.clone();
            match apply(life, &step, now) {
                Ok(after) => {
                    prop_assert!(after.attempt >= before.attempt, "the attempt's number only grows");
                    prop_assert!(after.attempts_used <= after.max_attempts, "no attempt beyond the limit");
                    if before.state().is_terminal() {
                        prop_assert!(matches!(step, Step::Retry), "only an operator revives a task");
                    }
                    if after.state() == TaskState::Running && before.state() != TaskState::Running {
                        prop_assert_eq!(before.state(), TaskState::Queued);
                        prop_assert_eq!(after.attempt, before.attempt + 1);
                    }
                    if matches!(step, Step::Finish { stale: true, .. }) {
                        prop_assert!(false, "a stale outcome was taken");
                    }
                    life = after;
                }
                Err(refused) => {
                    prop_assert_eq!(refused.from, before.state());
                    life = before;
                }
            }
        }
    }
}

#[test]
fn a_cancelled_task_is_never_claimed() {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let life = Lifecycle::begin(now, None, None, 3).cancel(now).unwrap();
    assert!(life.claim(now, WorkerName::new("w@h").unwrap(), now).is_err());
}

#[test]
fn an_attempt_asked_to_stop_is_not_retried() {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let running = Lifecycle::begin(now, None, None, 3).claim(now, WorkerName::new("w@h").unwrap(), now).unwrap();
    let asked = running.cancel(now).unwrap();
    let ended = asked.finish(now, 1, outcome(1, now)).unwrap();
    assert_eq!(ended.state(), TaskState::Cancelled);
}

#[test]
fn a_lost_worker_s_last_attempt_fails_as_lost() {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let running = Lifecycle::begin(now, None, None, 1).claim(now, WorkerName::new("w@h").unwrap(), now).unwrap();
    assert!(matches!(running.rescue(now).unwrap().phase, Phase::Failed { failure, .. } if failure.kind == "lost"));
}

#[test]
fn a_handed_back_attempt_does_not_count() {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let worker = WorkerName::new("w@h").unwrap();
    let once = Lifecycle::begin(now, None, None, 1).claim(now, worker.clone(), now).unwrap();
    let back = once.finish(now, 1, AttemptOutcome::Released).unwrap();
    assert_eq!((back.state(), back.attempts_used), (TaskState::Queued, 0));
    assert_eq!(back.claim(now, worker, now).unwrap().attempt, 2);
}

#[test]
fn a_blocked_task_moves_on_and_comes_back() {
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let later = now + chrono::TimeDelta::seconds(1);
    let blocked = Lifecycle::begin_blocked(None, 1);
    assert_eq!(blocked.clone().unblock(now, None).unwrap().state(), TaskState::Queued);
    assert_eq!(blocked.clone().unblock(now, Some(now)).unwrap().state(), TaskState::Queued);
    assert_eq!(blocked.clone().unblock(now, Some(later)).unwrap().phase, Phase::Scheduled { due_at: later });
    let failed = blocked.clone().fail_blocked(now, Lifecycle::lost()).unwrap();
    let used_up = Lifecycle { attempt: 1, attempts_used: 1, expires_at: Some(now), ..failed };
    let again = used_up.block_again().unwrap();
    assert_eq!((again.state(), again.max_attempts, again.expires_at), (TaskState::Blocked, 2, None));
    let queued = again.unblock(now, None).unwrap();
    assert!(queued.clone().unblock(now, None).is_err());
    assert!(queued.clone().fail_blocked(now, Lifecycle::lost()).is_err());
    assert!(queued.block_again().is_err());
}
