//! How many tasks are in each state, beside the tabs. The server counts all of them, and for each queue those that have not ended; beside any
//! other condition no number is shown, as it would be another one than the list's.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{LiveCounts, QueueList, Stats, TaskState};

use super::filter::Wanted;
use crate::{
    api::{self, Query, use_query},
    i18n::number,
    ui::confirm::counted,
};

/// The numbers.
#[derive(Clone, Copy)]
pub struct Counts {
    scope: ReadSignal<Scope>,
    stats: Query<Stats>,
    queues: Query<QueueList>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    All,
    Queue(String),
    /// Nobody counts that.
    Other,
}

/// The numbers for what is wanted.
pub fn counts(wanted: ReadSignal<Option<Wanted>>) -> Counts {
    let scope = create_selector(move || wanted.with(scope_of));
    let stats = use_query(move || (scope.get_clone() == Scope::All).then(api::stats::now));
    let queues = use_query(move || matches!(scope.get_clone(), Scope::Queue(_)).then(api::queues::list));
    Counts {
        scope,
        stats: stats.follow_each(2_000, |pulse| pulse.concerns_tasks()),
        queues: queues.follow_each(2_000, |pulse| pulse.concerns_tasks()),
    }
}

fn scope_of(wanted: &Option<Wanted>) -> Scope {
    let Some(wanted) = wanted else { return Scope::Other };
    let queue = wanted.queue.clone();
    match (wanted.clone().of_any_queue().is_only_state(), queue) {
        (true, None) => Scope::All,
        (true, Some(queue)) => Scope::Queue(queue),
        (false, _) => Scope::Other,
    }
}

impl Counts {
    /// How many are in a state, tracked; empty where nobody knows.
    pub fn of(self, state: TaskState) -> Cow<'static, str> {
        match self.scope.get_clone() {
            Scope::All => {
                let stats = self.stats.value();
                let found = stats.as_ref().and_then(|stats| stats.tasks.iter().find(|counted| counted.state == state));
                found.map(|found| counted(found.count, found.at_least)).unwrap_or_default().into()
            }
            Scope::Queue(name) => {
                let queues = self.queues.value();
                let queue = queues.as_ref().and_then(|queues| queues.data.iter().find(|queue| queue.name == name));
                queue.and_then(|queue| live(&queue.tasks, state)).map(number::whole).unwrap_or_default().into()
            }
            Scope::Other => "".into(),
        }
    }
}

/// Of a queue's tasks, those in a state; those that have ended are not counted by queue.
fn live(counts: &LiveCounts, state: TaskState) -> Option<u64> {
    match state {
        TaskState::Blocked => Some(counts.blocked),
        TaskState::Scheduled => Some(counts.scheduled),
        TaskState::Queued => Some(counts.queued),
        TaskState::Running => Some(counts.running),
        TaskState::Retrying => Some(counts.retrying),
        TaskState::Succeeded | TaskState::Failed | TaskState::Cancelled | TaskState::Expired => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::filter::read, *};
    use crate::browser::clock::now;

    #[test]
    fn counts_are_shown_only_where_the_server_counts_the_same() {
        let scope = |text| scope_of(&read(text, now()).ok());
        assert_eq!((scope(""), scope("state:failed")), (Scope::All, Scope::All));
        assert_eq!(scope("queue:mail state:queued"), Scope::Queue("mail".to_owned()));
        assert_eq!(
            (scope("queue:mail task:a"), scope("created:<1h"), scope("nonsense")),
            (Scope::Other, Scope::Other, Scope::Other)
        );
        let counts = LiveCounts { blocked: 0, scheduled: 1, queued: 2, running: 3, retrying: 4 };
        assert_eq!((live(&counts, TaskState::Running), live(&counts, TaskState::Failed)), (Some(3), None));
    }
}
