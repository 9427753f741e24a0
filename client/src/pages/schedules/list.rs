//! All schedules.

use crate::prelude::*;
use ruche_api::{Schedule, SchedulePage, ScheduleRule, ScheduleTick, Skipped};

use super::{actions, words as told};
use crate::{
    api::{self, use_query},
    i18n::moment,
    messages::{schedules as m, words},
    pages::follow::{Row, part, poll, rows},
    router::{route::Route, router},
    session::may_operate,
    ui::{
        badge::{Tone, badge},
        button::{Kind, link_button},
        icon::Icon,
        layout::heading,
        notice::empty,
        pager::pager,
        remote::remote,
        spark::{Bar, spark},
        table::{Column, table},
        time,
    },
};

/// Ticks in a sparkline.
const PAST: u32 = 20;

/// The page.
pub fn list() -> View {
    let cursor = router().param("cursor");
    let query = use_query(move || Some(api::schedules::list(cursor.get().as_deref())));
    // Ticks and changes of schedules are no events of their own.
    let query = poll(query, 10_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let changed = move |one: Schedule| {
        let Some(page) = query.value_untracked() else { return };
        let data = page.data.iter().map(|before| if before.name == one.name { one.clone() } else { before.clone() }).collect();
        query.put(SchedulePage { data, ..(*page).clone() });
    };
    let body = part(
        query,
        |page| page.data.is_empty(),
        move |none| {
            if none { empty(m::none(), new()) } else { rows_of(all, changed) }
        },
    );
    html! {
        (heading(m::title(), Some(m::lead()), new()))
        (remote(query, |_| View::default()))
        (body)
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn new() -> View {
    if may_operate() {
        link_button(Kind::Primary, Some(Icon::Plus), m::new(), Route::NewSchedule.to_string())
    } else {
        View::default()
    }
}

fn rows_of(all: ReadSignal<Vec<Schedule>>, changed: impl Fn(Schedule) + Copy + 'static) -> View {
    let columns = vec![
        Column::new(words::name(), name),
        Column::new(m::rule(), |row: &Row<Schedule>| row.shows(|one| one.rule.clone(), |rule| rule_told(&rule))),
        Column::new(m::task(), |row: &Row<Schedule>| row.shows(task_name, |task| html! { code { (task) } })).class("nowrap"),
        Column::new(m::next(), |row: &Row<Schedule>| row.shows(|one| (one.paused, one.due_at.or(one.next_tick_at)), next)),
        Column::new(m::past(), |row: &Row<Schedule>| {
            let name = row.name.clone();
            row.shows(|one| (one.last_tick_at, one.last_task_id), move |_| past(&name))
        }),
        Column::new(words::actions(), move |row: &Row<Schedule>| {
            row.shows(|one| (one.name.clone(), one.paused), move |(name, paused)| actions::small(name, paused, changed))
        })
        .class("narrow"),
    ];
    table(m::title(), columns, rows(all, |one| one.name.clone()), |row| row.name.clone())
}

fn name(row: &Row<Schedule>) -> View {
    let (name, address) = (row.name.clone(), Route::Schedule(row.name.clone()).to_string());
    let rest = row.shows(
        |one| (one.paused, one.description.clone()),
        |(paused, description)| {
            let paused = paused.then(|| badge(Tone::Off, words::paused()));
            html! { (paused) span(class="muted small clipped") { (description) } }
        },
    );
    html! { span(class="stack-tight") { a(class="strong", href=address) { (name) } (rest) } }
}

/// The name of the task that a schedule makes.
pub(super) fn task_name(schedule: &Schedule) -> String {
    schedule.task.0.decode::<ruche_api::EnqueueTask>().map(|task| task.task).unwrap_or_default()
}

/// A rule in words, with what was written below.
pub(super) fn rule_told(rule: &ScheduleRule) -> View {
    let words = told::of_rule(rule);
    let sentence = words.clone().unwrap_or_default();
    let zone = rule.time_zone.clone().filter(|_| rule.cron.is_some());
    let zone = zone.map(|zone| html! { span(class="muted small") { (zone) } });
    let code = rule.cron.clone().map(|cron| {
        let class = if words.is_some() { "muted small" } else { "" };
        html! { code(class=class) { (cron) } }
    });
    html! { span(class="stack-tight") { span(class="sentence") { (sentence) } span(class="row") { (code) (zone) } } }
}

fn next((paused, at): (bool, Option<crate::browser::clock::Moment>)) -> View {
    match at {
        Some(at) => {
            html! { span(class="stack-tight") { (time::ago(at)) span(class="muted small nowrap") { (moment::full(at)) } } }
        }
        None if paused => time::dash(),
        None => html! { span(class="muted") { (m::ended()) } },
    }
}

fn past(name: &str) -> View {
    let asked = name.to_owned();
    let query = use_query(move || Some(api::schedules::ticks(&asked, PAST, None)));
    part(query, |page| page.data.clone(), |ticks| sparkline(&ticks))
}

/// What a tick came to.
pub(super) fn tone(tick: &ScheduleTick) -> Tone {
    match tick.skipped {
        None => Tone::Good,
        Some(Skipped::Overlap) => Tone::Again,
        Some(Skipped::Missed) => Tone::Off,
        Some(Skipped::Refused) => Tone::Bad,
    }
}

/// The same in words.
pub(super) fn outcome(tick: &ScheduleTick) -> std::borrow::Cow<'static, str> {
    match tick.skipped {
        None => m::made(),
        Some(Skipped::Overlap) => m::skipped_overlap(),
        Some(Skipped::Missed) => m::skipped_missed(),
        Some(Skipped::Refused) => m::skipped_refused(),
    }
}

/// Ticks as they come, the latest first; drawn with the latest at the right.
fn sparkline(ticks: &[ScheduleTick]) -> View {
    if ticks.is_empty() {
        return html! { span(class="muted small") { (m::no_ticks()) } };
    }
    let made = ticks.iter().filter(|tick| tick.skipped.is_none()).count();
    let bars = ticks.iter().rev().map(|tick| Bar {
        height: if tick.skipped.is_none() { 1.0 } else { 0.45 },
        tone: tone(tick),
        told: format!("{} · {}", moment::full(tick.tick_at), outcome(tick)),
        address: tick.task_id.map(|id| Route::Task(id).to_string()),
    });
    spark(m::spark_told(made as u64, ticks.len() as u64), bars.collect())
}

#[cfg(test)]
mod tests {
    use ruche_api::{Role, TickKind};

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    fn tick(skipped: Option<Skipped>) -> ScheduleTick {
        ScheduleTick {
            tick_at: now(),
            kind: TickKind::Tick,
            decided_at: now(),
            task_id: None,
            skipped,
            through: None,
            detail: None,
        }
    }

    #[test]
    fn past_ticks_are_told_in_words_too() {
        let ticks = [tick(None), tick(Some(Skipped::Refused)), tick(Some(Skipped::Overlap))];
        let html = rendered("/schedules", Role::Viewer, || sparkline(&ticks));
        assert!(html.contains("1 of the last 3 ticks made a task") && html.contains("bad"), "{html}");
        assert!(rendered("/schedules", Role::Viewer, || sparkline(&[])).contains("none yet"));
    }

    #[test]
    fn a_rule_without_words_shows_what_was_written() {
        let rule = ScheduleRule {
            cron: Some("0 0 L * *".to_owned()),
            time_zone: Some("Europe/Paris".to_owned()),
            ..ScheduleRule::default()
        };
        let html = rendered("/schedules", Role::Viewer, || rule_told(&rule));
        assert!(html.contains("0 0 L * *") && html.contains("Europe/Paris"), "{html}");
    }
}
