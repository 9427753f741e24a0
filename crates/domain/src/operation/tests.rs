use chrono::DateTime;

use super::*;
use crate::{Lifecycle, Phase, TaskFailure, Timestamp, WorkerName};

fn actions() -> [OperationAction; 5] {
    [
        OperationAction::Cancel,
        OperationAction::Retry,
        OperationAction::Delete,
        OperationAction::Move { queue: QueueName::new("other").unwrap() },
        OperationAction::SetPriority { priority: Priority::MAX },
    ]
}

fn now() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn life_in(state: TaskState) -> Lifecycle {
    let (at, failure) = (now(), TaskFailure::new("x", "y"));
    let worker = WorkerName::new("w@1").unwrap();
    let phase = match state {
        TaskState::Blocked => Phase::Blocked,
        TaskState::Scheduled => Phase::Scheduled { due_at: at },
        TaskState::Queued => Phase::Queued { queued_at: at },
        TaskState::Running => Phase::Running { worker, lease_until: at, started_at: at, cancel_requested: false },
        TaskState::Retrying => Phase::Retrying { due_at: at, failure },
        TaskState::Succeeded => Phase::Succeeded { finished_at: at },
        TaskState::Failed => Phase::Failed { finished_at: at, failure },
        TaskState::Cancelled => Phase::Cancelled { finished_at: at },
        TaskState::Expired => Phase::Expired { finished_at: at },
    };
    Lifecycle { phase, ..Lifecycle::begin(at, None, None, 3) }
}

#[test]
fn the_lifecycle_says_the_same() {
    for state in TaskState::ALL {
        let life = life_in(state);
        assert_eq!(life.state(), state);
        assert_eq!(OperationAction::Cancel.changes(state), life.clone().cancel(now()).is_ok(), "{state}");
        assert_eq!(OperationAction::Retry.changes(state), life.retry(now()).is_ok(), "{state}");
    }
}

#[test]
fn running_tasks_are_neither_deleted_nor_moved() {
    for action in actions() {
        assert_eq!(action.changes(TaskState::Running), action == OperationAction::Cancel, "{action}");
        assert!(!action.states().is_empty());
    }
}

#[test]
fn actions_and_states_come_back_from_their_json() {
    for action in actions() {
        let text = serde_json::to_string(&action).unwrap();
        assert!(text.contains(action.as_str()), "{text}");
        assert_eq!(serde_json::from_str::<OperationAction>(&text).unwrap(), action);
    }
    for state in OperationState::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
        assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
    }
    for bad in [r#"{"action":"drop"}"#, r#"{"action":"move"}"#, r#"{"action":"set_priority","priority":10}"#] {
        assert!(serde_json::from_str::<OperationAction>(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_has_ended_never_goes_on() {
    for state in OperationState::ALL {
        for last in [false, true] {
            assert_eq!(state.after_chunk(last).is_none(), state.is_terminal(), "{state}");
        }
    }
    assert_eq!(OperationState::Pending.after_chunk(false), Some(OperationState::Running));
    assert_eq!(OperationState::Pending.after_chunk(true), Some(OperationState::Succeeded));
}

#[test]
fn a_skipped_task_says_why() {
    assert_eq!(SkipReason::of(&OperationAction::Cancel, None), SkipReason::Gone);
    assert_eq!(SkipReason::of(&OperationAction::Cancel, Some(TaskState::Succeeded)), SkipReason::MovedOn);
    let [.., moving, _] = actions();
    assert_eq!(SkipReason::of(&moving, Some(TaskState::Queued)), SkipReason::AlreadySo);
    assert_eq!(SkipReason::of(&OperationAction::Delete, Some(TaskState::Succeeded)), SkipReason::InWorkflow);
}
