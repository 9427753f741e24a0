//! What became of a schedule's ticks.

use crate::prelude::*;
use ruche_api::{ScheduleTick, TickKind, TickPage};

use super::list::{outcome, tone};
use crate::{
    api::Query,
    i18n::moment,
    messages::{schedules as m, words},
    pages::follow::part,
    router::route::Route,
    ui::{
        badge::badge,
        layout::card,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, fixed_table},
        time,
    },
};

/// The card.
pub fn card_of(query: Query<TickPage>) -> View {
    let body = html! {
        (remote(query, |_| View::default()))
        (part(query, |page| page.data.clone(), table_of))
        (part(query, |page| page.next_cursor.clone(), pager))
    };
    card(m::history(), View::default(), body)
}

fn kind(kind: TickKind) -> std::borrow::Cow<'static, str> {
    match kind {
        TickKind::Tick => m::kind_tick(),
        TickKind::Manual => m::kind_manual(),
        TickKind::Backfill => m::kind_backfill(),
    }
}

fn table_of(ticks: Vec<ScheduleTick>) -> View {
    if ticks.is_empty() {
        return empty(m::history_none(), View::default());
    }
    let columns = vec![
        Column::new(m::tick(), |tick: &ScheduleTick| {
            let through = tick.through.map(|last| html! { span(class="muted small") { (m::through(&moment::full(last))) } });
            html! { span(class="stack-tight") { (time::full(tick.tick_at)) (through) } }
        })
        .class("nowrap"),
        Column::new(m::kind(), |tick: &ScheduleTick| kind(tick.kind).into_owned().into()),
        Column::new(m::outcome(), |tick: &ScheduleTick| badge(tone(tick), outcome(tick))),
        Column::new(words::task(), |tick: &ScheduleTick| match tick.task_id {
            Some(id) => {
                let (address, short) = (Route::Task(id).to_string(), id.to_string()[24..].to_owned());
                html! { a(href=address) { code { (short) } } }
            }
            None => time::dash(),
        }),
        Column::new(words::details(), |tick: &ScheduleTick| tick.detail.clone().map_or_else(time::dash, View::from))
            .class("wide"),
    ];
    fixed_table(words::table_of(&m::history()), columns, ticks)
}

#[cfg(test)]
mod tests {
    use ruche_api::{Role, Skipped};

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn a_refused_tick_says_why() {
        let tick = ScheduleTick {
            tick_at: now(),
            kind: TickKind::Backfill,
            decided_at: now(),
            task_id: None,
            skipped: Some(Skipped::Refused),
            through: Some(now()),
            detail: Some("there is no task named x".to_owned()),
        };
        let html = rendered("/schedules/a", Role::Viewer, || table_of(vec![tick]));
        for part in ["Backfill", "Refused", "there is no task named x", "and others up to"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
