//! A histogram over time: the more in a bucket, the brighter.

use std::fmt::Write as _;

use super::{super::super::prometheus::Series, Drawn, FAINT, Place, shown, text};

/// Of all samples, each so many-th is shown.
const EACH: usize = 4;

pub fn map(svg: &mut String, drawn: &Drawn<'_>, (x, y, w, h): Place) {
    let mut buckets: Vec<(f64, &Series)> = drawn
        .answers
        .iter()
        .flat_map(|(_, series)| series)
        .map(|series| (series.labels["le"].parse().expect("a bucket's bound is a number"), series))
        .collect();
    buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let finite = || buckets.iter().flat_map(|(_, series)| &series.samples);
    let (begin, end) = finite().fold((f64::MAX, f64::MIN), |(begin, end), (at, _)| (begin.min(*at), end.max(*at)));
    let most = finite().map(|(_, value)| *value).fold(1e-9, f64::max);
    let (left, top, wide, high) = (x + 65.0, y + 32.0, w - 80.0, (h - 48.0) / buckets.len() as f64);
    let cell = wide * (2 * EACH) as f64 / (end - begin + 2.0);
    for (number, (bound, series)) in buckets.iter().enumerate() {
        let line = top + high * (buckets.len() - 1 - number) as f64;
        if number % 2 == 0 {
            let told = if bound.is_finite() { shown(*bound, drawn) } else { "more".to_owned() };
            text(svg, (left - 6.0, line + high), "end", FAINT, "10px sans-serif", &told);
        }
        for (at, value) in series.samples.iter().step_by(EACH) {
            // Prometheus' buckets contain those below them.
            let below = number.checked_sub(1).map_or(0.0, |below| value_at(buckets[below].1, *at));
            let share = ((value - below) / most).clamp(0.0, 1.0);
            if share > 0.0 {
                let (across, opacity) = (left + (at - begin) / (end - begin).max(1.0) * (wide - cell), share.sqrt());
                writeln!(
                    svg,
                    r##"<rect x="{across:.1}" y="{line:.1}" width="{cell:.1}" height="{high:.1}" fill="#ff9830" opacity="{opacity:.2}"/>"##
                )
                .unwrap();
            }
        }
    }
}

fn value_at(series: &Series, when: f64) -> f64 {
    series.samples.iter().find(|(at, _)| (at - when).abs() < 0.5).map_or(0.0, |(_, value)| *value)
}
