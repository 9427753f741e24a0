//! Panels as SVG.

use std::fmt::Write as _;

use super::{super::prometheus::Series, Drawn};

/// Pixels of a column of Grafana's grid.
const COLUMN: f64 = 50.0;
/// Pixels of a unit of height.
const UNIT: f64 = 30.0;

/// Lines' colours, in the order of series.
const COLOURS: [&str; 8] = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#5195ce", "#ba43a9", "#b8b8d0"];

/// Lines of legend shown.
const LEGENDS: usize = 4;

pub fn dashboard(drawn: &[Drawn<'_>]) -> String {
    let bottom = drawn.iter().map(|drawn| place(drawn)).map(|(_, y, _, h)| y + h).fold(0.0, f64::max);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 {bottom}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"1200\" height=\"{bottom}\" fill=\"#111217\"/>\n"
    );
    for drawn in drawn {
        panel(&mut svg, drawn);
    }
    svg + "</svg>\n"
}

fn place(drawn: &Drawn<'_>) -> (f64, f64, f64, f64) {
    let at = |key: &str| drawn.panel["gridPos"][key].as_f64().unwrap();
    (at("x") * COLUMN, at("y") * UNIT, at("w") * COLUMN, at("h") * UNIT)
}

fn panel(svg: &mut String, drawn: &Drawn<'_>) {
    let (x, y, w, h) = place(drawn);
    let title = escaped(drawn.panel["title"].as_str().unwrap());
    if drawn.panel["type"] == "row" {
        text(svg, (x + 8.0, y + 20.0), "#ccccdc", "bold 15px sans-serif", &title);
        return;
    }
    writeln!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"#181b1f\" stroke=\"#2c3235\"/>",
        x + 3.0,
        y + 3.0,
        w - 6.0,
        h - 6.0
    )
    .unwrap();
    text(svg, (x + 10.0, y + 20.0), "#ccccdc", "bold 12px sans-serif", &title);
    match drawn.panel["type"].as_str().unwrap() {
        "stat" => stat(svg, drawn, (x, y, w, h)),
        "timeseries" => lines(svg, drawn, (x, y, w, h)),
        _ => rows(svg, drawn, (x, y, w, h)),
    }
}

fn stat(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): (f64, f64, f64, f64)) {
    let last = drawn.answers.iter().flat_map(|(_, series)| series).find_map(last);
    let told = last.map_or_else(|| "no data".to_owned(), |value| shown(value, unit(drawn)));
    text(
        svg,
        (x + w / 2.0 - 9.0 * told.len() as f64, y + h / 2.0 + 20.0),
        last.map_or("#8e8e9e", |value| colour(drawn, value)),
        "bold 30px sans-serif",
        &told,
    );
}

fn rows(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): (f64, f64, f64, f64)) {
    let mut line = y + 42.0;
    for (legend, series) in all(drawn) {
        if line > y + h - 10.0 {
            return;
        }
        text(svg, (x + 14.0, line), "#ccccdc", "12px sans-serif", &escaped(&legend));
        let value = last(series).unwrap_or(f64::NAN);
        text(svg, (x + w - 80.0, line), colour(drawn, value), "12px sans-serif", &shown(value, unit(drawn)));
        line += 18.0;
    }
}

fn lines(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): (f64, f64, f64, f64)) {
    let all: Vec<_> = all(drawn).collect();
    let finite = || all.iter().flat_map(|(_, series)| &series.samples).filter(|(_, value)| value.is_finite());
    let (begin, end) = finite().fold((f64::MAX, f64::MIN), |(begin, end), (at, _)| (begin.min(*at), end.max(*at)));
    let most = finite().map(|(_, value)| *value).fold(1e-9, f64::max);
    let (left, right, top, bottom) = (x + 55.0, x + w - 12.0, y + 32.0, y + h - 22.0 - 15.0 * LEGENDS.min(all.len()) as f64);
    for share in [0.0, 0.5, 1.0] {
        let line = bottom - share * (bottom - top);
        writeln!(svg, "<path d=\"M{left} {line:.0}H{right}\" stroke=\"#2c3235\"/>").unwrap();
        text(svg, (x + 8.0, line + 4.0), "#8e8e9e", "10px sans-serif", &shown(share * most, unit(drawn)));
    }
    for ((legend, series), (number, colour)) in all.iter().zip(COLOURS.iter().cycle().enumerate()) {
        let point = |(at, value): &(f64, f64)| {
            let across = (at - begin) / (end - begin).max(1.0);
            format!("{:.1},{:.1}", left + across * (right - left), bottom - value / most * (bottom - top))
        };
        let points: Vec<_> = series.samples.iter().filter(|(_, value)| value.is_finite()).map(point).collect();
        writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>", points.join(" "))
            .unwrap();
        if number < LEGENDS {
            text(svg, (left, bottom + 18.0 + 15.0 * number as f64), colour, "11px sans-serif", &escaped(legend));
        }
    }
}

/// The series of all queries, each with its legend.
fn all<'a>(drawn: &'a Drawn<'_>) -> impl Iterator<Item = (String, &'a Series)> {
    drawn.answers.iter().flat_map(|(legend, series)| series.iter().map(|series| (named(legend, series), series)))
}

fn named(legend: &str, series: &Series) -> String {
    if legend.is_empty() {
        return series.labels.values().cloned().collect::<Vec<_>>().join("  ");
    }
    series.labels.iter().fold(legend.to_owned(), |legend, (name, value)| legend.replace(&format!("{{{{{name}}}}}"), value))
}

fn last(series: &Series) -> Option<f64> {
    series.samples.iter().rev().map(|(_, value)| *value).find(|value| value.is_finite())
}

fn unit<'a>(drawn: &'a Drawn<'_>) -> &'a str {
    drawn.panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap()
}

/// As the panel's thresholds have it.
fn colour(drawn: &Drawn<'_>, value: f64) -> &'static str {
    let steps = drawn.panel["fieldConfig"]["defaults"]["thresholds"]["steps"].as_array().unwrap();
    let step = steps.iter().rev().find(|step| step["value"].as_f64().is_none_or(|from| value >= from));
    match step.and_then(|step| step["color"].as_str()) {
        Some("red") => "#f2495c",
        Some("yellow") => "#fade2a",
        _ => "#73bf69",
    }
}

fn shown(value: f64, unit: &str) -> String {
    match unit {
        "percentunit" => format!("{:.1}%", value * 100.0),
        "s" if value < 1.0 => format!("{:.0} ms", value * 1_000.0),
        "s" => format!("{value:.1} s"),
        "ops" | "reqps" => format!("{value:.2}/s"),
        _ => format!("{value:.0}"),
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), colour: &str, font: &str, words: &str) {
    writeln!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" fill=\"{colour}\" style=\"font: {font}\">{words}</text>").unwrap();
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
