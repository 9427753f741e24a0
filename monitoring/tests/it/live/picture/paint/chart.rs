//! Lines over time.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{super::super::prometheus::Series, Drawn, FAINT, Place, all, last, shown, text};

/// Lines' colours, in the order of series.
const COLOURS: [&str; 8] = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#5195ce", "#ba43a9", "#b8b8d0"];

/// Lines of legend shown.
const LEGENDS: usize = 4;

/// Points of one line: when and how much.
type Points = Vec<(f64, f64)>;

/// Where values are on the paper.
struct Scale {
    begin: f64,
    end: f64,
    most: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Scale {
    fn of(lines: &[Points], most: Option<f64>, (x, y, w, h): Place) -> Self {
        let points = || lines.iter().flatten();
        let (begin, end) = points().fold((f64::MAX, f64::MIN), |(begin, end), (at, _)| (begin.min(*at), end.max(*at)));
        Self {
            begin,
            end,
            most: most.unwrap_or_else(|| points().map(|(_, value)| *value).fold(1e-9, f64::max)),
            left: x + 58.0,
            right: x + w - 12.0,
            top: y + 32.0,
            bottom: y + h - 22.0 - 15.0 * LEGENDS.min(lines.len()) as f64,
        }
    }

    fn height(&self, value: f64) -> f64 {
        self.bottom - (value / self.most).clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    fn across(&self, at: f64) -> f64 {
        self.left + (at - self.begin) / (self.end - self.begin).max(1.0) * (self.right - self.left)
    }
}

pub fn lines(svg: &mut String, drawn: &Drawn<'_>, place: Place) {
    let all: Vec<_> = all(drawn).collect();
    let field = &drawn.panel["fieldConfig"]["defaults"];
    let stacked = field["custom"]["stacking"]["mode"] == "normal";
    let lines = lines_of(&all, stacked);
    let scale = Scale::of(&lines, field["max"].as_f64(), place);
    axes(svg, drawn, &scale);
    for ((line, (legend, series)), (number, colour)) in lines.iter().zip(&all).zip(COLOURS.iter().cycle().enumerate()) {
        let points: Vec<_> =
            bent(line).iter().map(|(at, value)| format!("{:.0},{:.1}", scale.across(*at), scale.height(*value))).collect();
        let points = points.join(" ");
        writeln!(svg, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>"#).unwrap();
        let at = scale.bottom + 18.0 + 15.0 * number as f64;
        if number + 1 == LEGENDS && all.len() > LEGENDS {
            text(svg, (scale.left, at), "start", FAINT, "11px sans-serif", &format!("and {} more", all.len() - number));
        } else if number < LEGENDS {
            text(svg, (scale.left, at), "start", colour, "11px sans-serif", legend);
            let told = last(series).map_or_else(|| "nothing".to_owned(), |value| shown(value, drawn));
            text(svg, (scale.right, at), "end", FAINT, "11px sans-serif", &told);
        }
    }
}

/// The figures, and the values from which a panel is yellow or red.
fn axes(svg: &mut String, drawn: &Drawn<'_>, scale: &Scale) {
    let (left, right) = (scale.left, scale.right);
    for share in [0.0, 0.5, 1.0] {
        let line = scale.height(share * scale.most);
        writeln!(svg, r##"<path d="M{left} {line:.0}H{right}" stroke="#2c3235"/>"##).unwrap();
        text(svg, (left - 5.0, line + 4.0), "end", FAINT, "10px sans-serif", &shown(share * scale.most, drawn));
    }
    let steps = drawn.panel["fieldConfig"]["defaults"]["thresholds"]["steps"].as_array().unwrap();
    for (from, step) in
        steps.iter().filter_map(|step| Some((step["value"].as_f64()?, step))).filter(|(from, _)| *from <= scale.most)
    {
        let (line, colour) = (scale.height(from), super::colour(drawn, from));
        assert!(step["color"].is_string(), "a threshold has a colour");
        writeln!(svg, r#"<path d="M{left} {line:.0}H{right}" stroke="{colour}" stroke-dasharray="6 4" opacity="0.7"/>"#).unwrap();
    }
}

fn lines_of(all: &[(String, &Series)], stacked: bool) -> Vec<Points> {
    let mut below: BTreeMap<i64, f64> = BTreeMap::new();
    let mut lines = Vec::new();
    for (_, series) in all {
        let points = series.samples.iter().copied().filter(|(_, value)| value.is_finite());
        let raised = |(at, value): (f64, f64)| {
            let height = below.entry(at as i64).or_default();
            *height += value;
            (at, *height)
        };
        lines.push(if stacked { points.map(raised).collect() } else { points.collect() });
    }
    lines
}

/// Without points between two of the same height.
fn bent(line: &[(f64, f64)]) -> Points {
    let needed = |(number, _): &(usize, &(f64, f64))| {
        let around = number.checked_sub(1).and_then(|before| Some((line.get(before)?.1, line.get(number + 1)?.1)));
        around.is_none_or(|(before, after)| before != line[*number].1 || after != line[*number].1)
    };
    line.iter().enumerate().filter(needed).map(|(_, point)| *point).collect()
}
