//! Why the tasks of a queue wait.

use crate::prelude::*;
use ruche_api::{HeldTasks, Queue, WaitingReason};

use crate::{
    messages::{queues as m, reasons},
    pages::links,
    ui::{
        badge::{Tone, badge},
        notice::empty,
        time,
    },
};

/// What holds most of them back, as far as the list of queues tells; `None` where none waits.
pub fn at_a_glance(queue: &Queue) -> Option<WaitingReason> {
    if queue.tasks.queued == 0 {
        return None;
    }
    let is_full = queue.limits.and_then(|limits| limits.max_running).is_some_and(|most| queue.tasks.running >= u64::from(most));
    let has_rate = queue.limits.is_some_and(|limits| limits.rate.is_some());
    Some(match queue {
        _ if queue.paused_at.is_some() => WaitingReason::Paused,
        _ if queue.workers == 0 => WaitingReason::NoWorker,
        _ if is_full => WaitingReason::QueueLimit,
        _ if has_rate => WaitingReason::RateLimit,
        _ => WaitingReason::FreeWorker,
    })
}

/// A reason, as a badge: those that somebody can do something about stand out.
pub fn word(reason: WaitingReason) -> View {
    badge(tone(reason), reasons::of(reason))
}

fn tone(reason: WaitingReason) -> Tone {
    match reason {
        WaitingReason::NoWorker | WaitingReason::Expired => Tone::Bad,
        WaitingReason::Paused => Tone::Off,
        WaitingReason::QueueLimit | WaitingReason::KeyLimit | WaitingReason::RateLimit | WaitingReason::TaskRateLimit => {
            Tone::Again
        }
        WaitingReason::FreeWorker | WaitingReason::Turn => Tone::Due,
        WaitingReason::Dependencies | WaitingReason::Eta | WaitingReason::Retry => Tone::Waiting,
    }
}

/// How many wait for what, the most first.
pub fn told(queue: &str, mut held: Vec<HeldTasks>) -> View {
    if held.is_empty() {
        return empty(m::nothing_waits(), View::default());
    }
    held.sort_by_key(|held| std::cmp::Reverse(held.tasks));
    let most = held.iter().map(|held| held.tasks).max().unwrap_or(1).max(1);
    let address = links::tasks_of_queue(queue, Some(ruche_api::TaskState::Queued));
    let rows: Vec<View> = held
        .into_iter()
        .map(|HeldTasks { reason, tasks, next_at }| {
            let next = next_at.map(|at| html! { span(class="muted small") { (m::why_next()) " " (time::ago(at)) } });
            let label = reasons::of(reason);
            html! {
                li(class="held") {
                    span(class="held-count") { (links::number_link(tasks, address.clone())) }
                    span(class="held-why") { (word(reason)) (next) }
                    meter(class="held-share", "aria-label"=label, value=tasks.to_string(), max=most.to_string()) { (tasks.to_string()) }
                }
            }
        })
        .collect();
    html! { ul(class="held-list") { (rows) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::{LiveCounts, QueueLimits, Role};

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    fn queue(queued: u64, workers: u32) -> Queue {
        Queue {
            name: "mail".to_owned(),
            tasks: LiveCounts { queued, running: 2, ..LiveCounts::default() },
            oldest_queued_at: None,
            oldest_started_at: None,
            workers,
            broker: None,
            paused_at: None,
            limits: None,
            admitted: None,
            waiting: None,
        }
    }

    #[test]
    fn the_list_says_what_holds_most_of_a_queue_back() {
        assert_eq!(at_a_glance(&queue(0, 0)), None);
        assert_eq!(at_a_glance(&queue(1, 0)), Some(WaitingReason::NoWorker));
        assert_eq!(at_a_glance(&queue(1, 1)), Some(WaitingReason::FreeWorker));
        let full = Queue { limits: Some(QueueLimits { max_running: Some(2), ..QueueLimits::default() }), ..queue(1, 1) };
        assert_eq!(at_a_glance(&full), Some(WaitingReason::QueueLimit));
        assert_eq!(at_a_glance(&Queue { paused_at: Some(now()), ..full }), Some(WaitingReason::Paused));
    }

    #[test]
    fn reasons_stand_with_their_numbers_the_most_first() {
        let held = [(WaitingReason::Turn, 3), (WaitingReason::QueueLimit, 40)];
        let held = held.map(|(reason, tasks)| HeldTasks { reason, tasks, next_at: None }).to_vec();
        let html = rendered("/queues/mail", Role::Viewer, || told("mail", held));
        assert!(html.contains("/tasks?state=queued&amp;queue=mail") || html.contains("/tasks?state=queued&queue=mail"), "{html}");
        assert!(html.find("may").unwrap() < html.find("turn").unwrap(), "{html}");
    }
}
