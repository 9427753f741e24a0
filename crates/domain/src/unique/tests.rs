use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::{QueueName, RawJson, TaskName, TaskOptions};

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn task(eta: Option<i64>) -> NewTask {
    NewTask {
        id: uuid::Uuid::from_u128(2).into(),
        name: TaskName::new("t").unwrap(),
        queue: QueueName::default_queue(),
        priority: crate::Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::empty_object(),
        max_attempts: 1,
        created_at: at(0),
        eta: eta.map(at),
        expires_at: None,
        options: TaskOptions::default(),
    }
}

fn policies() -> impl Strategy<Value = UniquePolicy> {
    prop_oneof![
        Just(UniquePolicy::Reject),
        Just(UniquePolicy::Existing),
        Just(UniquePolicy::Replace),
        (1..500_u64).prop_map(|s| UniquePolicy::Debounce { max_wait: Duration::from_secs(s) }),
    ]
}

prop_compose! {
    fn wishes()(
        policy in policies(),
        period in proptest::option::of(1..500_u64),
        states in proptest::sample::subsequence(TaskState::ALL.to_vec(), 1..=9),
    ) -> Uniqueness {
        Uniqueness { key: UniqueKey([0; 32]), period: period.map(Duration::from_secs), states, policy }
    }
}

prop_compose! {
    fn holders()(
        state in proptest::sample::select(TaskState::ALL.to_vec()),
        created in -400..=0_i64,
        due in -100..400_i64,
        until in proptest::option::of(-100..100_i64),
    ) -> Holder {
        let due_at = matches!(state, TaskState::Scheduled | TaskState::Retrying).then(|| at(due));
        let id = uuid::Uuid::from_u128(1).into();
        Holder { id, state, created_at: at(created), due_at, eta: Some(at(due)), taken_until: until.map(at) }
    }
}

proptest! {
    #[test]
    fn a_task_is_created_exactly_when_nobody_holds_the_key(
        wish in wishes(), holder in proptest::option::of(holders()), eta in proptest::option::of(-50..300_i64),
    ) {
        let free = holder.is_none_or(|held| {
            !wish.states.contains(&held.state) || held.taken_until.is_some_and(|until| until <= at(0))
        });
        let decision = wish.decide(holder.as_ref(), &task(eta), at(0));
        prop_assert_eq!(decision == UniqueDecision::Create, free);
    }

    #[test]
    fn only_waiting_tasks_are_amended_and_they_still_wait(
        wish in wishes(), holder in holders(), eta in proptest::option::of(-50..300_i64),
    ) {
        let decision = wish.decide(Some(&holder), &task(eta), at(0));
        if let UniqueDecision::Amend(Amendment { state, due_at, .. }) = decision {
            prop_assert!(holder.state.is_waiting() && state.is_waiting());
            prop_assert_eq!(due_at.is_some(), matches!(state, TaskState::Scheduled | TaskState::Retrying));
            let fixed = matches!(holder.state, TaskState::Blocked | TaskState::Retrying);
            prop_assert!(!fixed || (state == holder.state && due_at == holder.due_at));
        }
    }

    #[test]
    fn what_is_put_off_is_due_within_the_longest_wait(
        delays in proptest::collection::vec((0..60_i64, 1..60_i64), 1..30), max_wait in 60..300_u64,
    ) {
        let policy = UniquePolicy::Debounce { max_wait: Duration::from_secs(max_wait) };
        let wish = Uniqueness { key: UniqueKey([0; 32]), period: None, states: Uniqueness::WAITING.to_vec(), policy };
        let mut holder = Holder {
            id: uuid::Uuid::from_u128(1).into(), state: TaskState::Scheduled, created_at: at(0), due_at: Some(at(60)),
            eta: Some(at(60)), taken_until: None,
        };
        let mut now = 0;
        for (pause, delay) in delays {
            now += pause;
            let decision = wish.decide(Some(&holder), &task(Some(now + delay)), at(now));
            let UniqueDecision::Amend(amended) = decision else { panic!("a scheduled task is put off") };
            prop_assert!(amended.due_at <= Some(at(0) + TimeDelta::seconds(i64::try_from(max_wait).unwrap())));
            prop_assert!(amended.due_at <= Some(at(now + delay)));
            holder.due_at = amended.due_at;
        }
    }
}

#[test]
fn a_running_task_is_never_given_other_arguments() {
    let states = Uniqueness::LIVE.to_vec();
    let holder = Holder {
        id: uuid::Uuid::from_u128(1).into(),
        state: TaskState::Running,
        created_at: at(-9),
        due_at: None,
        eta: None,
        taken_until: None,
    };
    for (policy, expected) in [
        (UniquePolicy::Reject, UniqueDecision::Reject),
        (UniquePolicy::Existing, UniqueDecision::Existing),
        (UniquePolicy::Replace, UniqueDecision::Reject),
        (UniquePolicy::Debounce { max_wait: Duration::from_secs(9) }, UniqueDecision::Reject),
    ] {
        let wish = Uniqueness { key: UniqueKey([0; 32]), period: None, states: states.clone(), policy };
        assert_eq!(wish.decide(Some(&holder), &task(Some(5)), at(0)), expected);
        let usual = Uniqueness { states: Uniqueness::usual_states(policy, false), ..wish };
        let makes_another = matches!(policy, UniquePolicy::Replace | UniquePolicy::Debounce { .. });
        assert_eq!(usual.decide(Some(&holder), &task(Some(5)), at(0)) == UniqueDecision::Create, makes_another);
    }
}

#[test]
fn a_key_is_free_from_the_end_of_its_period_on() {
    let period = Some(Duration::from_secs(60));
    let wish = Uniqueness {
        key: UniqueKey([0; 32]),
        period,
        states: Uniqueness::usual_states(UniquePolicy::Reject, true),
        policy: UniquePolicy::Reject,
    };
    let holder = Holder {
        id: uuid::Uuid::from_u128(1).into(),
        state: TaskState::Succeeded,
        created_at: at(0),
        due_at: None,
        eta: None,
        taken_until: wish.taken_until(at(0)),
    };
    assert_eq!(wish.decide(Some(&holder), &task(None), at(59)), UniqueDecision::Reject);
    assert_eq!(wish.decide(Some(&holder), &task(None), at(60)), UniqueDecision::Create);
}
