//! How fast a queue goes: what ended when, how long it ran, and what waits by priority. All of it from lists of tasks, so each mark is a task.

use crate::prelude::*;
use ruche_api::{TaskPage, TaskState, TaskSummary};

use crate::{
    api::{self, tasks::TaskFilter, use_query},
    browser::clock::{Moment, millis_between},
    i18n::{duration, moment, number},
    messages::{queues as m, states},
    pages::{
        follow::{part, poll},
        links,
    },
    router::route::Route,
    ui::{
        badge::Tone,
        chart::{Chart, Dot, Dots, Series, Shape, chart, scatter},
        layout::card,
        notice::empty,
    },
};

/// Tasks of a list, at most.
const LAST: u32 = 100;

/// Columns of the chart over time.
const STEPS: usize = 24;

fn of_queue(name: &str, state: Option<TaskState>) -> TaskFilter {
    TaskFilter { queue: Some(name.to_owned()), state, ..TaskFilter::default() }
}

/// The states of tasks that the charts are of.
const ENDED: [TaskState; 2] = [TaskState::Succeeded, TaskState::Failed];

/// The charts. Each state is asked for by itself: the last tasks that came may all be waiting.
pub fn charts(name: &str) -> View {
    let queries = ENDED.map(|state| {
        let filter = of_queue(name, Some(state));
        // Every few seconds is enough for charts.
        poll(use_query(move || Some(api::tasks::list(&filter, LAST, None))), 15_000)
    });
    let name = name.to_owned();
    let both = create_selector(move || {
        let [good, bad] = queries.map(|query| query.value().map(|page| page.data.clone()));
        Some([good?, bad?].concat())
    });
    let shown = move || both.get_clone().map(|tasks| untrack(|| drawn(&name, &tasks)));
    html! { (shown) }
}

fn drawn(name: &str, tasks: &[TaskSummary]) -> View {
    let ended: Vec<&TaskSummary> = tasks.iter().collect();
    html! {
        div(class="grid") {
            (chart(over_time(name, &ended)))
            (scatter(run_times(&ended)))
        }
    }
}

/// What ended when, in steps of one length.
fn over_time(name: &str, ended: &[&TaskSummary]) -> Chart {
    let at = |task: &&TaskSummary| task.finished_at;
    let (first, last) = (ended.iter().filter_map(at).min(), ended.iter().filter_map(at).max());
    let (times, step) = first.zip(last).map_or((Vec::new(), 1), |(first, last)| steps(first, last));
    let series = ENDED.map(|state| {
        let mut values = vec![Some(0.0); times.len()];
        for task in ended.iter().filter(|task| task.state == state) {
            let index = task.finished_at.zip(times.first()).map(|(at, first)| millis_between(*first, at) / step);
            if let Some(Some(value)) = index.and_then(|index| values.get_mut(usize::try_from(index).ok()?)) {
                *value += 1.0;
            }
        }
        Series { name: states::of_task(state), tone: Tone::of_task(state), values }
    });
    let name = name.to_owned();
    Chart {
        title: match ended.len() as u64 {
            0 => m::throughput(),
            count => format!("{} · {}", m::throughput(), m::throughput_told(count)).into(),
        },
        shape: Shape::Columns,
        times,
        series: series.into(),
        told: |value| number::decimal(value, "0"),
        link: Box::new(move |_, which| links::tasks_of_queue(&name, Some(ENDED[which]))),
    }
}

/// Equal steps from the first moment to the last, and their length in milliseconds.
fn steps(first: Moment, last: Moment) -> (Vec<Moment>, u64) {
    let step = (millis_between(first, last) / STEPS as u64 + 1).max(1_000);
    let count = usize::try_from(millis_between(first, last) / step + 1).unwrap_or(STEPS);
    // A chart has two steps at least.
    let times = (0..count.max(2)).map(|index| first + chrono::TimeDelta::milliseconds((index as u64 * step) as i64));
    (times.collect(), step)
}

fn run_times(ended: &[&TaskSummary]) -> Dots {
    let mut dots: Vec<Dot> = ended
        .iter()
        .filter_map(|task| {
            let (began, at) = task.started_at.zip(task.finished_at)?;
            let value = millis_between(began, at) as f64;
            let label = format!("{} · {} · {}", task.task, duration::of_millis(value as u64), moment::time(at));
            Some(Dot { at, value, tone: Tone::of_task(task.state), label, address: Route::Task(task.id).to_string() })
        })
        .collect();
    dots.sort_by_key(|dot| dot.at);
    let mut values: Vec<f64> = dots.iter().map(|dot| dot.value).collect();
    values.sort_by(f64::total_cmp);
    let at_share = |share: usize| values.get(values.len().saturating_sub(1) * share / 100).copied();
    let levels = [(m::median(), at_share(50)), (m::ninety_fifth(), at_share(95))];
    let levels = levels.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect();
    Dots { title: m::durations(), dots, told: |value| duration::of_millis(value as u64), levels }
}

/// What waits, by priority.
pub fn priorities(name: &str) -> View {
    let filter = of_queue(name, Some(TaskState::Queued));
    let query = poll(use_query(move || Some(api::tasks::list(&filter, LAST, None))), 10_000);
    let address = links::tasks_of_queue(name, Some(TaskState::Queued));
    let counted = |page: &TaskPage| {
        let mut counts = [0_u64; 10];
        for task in &page.data {
            counts[usize::from(task.priority.min(9))] += 1;
        }
        (counts, page.has_more)
    };
    card(m::priorities(), View::default(), part(query, counted, move |(counts, more)| by_priority(counts, more, &address)))
}

fn by_priority(counts: [u64; 10], more: bool, address: &str) -> View {
    let most = counts.iter().copied().max().unwrap_or_default();
    if most == 0 {
        return empty(m::nothing_waits(), View::default());
    }
    let rows: Vec<View> = (0..=9_u8)
        .rev()
        .filter(|priority| counts[usize::from(*priority)] > 0)
        .map(|priority| {
            let count = counts[usize::from(priority)];
            let (told, address) = (m::of_priority(priority, count), address.to_owned());
            html! {
                li(class="held") {
                    span(class="held-count") { a(href=address) { (number::whole(count)) } }
                    span(class="held-why") { (told.clone()) }
                    meter(class="held-share", "aria-label"=told, value=count.to_string(), max=most.to_string()) { (count.to_string()) }
                }
            }
        })
        .collect();
    let note = if more {
        format!("{} {}", m::priorities_told(), m::priorities_first(u64::from(LAST)))
    } else {
        m::priorities_told().into_owned()
    };
    html! { p(class="muted") { (note) } ul(class="held-list") { (rows) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::clock::now;

    #[test]
    fn steps_cover_everything_that_ended() {
        let first = now();
        for seconds in [0, 1, 30, 3_600, 86_400] {
            let last = first + chrono::TimeDelta::seconds(seconds);
            let (times, step) = steps(first, last);
            assert!(times.len() >= 2 && times.len() <= STEPS + 2, "{seconds}: {}", times.len());
            let index = usize::try_from(millis_between(first, last) / step).unwrap();
            assert!(index < times.len(), "{seconds}");
        }
    }
}
