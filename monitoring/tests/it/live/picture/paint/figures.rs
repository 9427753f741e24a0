//! Last values: one large, as bars, as a table.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Drawn, FAINT, PLAIN, Place, all, colour, last, shown, text};

/// Pixels from line to line.
const LINE: f64 = 18.0;

pub fn stat(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): Place) {
    let last = drawn.answers.iter().flat_map(|(_, series)| series).find_map(last);
    let told = last.map_or_else(|| "no data".to_owned(), |value| shown(value, drawn));
    let colour = last.map_or(FAINT, |value| colour(drawn, value));
    text(svg, (x + w / 2.0, y + h / 2.0 + 20.0), "middle", colour, "bold 30px sans-serif", &told);
}

pub fn bars(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): Place) {
    let most = drawn.panel["fieldConfig"]["defaults"]["max"].as_f64().unwrap_or(1.0);
    let (left, wide) = (x + w * 0.45, w * 0.35);
    for (number, (legend, series)) in all(drawn).enumerate() {
        let line = y + 46.0 + 26.0 * number as f64;
        assert!(line < y + h, "there are more bars than have place");
        let value = last(series).unwrap_or(f64::NAN);
        let colour = colour(drawn, value);
        text(svg, (x + 14.0, line), "start", PLAIN, "12px sans-serif", &legend);
        for (share, opacity) in [(1.0, 0.15), ((value / most).clamp(0.0, 1.0), 1.0)] {
            let (top, wide) = (line - 12.0, wide * share);
            writeln!(
                svg,
                r#"<rect x="{left:.0}" y="{top:.0}" width="{wide:.1}" height="16" fill="{colour}" opacity="{opacity}"/>"#
            )
            .unwrap();
        }
        text(svg, (x + w - 14.0, line), "end", colour, "12px sans-serif", &shown(value, drawn));
    }
}

/// A row for each set of labels, a column for each label, and one for each query that has a name.
pub fn table(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): Place) {
    let mut labels: Vec<&String> = drawn.answers.iter().flat_map(|(_, all)| all).flat_map(|one| one.labels.keys()).collect();
    labels.sort_by_key(|label| (label.as_str() != "alertname", label.as_str() != "severity", label.as_str()));
    labels.dedup();
    let values: Vec<&str> = drawn.answers.iter().map(|(legend, _)| *legend).filter(|legend| !legend.is_empty()).collect();
    let mut rows: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
    for (legend, all) in &drawn.answers {
        for one in all {
            let row = labels.iter().map(|label| one.labels.get(*label).map_or("", String::as_str)).collect();
            let row = rows.entry(row).or_default();
            if !legend.is_empty() {
                row.push(shown(last(one).unwrap_or(f64::NAN), drawn));
            }
        }
    }
    let columns: Vec<&str> = labels.iter().map(|label| label.as_str()).chain(values).collect();
    let wide = (w - 20.0) / columns.len() as f64;
    let mut write = |line: f64, colour: &str, cells: &mut dyn Iterator<Item = &str>| {
        for (number, cell) in cells.enumerate() {
            text(svg, (x + 14.0 + wide * number as f64, line), "start", colour, "11px sans-serif", &fitting(cell, wide));
        }
    };
    write(y + 40.0, "#6e9fff", &mut columns.iter().copied());
    let most = ((h - 60.0) / LINE) as usize;
    for (number, (labels, values)) in rows.iter().enumerate() {
        let line = y + 40.0 + LINE * (number + 1) as f64;
        if number + 1 == most && rows.len() > most {
            let rest = format!("and {} more", rows.len() - number);
            return write(line, FAINT, &mut std::iter::once(rest.as_str()));
        }
        write(line, PLAIN, &mut labels.iter().copied().chain(values.iter().map(String::as_str)));
    }
}

/// Words shortened to about a width.
fn fitting(words: &str, wide: f64) -> String {
    let most = (wide / 6.2) as usize;
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most.saturating_sub(2)).chain(['\u{2026}']).collect()
}
