//! Charts, in SVG by hand: columns one upon the other, lines, dots. Each element links to the rows behind it; beside each chart the same
//! numbers can be had as a table, which is also what screen readers and keyboards get.

mod draw;
mod scale;

use std::borrow::Cow;

use crate::prelude::*;

use super::{
    badge::Tone,
    icon::{Icon, icon},
    notice::empty,
};
use crate::{
    browser::clock::Moment,
    i18n::moment,
    messages::{data as m, words},
};

/// How values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Columns, the series one upon the other.
    Columns,
    /// A line for each series.
    Lines,
}

/// One kind of value over time.
#[derive(Clone)]
pub struct Series {
    pub name: Cow<'static, str>,
    pub tone: Tone,
    /// As many as the chart has times; none where it is not known.
    pub values: Vec<Option<f64>>,
}

/// What a chart shows.
pub struct Chart {
    pub title: Cow<'static, str>,
    pub shape: Shape,
    /// When each value was taken.
    pub times: Vec<Moment>,
    pub series: Vec<Series>,
    /// How a value is told.
    pub told: fn(f64) -> String,
    /// Where the rows behind a time and a series are.
    pub link: Box<dyn Fn(usize, usize) -> String>,
}

/// Shows it, with a switch to the table.
pub fn chart(chart: Chart) -> View {
    let as_table = create_signal(false);
    let Chart { title, .. } = &chart;
    let id = format!("chart-{}", super::layout::slug(title));
    let heading = title.clone();
    let is_empty = chart.times.len() < 2;
    let legend: Vec<View> = chart.series.iter().map(key).collect();
    let toggle = move || if as_table.get() { words::show_chart() } else { words::show_table() };
    let chart = std::rc::Rc::new(chart);
    let body = move || {
        let table = as_table.get();
        untrack(|| match (is_empty, table) {
            (true, _) => empty(m::nothing_yet(), View::default()),
            (false, true) => table_of(&chart),
            (false, false) => draw::drawn(&chart),
        })
    };
    html! {
        section(class="card chart", "aria-labelledby"=id.clone()) {
            div(class="card-head") {
                h2(id=id) { (heading) }
                ul(class="legend") { (legend) }
                button(class="icon-button", r#type="button", "aria-label"=toggle, title=toggle, on:click=move |_| as_table.set(!as_table.get_untracked())) { (icon(Icon::Tasks)) }
            }
            (body)
        }
    }
}

fn key(series: &Series) -> View {
    let (class, name) = (format!("legend-key {}", series.tone.word()), series.name.clone());
    html! { li { span(class=class, "aria-hidden"="true") (name) } }
}

fn table_of(chart: &Chart) -> View {
    let heads: Vec<View> = chart
        .series
        .iter()
        .map(|series| series.name.clone())
        .map(|name| html! { th(class="number", scope="col") { (name) } })
        .collect();
    // The latest first.
    let rows: Vec<View> = (0..chart.times.len()).rev().map(|index| row(chart, index)).collect();
    let caption = chart.title.clone();
    html! {
        div(class="table-frame chart-table", tabindex="0", role="region", "aria-label"=caption.clone()) {
            table {
                caption(class="visually-hidden") { (caption) }
                thead { tr { th(scope="col") { (words::time()) } (heads) } }
                tbody { (rows) }
            }
        }
    }
}

fn row(chart: &Chart, index: usize) -> View {
    let cells: Vec<View> = chart
        .series
        .iter()
        .enumerate()
        .map(|(which, series)| {
            let (title, address) = (series.name.clone(), (chart.link)(index, which));
            let value = series.values[index].map(|value| {
                let told = (chart.told)(value);
                html! { a(href=address) { (told) } }
            });
            html! { td(class="number", "data-title"=title) { (value) } }
        })
        .collect();
    let at = moment::time(chart.times[index]);
    html! { tr { td("data-title"=words::time()) { (at) } (cells) } }
}

/// Dots over time: one for each thing that took a while. Each is a link.
pub struct Dots {
    pub title: Cow<'static, str>,
    pub dots: Vec<Dot>,
    pub told: fn(f64) -> String,
    /// Lines across, with what they are: percentiles, say.
    pub levels: Vec<(Cow<'static, str>, f64)>,
}

/// One of them.
pub struct Dot {
    pub at: Moment,
    pub value: f64,
    pub tone: Tone,
    pub label: String,
    pub address: String,
}

/// Shows them, with a switch to the table.
pub fn scatter(scatter: Dots) -> View {
    let as_table = create_signal(false);
    let id = format!("chart-{}", super::layout::slug(&scatter.title));
    let heading = scatter.title.clone();
    let toggle = move || if as_table.get() { words::show_chart() } else { words::show_table() };
    let levels: Vec<View> = scatter
        .levels
        .iter()
        .map(|(name, value)| {
            let text = format!("{name} {}", (scatter.told)(*value));
            html! { li { span(class="legend-level", "aria-hidden"="true") (text) } }
        })
        .collect();
    let scatter = std::rc::Rc::new(scatter);
    let body = move || {
        let table = as_table.get();
        untrack(|| match (scatter.dots.is_empty(), table) {
            (true, _) => empty(m::nothing_yet(), View::default()),
            (false, true) => table_of_dots(&scatter),
            (false, false) => draw::dots(&scatter),
        })
    };
    html! {
        section(class="card chart", "aria-labelledby"=id.clone()) {
            div(class="card-head") {
                h2(id=id) { (heading) }
                ul(class="legend") { (levels) }
                button(class="icon-button", r#type="button", "aria-label"=toggle, title=toggle, on:click=move |_| as_table.set(!as_table.get_untracked())) { (icon(Icon::Tasks)) }
            }
            (body)
        }
    }
}

fn table_of_dots(scatter: &Dots) -> View {
    let rows: Vec<View> = scatter
        .dots
        .iter()
        .map(|dot| {
            let (at, told) = (moment::time(dot.at), (scatter.told)(dot.value));
            let (label, address) = (dot.label.clone(), dot.address.clone());
            html! {
                tr {
                    td("data-title"=words::time()) { (at) }
                    td("data-title"=words::task()) { a(href=address) { (label) } }
                    td(class="number", "data-title"=words::duration()) { (told) }
                }
            }
        })
        .collect();
    let caption = scatter.title.clone();
    html! {
        div(class="table-frame chart-table", tabindex="0", role="region", "aria-label"=caption.clone()) {
            table {
                caption(class="visually-hidden") { (caption) }
                thead { tr { th(scope="col") { (words::time()) } th(scope="col") { (words::task()) } th(class="number", scope="col") { (words::duration()) } } }
                tbody { (rows) }
            }
        }
    }
}
