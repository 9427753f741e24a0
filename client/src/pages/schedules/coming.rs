//! Ticks to come.

use crate::prelude::*;
use ruche_api::{ComingTick, SchedulePreview};

use crate::{
    i18n::moment,
    messages::{schedules as m, words},
    ui::{
        notice::empty,
        table::{Column, fixed_table},
        time,
    },
};

/// The table.
pub fn ticks(preview: &SchedulePreview) -> View {
    if preview.data.is_empty() {
        return empty(m::coming_none(), View::default());
    }
    let has_clock = preview.data.iter().any(|tick| tick.local.is_some());
    let has_jitter = preview.data.iter().any(|tick| tick.due_at.is_some_and(|due| due != tick.tick_at));
    let mut columns = vec![
        Column::new(m::tick(), |tick: &ComingTick| moment::full(tick.tick_at).into()),
        Column::new(m::wait(), |tick: &ComingTick| time::ago(tick.tick_at)),
    ];
    if has_clock {
        columns.push(Column::new(m::on_its_clock(), |tick: &ComingTick| local(tick.local.as_deref()).into()));
    }
    if has_jitter {
        columns
            .push(Column::new(m::due(), |tick: &ComingTick| tick.due_at.map_or_else(time::dash, |at| moment::time(at).into())));
    }
    let change = changes(&preview.data).then(|| html! { p(class="muted") { (m::clock_changes()) } });
    html! { (fixed_table(words::table_of(&m::coming()), columns, preview.data.clone())) (change) }
}

/// The same in little room.
pub fn brief(preview: &SchedulePreview) -> View {
    let items: Vec<View> = preview
        .data
        .iter()
        .map(|tick| {
            let clock = tick.local.as_deref().map(|text| html! { span(class="muted small") { (local(Some(text))) } });
            html! { li(class="coming") { span { (moment::full(tick.tick_at)) " · " (time::ago(tick.tick_at)) } (clock) } }
        })
        .collect();
    let change = changes(&preview.data).then(|| html! { p(class="muted") { (m::clock_changes()) } });
    html! { ol(class="stack-tight", "aria-label"=m::coming()) { (items) } (change) }
}

/// A wall clock's date and time, with how far it is from UTC.
fn local(text: Option<&str>) -> String {
    text.map(|text| text.replacen('T', " ", 1)).unwrap_or_default()
}

/// Whether the clock is changed in between.
fn changes(ticks: &[ComingTick]) -> bool {
    let offset = |tick: &ComingTick| tick.local.as_deref().and_then(|text| text.get(19..)).map(str::to_owned);
    let mut offsets = ticks.iter().map(offset);
    let first = offsets.next();
    offsets.any(|offset| Some(offset) != first)
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn a_change_of_the_clock_between_ticks_is_told() {
        let tick = |local: &str| ComingTick { tick_at: now(), local: Some(local.to_owned()), due_at: None };
        let ticks = vec![tick("2027-03-27T02:30:00+01:00"), tick("2027-03-28T03:00:00+02:00")];
        let html = rendered("/schedules/a", Role::Viewer, || super::ticks(&SchedulePreview { data: ticks.clone() }));
        assert!(html.contains("2027-03-27 02:30:00+01:00") && html.contains("The clock is changed"), "{html}");
        assert!(!changes(&ticks[..1]));
    }
}
