use chrono::TimeDelta;

use super::*;

const RULES: Rules = Rules { attempts_used: 1, max_attempts: 3, policy: RetryPolicy::STANDARD, stop: Stop::No };

fn outcome(ending: Ending, rules: Rules) -> Option<AttemptOutcome> {
    ending.outcome(&rules, Timestamp::UNIX_EPOCH, || 1.0)
}

fn failed() -> Ending {
    Ending::Returned(Err(TaskError::retry("no")))
}

fn kind(outcome: Option<AttemptOutcome>) -> String {
    match outcome {
        Some(AttemptOutcome::Retrying { failure, .. }) => format!("retrying {}", failure.kind),
        Some(AttemptOutcome::Failed { failure }) => format!("failed {}", failure.kind),
        Some(AttemptOutcome::Succeeded { .. }) => "succeeded".to_owned(),
        Some(AttemptOutcome::Cancelled) => "cancelled".to_owned(),
        Some(AttemptOutcome::Released) => "released".to_owned(),
        None => "nothing".to_owned(),
    }
}

#[test]
fn errors_timeouts_and_panics_are_retried_while_attempts_are_left() {
    let last = Rules { attempts_used: 3, ..RULES };
    let endings: [fn() -> Ending; 3] = [failed, || Ending::TimedOut(Duration::from_secs(1)), || Ending::Panicked("x".to_owned())];
    for (ending, name) in endings.into_iter().zip(["error", "timed_out", "panicked"]) {
        assert_eq!(kind(outcome(ending(), RULES)), format!("retrying {name}"));
        assert_eq!(kind(outcome(ending(), last)), format!("failed {name}"));
    }
}

#[test]
fn the_wait_follows_the_policy_or_the_error() {
    let due = |ending| match outcome(ending, RULES) {
        Some(AttemptOutcome::Retrying { due_at, .. }) => due_at - Timestamp::UNIX_EPOCH,
        other => panic!("{other:?}"),
    };
    assert_eq!(due(failed()), TimeDelta::seconds(1));
    assert_eq!(due(Ending::Returned(Err(TaskError::retry_after("no", Duration::from_secs(90))))), TimeDelta::seconds(90));
}

#[test]
fn a_result_in_time_counts_whatever_was_asked() {
    for stop in [Stop::No, Stop::Drain, Stop::Cancel] {
        let ending = Ending::Returned(Ok(RawJson::null()));
        assert_eq!(kind(outcome(ending, Rules { stop, ..RULES })), "succeeded");
    }
}

#[test]
fn a_lost_lease_leaves_nothing_to_record() {
    let lost = Rules { stop: Stop::Lost, ..RULES };
    assert_eq!(outcome(Ending::Returned(Ok(RawJson::null())), lost), None);
    assert_eq!(outcome(failed(), lost), None);
}

#[test]
fn what_stops_when_asked_is_cancelled_or_handed_back() {
    for (stop, expected) in [(Stop::Cancel, "cancelled"), (Stop::Drain, "released")] {
        let rules = Rules { stop, attempts_used: 3, ..RULES };
        assert_eq!(kind(outcome(failed(), rules)), expected);
        assert_eq!(kind(outcome(Ending::Dropped, rules)), expected);
        assert_eq!(kind(outcome(Ending::TimedOut(Duration::from_secs(1)), rules)), expected);
        assert_eq!(kind(outcome(Ending::Panicked("x".to_owned()), rules)), expected);
    }
}

#[test]
fn errors_that_say_so_and_results_too_large_fail_for_good() {
    assert_eq!(kind(outcome(Ending::Returned(Err(TaskError::fail("no"))), RULES)), "failed error");
    let large = RawJson::of(&"x".repeat(LARGEST_RESULT)).unwrap();
    assert_eq!(kind(outcome(Ending::Returned(Ok(large)), RULES)), "failed result_too_large");
    assert_eq!(kind(outcome(Ending::not_registered(&TaskName::new("a").unwrap()), RULES)), "failed not_registered");
}

#[test]
fn failures_are_made_storable() {
    let mut error = TaskError::fail("a");
    error.failure.message = "a\0b".repeat(10_000);
    error.failure.details = Some("é\0".repeat(10_000));
    let Some(AttemptOutcome::Failed { failure }) = outcome(Ending::Returned(Err(error)), RULES) else { panic!() };
    assert!(failure.message.len() <= TaskFailure::MAX_MESSAGE * 3 && !failure.message.contains('\0'));
    let details = failure.details.unwrap();
    assert!(details.len() <= LONGEST_DETAILS * 3 && !details.contains('\0'));
}
