//! The drawings. Screen readers pass over them: they have the table.

use std::fmt::Write as _;

use crate::prelude::*;

use super::{
    Chart, Dots, Shape,
    scale::{BOTTOM, HEIGHT, LEFT, WIDTH, ceiling, x, y},
};
use crate::{
    browser::clock::{Moment, millis_between},
    i18n::moment,
};

/// A chart.
pub fn drawn(chart: &Chart) -> View {
    let count = chart.times.len();
    let heights = (0..count).map(|index| match chart.shape {
        Shape::Columns => chart.series.iter().filter_map(|series| series.values[index]).sum::<f64>(),
        Shape::Lines => chart.series.iter().filter_map(|series| series.values[index]).fold(0.0, f64::max),
    });
    let top = ceiling(heights.fold(0.0, f64::max));
    let marks = match chart.shape {
        Shape::Columns => columns(chart, top),
        Shape::Lines => lines(chart, top),
    };
    let (first, last) = (chart.times[0], chart.times[count - 1]);
    framed(top, chart.told, first, last, marks)
}

/// Dots over time.
pub fn dots(scatter: &Dots) -> View {
    let times = || scatter.dots.iter().map(|dot| dot.at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return View::default() };
    let whole = millis_between(first, last).max(1) as f64;
    let top = ceiling(scatter.dots.iter().map(|dot| dot.value).fold(0.0, f64::max));
    let levels = scatter.levels.iter().map(|(_, value)| {
        let at = y(*value, top).to_string();
        html! { line(class="chart-level", x1=LEFT.to_string(), x2=WIDTH.to_string(), y1=at.clone(), y2=at) }
    });
    let marks = scatter.dots.iter().map(|dot| {
        let across = x(0.01 + 0.98 * millis_between(first, dot.at) as f64 / whole);
        let told = format!("{} · {} · {}", dot.label, (scatter.told)(dot.value), moment::time(dot.at));
        let class = format!("chart-dot {}", dot.tone.word());
        html! {
            svg_a("href"=dot.address.clone(), "tabindex"="-1") {
                circle(class=class, cx=across.to_string(), cy=y(dot.value, top).to_string(), r="4") { svg_title { (told) } }
            }
        }
    });
    let marks = levels.chain(marks).collect();
    framed(top, scatter.told, first, last, marks)
}

fn framed(top: f64, told: fn(f64) -> String, first: Moment, last: Moment, marks: Vec<View>) -> View {
    let grid: Vec<View> = [0.0, 0.5, 1.0]
        .into_iter()
        .map(|share| {
            let (at, label) = (y(top * share, top), told(top * share));
            html! {
                line(class="chart-grid", x1=LEFT.to_string(), x2=WIDTH.to_string(), y1=at.to_string(), y2=at.to_string())
                text(class="chart-label end", x=(LEFT - 6.0).to_string(), y=(at + 4.0).to_string()) { (label) }
            }
        })
        .collect();
    let (from, until, below) = (moment::time(first), moment::time(last), (HEIGHT - 5.0).to_string());
    html! {
        svg(class="chart-drawing", viewBox=format!("0 0 {WIDTH} {HEIGHT}"), "aria-hidden"="true") {
            (grid)
            (marks)
            text(class="chart-label", x=LEFT.to_string(), y=below.clone()) { (from) }
            text(class="chart-label end", x=WIDTH.to_string(), y=below) { (until) }
        }
    }
}

fn columns(chart: &Chart, top: f64) -> Vec<View> {
    let step = (WIDTH - LEFT) / chart.times.len() as f64;
    let mut marks = Vec::new();
    for index in 0..chart.times.len() {
        let left = x(index as f64 / chart.times.len() as f64);
        let mut below = 0.0;
        for (which, series) in chart.series.iter().enumerate() {
            let value = series.values[index].unwrap_or_default();
            if value <= 0.0 {
                continue;
            }
            let (high, low) = (y(below + value, top), y(below, top));
            below += value;
            let class = format!("chart-column {}", series.tone.word());
            let told = told(chart, index, which, value);
            // What is there can be seen and hit, however little it is.
            let height = (low - high).max(1.5);
            marks.push(html! {
                svg_a("href"=(chart.link)(index, which), "tabindex"="-1") {
                    rect(class=class, x=(left + step * 0.08).to_string(), y=(low - height).to_string(), width=(step * 0.84).to_string(), height=height.to_string()) {
                        svg_title { (told) }
                    }
                }
            });
        }
    }
    marks
}

fn told(chart: &Chart, index: usize, which: usize, value: f64) -> String {
    format!("{} · {} · {}", moment::time(chart.times[index]), chart.series[which].name, (chart.told)(value))
}

fn lines(chart: &Chart, top: f64) -> Vec<View> {
    let count = chart.times.len();
    let last = (count - 1).max(1) as f64;
    let mut marks = Vec::new();
    for series in &chart.series {
        let mut path = String::new();
        let mut pen_up = true;
        for (index, value) in series.values.iter().enumerate() {
            let Some(value) = value else {
                pen_up = true;
                continue;
            };
            let _ = write!(path, "{}{:.1} {:.1}", if pen_up { 'M' } else { 'L' }, x(index as f64 / last), y(*value, top));
            pen_up = false;
        }
        marks.push(html! { path(class=format!("chart-line {}", series.tone.word()), d=path) });
    }
    let step = (WIDTH - LEFT) / last;
    for index in 0..count {
        let all: Vec<String> = chart
            .series
            .iter()
            .filter_map(|series| series.values[index].map(|value| format!("{} {}", series.name, (chart.told)(value))))
            .collect();
        let told = format!("{} · {}", moment::time(chart.times[index]), all.join(" · "));
        let left = (x(index as f64 / last) - step / 2.0).max(LEFT);
        marks.push(html! {
            svg_a("href"=(chart.link)(index, 0), "tabindex"="-1") {
                rect(class="chart-hit", x=left.to_string(), y="0", width=step.to_string(), height=(HEIGHT - BOTTOM).to_string()) { svg_title { (told) } }
            }
        });
    }
    marks
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{
        browser::clock::now,
        testing::rendered,
        ui::{badge::Tone, chart::Series},
    };

    fn sample(shape: Shape) -> Chart {
        let times = (0..3).map(|index| now() + chrono::TimeDelta::seconds(10 * index)).collect();
        let values = vec![Some(1.0), None, Some(3.0)];
        let series = vec![Series { name: "Succeeded".into(), tone: Tone::Good, values }];
        Chart {
            title: "Throughput".into(),
            shape,
            times,
            series,
            told: |value| value.to_string(),
            link: Box::new(|index, _| format!("/tasks?at={index}")),
        }
    }

    #[test]
    fn each_column_links_to_the_rows_behind_it() {
        let html = rendered("/", Role::Viewer, || drawn(&sample(Shape::Columns)));
        assert!(html.contains("/tasks?at=0") && html.contains("/tasks?at=2") && !html.contains("/tasks?at=1"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn a_line_is_broken_where_nothing_is_known() {
        let html = rendered("/", Role::Viewer, || drawn(&sample(Shape::Lines)));
        assert_eq!(html.matches("chart-hit").count(), 3);
        let path = html.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(path.matches('M').count(), 2, "{path}");
    }
}
