//! A task's life as bars over time: what it waited for, and when it ran.

use std::borrow::Cow;

use crate::prelude::*;

use super::badge::Tone;
use crate::{
    browser::clock::{Moment, millis_between},
    i18n::{duration, moment},
    messages::{data as m, words},
};

/// What a task does during a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for other tasks.
    Blocked,
    /// Waits for its time, as it was asked to.
    Delay,
    /// Waits for a worker.
    Queue,
    /// Runs, and ends like this.
    Run(Tone),
    /// Waits to be tried again.
    Backoff,
}

impl Phase {
    const fn class(self) -> &'static str {
        match self {
            Self::Blocked | Self::Delay => "phase waiting",
            Self::Queue => "phase due",
            Self::Run(Tone::Good) => "phase good",
            Self::Run(Tone::Bad | Tone::Again) => "phase bad",
            Self::Run(Tone::Off) => "phase off",
            Self::Run(_) => "phase active",
            Self::Backoff => "phase again",
        }
    }

    fn word(self) -> Cow<'static, str> {
        match self {
            Self::Blocked => m::phase_blocked(),
            Self::Delay => m::phase_delay(),
            Self::Queue => m::phase_queue(),
            Self::Run(_) => m::phase_run(),
            Self::Backoff => m::phase_backoff(),
        }
    }
}

/// A phase with its times; one without an end goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub phase: Phase,
    /// The attempt it belongs to, if any.
    pub attempt: Option<u32>,
    pub from: Moment,
    pub until: Option<Moment>,
    /// The address of what it did.
    pub address: Option<String>,
}

/// Draws them, as a table with a bar in each row: so it needs no other one.
pub fn waterfall(spans: &[Span], now: Moment) -> View {
    let (Some(first), Some(last)) =
        (spans.iter().map(|span| span.from).min(), spans.iter().map(|span| span.until.unwrap_or(now)).max())
    else {
        return View::default();
    };
    let whole = millis_between(first, last).max(1) as f64;
    let rows: Vec<View> = spans.iter().map(|span| row(span, first, whole, now)).collect();
    html! {
        div(class="table-frame waterfall", tabindex="0", role="region", "aria-label"=words::progress()) {
            table {
                thead {
                    tr {
                        th(scope="col") { (m::phase()) }
                        th(scope="col") { (m::from()) }
                        th(class="number", scope="col") { (words::duration()) }
                        th(class="waterfall-bars", scope="col") { span(class="visually-hidden") { (words::progress()) } }
                    }
                }
                tbody { (rows) }
            }
        }
    }
}

fn row(span: &Span, first: Moment, whole: f64, now: Moment) -> View {
    let until = span.until.unwrap_or(now).max(span.from);
    let (start, length) = (millis_between(first, span.from) as f64 / whole, millis_between(span.from, until) as f64 / whole);
    let took = duration::of_millis(millis_between(span.from, until));
    let word = match span.attempt {
        Some(attempt) => format!("{} · {} {attempt}", span.phase.word(), words::attempt()),
        None => span.phase.word().into_owned(),
    };
    let word = match span.address.clone() {
        Some(address) => html! { a(href=address) { (word) } },
        None => word.into(),
    };
    let class = if span.until.is_none() { format!("{} open", span.phase.class()) } else { span.phase.class().to_owned() };
    let (x, width) = (format!("{:.2}", start * 1_000.0), format!("{:.2}", (length * 1_000.0).max(4.0)));
    html! {
        tr {
            td("data-title"=m::phase()) { (word) }
            td(class="nowrap", "data-title"=m::from()) { (moment::precise(span.from)) }
            td(class="number nowrap", "data-title"=words::duration()) { (took) }
            td(class="waterfall-bars") {
                svg(class="waterfall-bar", viewBox="0 0 1000 14", preserveAspectRatio="none", "aria-hidden"="true") {
                    rect(class="phase-track", x="0", y="6", width="1000", height="2")
                    rect(class=class, x=x, y="0", width=width, height="14")
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use ruche_api::Role;

    use super::*;
    use crate::{browser::clock, testing::rendered};

    #[test]
    fn a_span_is_as_long_as_its_share_and_never_negative() {
        let now = clock::now();
        let at = |seconds| now + TimeDelta::seconds(seconds);
        let spans = [
            Span { phase: Phase::Queue, attempt: None, from: at(0), until: Some(at(10)), address: None },
            // A worker's clock that is a little behind.
            Span { phase: Phase::Run(Tone::Good), attempt: Some(1), from: at(10), until: Some(at(9)), address: None },
            Span { phase: Phase::Backoff, attempt: None, from: at(10), until: None, address: None },
        ];
        let html = rendered("/", Role::Viewer, || waterfall(&spans, at(40)));
        assert!(
            html.contains("width=\"250.00\"") && html.contains("width=\"750.00\"") && html.contains("width=\"4.00\""),
            "{html}"
        );
        assert!(html.contains("30s") && !html.contains("-1"), "{html}");
    }
}
