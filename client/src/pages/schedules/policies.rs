//! What a schedule does about overlap and late ticks, explained.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{CatchUp, Overlap, Schedule};

use crate::{
    i18n::duration,
    messages::schedules as m,
    ui::layout::{card, facts},
};

/// All of them, in order.
pub const OVERLAPS: [Overlap; 3] = [Overlap::Allow, Overlap::Skip, Overlap::Cancel];

/// All of them, in order.
pub const CATCH_UPS: [CatchUp; 3] = [CatchUp::None, CatchUp::Last, CatchUp::All];

/// What it does, and what that is good for.
pub fn overlap(policy: Overlap) -> (Cow<'static, str>, Cow<'static, str>) {
    match policy {
        Overlap::Allow => (m::overlap_allow(), m::overlap_allow_told()),
        Overlap::Skip => (m::overlap_skip(), m::overlap_skip_told()),
        Overlap::Cancel => (m::overlap_cancel(), m::overlap_cancel_told()),
    }
}

/// What it does, and what that is good for.
pub fn catch_up(policy: CatchUp) -> (Cow<'static, str>, Cow<'static, str>) {
    match policy {
        CatchUp::None => (m::catch_up_none(), m::catch_up_none_told()),
        CatchUp::Last => (m::catch_up_last(), m::catch_up_last_told()),
        CatchUp::All => (m::catch_up_all(), m::catch_up_all_told()),
    }
}

/// The card.
pub fn card_of(schedule: &Schedule) -> View {
    let said = |(what, why): (Cow<'static, str>, Cow<'static, str>)| html! { span(class="stack-tight") { strong { (what) } span(class="muted small") { (why) } } };
    let window = schedule.catch_up_window_ms.map(|window| duration::of_millis(window).into());
    let jitter = (schedule.jitter_ms > 0).then(|| {
        html! { span(class="stack-tight") { strong { (duration::of_millis(schedule.jitter_ms)) } span(class="muted small") { (m::jitter_told()) } } }
    });
    card(
        m::policies(),
        View::default(),
        facts(vec![
            (m::overlap(), Some(said(overlap(schedule.overlap)))),
            (m::catch_up(), Some(said(catch_up(schedule.catch_up)))),
            (m::window(), window),
            (m::jitter(), jitter),
        ]),
    )
}
