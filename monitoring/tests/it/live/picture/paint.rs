//! Panels as SVG.

mod chart;
mod figures;
mod heat;

use std::fmt::Write as _;

use super::{super::prometheus::Series, Drawn};

/// Pixels of a column of Grafana's grid.
const COLUMN: f64 = 50.0;
/// Pixels of a unit of height.
const UNIT: f64 = 30.0;
/// Pixels above the first panel.
const HEAD: f64 = 40.0;

const PLAIN: &str = "#ccccdc";
const FAINT: &str = "#8e8e9e";

/// Where something is: left, top, width, height.
type Place = (f64, f64, f64, f64);

pub fn dashboard(title: &str, drawn: &[Drawn<'_>]) -> String {
    let bottom = drawn.iter().map(place).map(|(_, y, _, h)| y + h).fold(0.0, f64::max);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 {bottom}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"1200\" height=\"{bottom}\" fill=\"#111217\"/>\n"
    );
    text(&mut svg, (8.0, 26.0), "start", PLAIN, "bold 18px sans-serif", title);
    for drawn in drawn {
        panel(&mut svg, drawn);
    }
    svg + "</svg>\n"
}

fn place(drawn: &Drawn<'_>) -> Place {
    let at = |key: &str| drawn.panel["gridPos"][key].as_f64().unwrap();
    (at("x") * COLUMN, HEAD + at("y") * UNIT, at("w") * COLUMN, at("h") * UNIT)
}

fn panel(svg: &mut String, drawn: &Drawn<'_>) {
    let (x, y, w, h) = place(drawn);
    let title = drawn.panel["title"].as_str().unwrap();
    if drawn.panel["type"] == "row" {
        text(svg, (x + 8.0, y + 20.0), "start", PLAIN, "bold 15px sans-serif", title);
        return;
    }
    let (left, top, wide, high) = (x + 3.0, y + 3.0, w - 6.0, h - 6.0);
    writeln!(svg, r##"<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="2" fill="#181b1f" stroke="#2c3235"/>"##)
        .unwrap();
    text(svg, (x + 10.0, y + 20.0), "start", PLAIN, "bold 12px sans-serif", title);
    match drawn.panel["type"].as_str().unwrap() {
        "stat" => figures::stat(svg, drawn, (x, y, w, h)),
        "timeseries" => chart::lines(svg, drawn, (x, y, w, h)),
        "heatmap" => heat::map(svg, drawn, (x, y, w, h)),
        "bargauge" => figures::bars(svg, drawn, (x, y, w, h)),
        "table" => figures::table(svg, drawn, (x, y, w, h)),
        other => panic!("nobody draws {other}"),
    }
}

/// The series of all queries, each with its legend.
fn all<'a>(drawn: &'a Drawn<'_>) -> impl Iterator<Item = (String, &'a Series)> {
    drawn.answers.iter().flat_map(|(legend, series)| series.iter().map(|series| (named(legend, series), series)))
}

fn named(legend: &str, series: &Series) -> String {
    series.labels.iter().fold(legend.to_owned(), |legend, (name, value)| legend.replace(&format!("{{{{{name}}}}}"), value))
}

fn last(series: &Series) -> Option<f64> {
    series.samples.iter().rev().map(|(_, value)| *value).find(|value| value.is_finite())
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

/// A value with its unit, or the word that the panel has for it.
fn shown(value: f64, drawn: &Drawn<'_>) -> String {
    let field = &drawn.panel["fieldConfig"]["defaults"];
    if let Some(word) = field["mappings"][0]["options"][value.to_string()]["text"].as_str() {
        return word.to_owned();
    }
    match field["unit"].as_str().unwrap() {
        "percentunit" => format!("{:.1}%", value * 100.0),
        "s" if value == 0.0 => "0 s".to_owned(),
        "s" if value < 1.0 => format!("{:.0} ms", value * 1_000.0),
        "s" if value < 120.0 => format!("{value:.1} s"),
        "s" => format!("{:.1} min", value / 60.0),
        "ops" | "reqps" => format!("{value:.2}/s"),
        "Bps" => size(value) + "/s",
        "bytes" => size(value),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

fn size(bytes: f64) -> String {
    let (mut left, mut units) = (bytes, ["B", "KiB", "MiB", "GiB", "TiB"].iter());
    let mut unit = units.next();
    while left >= 1_024.0 && units.len() > 0 {
        left /= 1_024.0;
        unit = units.next();
    }
    format!("{left:.0} {}", unit.unwrap_or(&"B"))
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, colour: &str, font: &str, words: &str) {
    let words = escaped(words);
    writeln!(svg, r#"<text x="{x:.0}" y="{y:.0}" text-anchor="{anchor}" fill="{colour}" style="font: {font}">{words}</text>"#)
        .unwrap();
}

pub fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
