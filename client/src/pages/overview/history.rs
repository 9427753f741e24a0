//! The last hour as charts.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::StatsHistory;

use crate::{
    api::Query,
    browser::clock::Moment,
    i18n::{moment, number},
    messages::{overview as m, states},
    router::route::tasks_where,
    ui::{
        badge::Tone,
        chart::{Chart, Series, Shape, chart},
        remote::remote,
    },
};

/// What ended when, and how.
pub fn throughput(history: Query<StatsHistory>) -> View {
    remote(history, |history| {
        let series = |name: Cow<'static, str>, tone, words: &[&str]| Series {
            name,
            tone,
            values: history
                .data
                .iter()
                .map(|step| Some(words.iter().filter_map(|word| step.entered.get(*word)).sum::<u64>() as f64))
                .collect(),
        };
        let series = vec![
            series(states::succeeded(), Tone::Good, &["succeeded"]),
            series(states::failed(), Tone::Bad, &["failed"]),
            series(states::retrying(), Tone::Again, &["retrying"]),
        ];
        let times: Vec<Moment> = history.data.iter().map(|step| step.from).collect();
        let (at, step_ms) = (times.clone(), history.step_ms);
        let link = move |index: usize, which: usize| {
            let (from, before) = around(at[index], step_ms);
            tasks_where(&[("state", ["succeeded", "failed", "retrying"][which]), ("created", &from), ("created", &before)])
        };
        chart(Chart { title: m::throughput(), shape: Shape::Columns, times, series, told: number::compact, link: Box::new(link) })
    })
}

/// What waited, and what ran.
pub fn backlog(history: Query<StatsHistory>) -> View {
    remote(history, |history| {
        let times: Vec<Moment> = history.data.iter().map(|step| step.from).collect();
        let series = vec![
            Series {
                name: m::waiting(),
                tone: Tone::Due,
                values: history.data.iter().map(|step| step.waiting.map(|count| count as f64)).collect(),
            },
            Series {
                name: m::running(),
                tone: Tone::Active,
                values: history.data.iter().map(|step| step.running.map(|count| count as f64)).collect(),
            },
        ];
        let link = |_: usize, which: usize| tasks_where(&[("state", ["queued", "running"][which])]);
        chart(Chart { title: m::backlog(), shape: Shape::Lines, times, series, told: number::compact, link: Box::new(link) })
    })
}

/// When tasks were accepted that ended in a step: at most a little before it.
fn around(from: Moment, step_ms: u64) -> (String, String) {
    let step = chrono::TimeDelta::milliseconds(i64::try_from(step_ms).unwrap_or_default());
    (format!(">{}", moment::machine(from - chrono::TimeDelta::minutes(5))), format!("<{}", moment::machine(from + step)))
}
