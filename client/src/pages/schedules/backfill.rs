//! Making up for past ticks, after a look at them.

use std::collections::HashSet;

use crate::prelude::*;
use ruche_api::{BackfillSchedule, FilledSchedule, SchedulePreview, TickPage};

use crate::{
    api::{self, Action, ApiError, Query, use_query},
    browser::{
        clock::{Moment, now},
        dom,
    },
    i18n::moment,
    messages::{schedules as m, words},
    ui::{
        button::{Kind, button, button_unless},
        dialog::{Dialog, DialogHost},
        moment_field::{moment_of, text_of},
        notice::explained,
        remote::remote,
        toast::Toasts,
    },
};

/// Ticks that are shown, at most.
const SHOWN: u32 = 100;

/// Ticks of the history that are looked through for those that have their task.
const KNOWN: u32 = 200;

/// Opens the dialog; `then` is called once tasks were made.
pub fn open(dialogs: DialogHost, toasts: Toasts, name: String, then: impl Fn() + Copy + 'static) {
    dialogs.open(m::backfill_of(&name), move |dialog| form(dialog, toasts, name.clone(), then));
}

/// The time that two fields say, if it is one that can be made up for.
fn window_of(from: &str, until: &str, now: Moment) -> Option<BackfillSchedule> {
    let (from, until) = (moment_of(from)?, moment_of(until)?);
    (from < until && until <= now).then_some(BackfillSchedule { from, until })
}

fn form(dialog: Dialog, toasts: Toasts, name: String, then: impl Fn() + Copy + 'static) -> View {
    let from = create_signal(text_of(now() - chrono::TimeDelta::days(1)));
    let until = create_signal(text_of(now()));
    let window = create_selector(move || from.with(|from| until.with(|until| window_of(from, until, now()))));
    let (action, refusal) = (Action::new(), create_signal(None::<ApiError>));
    let asked = name.clone();
    let coming = use_query(move || window.get().map(|window| api::schedules::preview_after(&asked, window.from, SHOWN)));
    let asked = name.clone();
    let history = use_query(move || Some(api::schedules::ticks(&asked, KNOWN, None)));
    let look = create_selector(move || {
        let window = window.get()?;
        Some(looked(window, &*coming.value()?, history.value().as_deref()))
    });
    let go = move || {
        let Some(window) = window.get_untracked() else { return };
        action.run(api::schedules::backfill(&name, &window), move |answer: Result<FilledSchedule, _>| match answer {
            Ok(filled) => {
                dialog.close();
                toasts.tell(m::backfilled(filled.data.len() as u64));
                then();
            }
            Err(error) => refusal.set(Some(error)),
        });
    };
    let refused = move || {
        refusal.get_clone().map(|error| {
            html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (explained(&error)) } } }
        })
    };
    let locked = move || {
        action.is_busy() || window.get().is_none() || look.with(|look| look.as_ref().is_some_and(|look| look.ticks.is_empty()))
    };
    html! {
        p(class="muted") { (m::backfill_told()) }
        div(class="inline-form") { (field("backfill-from", m::from(), from)) (field("backfill-until", m::until(), until)) }
        (shown(window, coming, look))
        (refused)
        div(class="dialog-buttons") {
            (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
            (button_unless(Kind::Primary, None, m::backfill_all(), locked, go))
        }
    }
}

fn field(id: &'static str, label: std::borrow::Cow<'static, str>, value: Signal<String>) -> View {
    html! {
        div(class="field") {
            label(r#for=id) { (label) }
            input(id=id, r#type="datetime-local", value=value.get_clone_untracked(), on:input=move |event| value.set(dom::value_of(&event)))
        }
    }
}

/// What a backfill would come to.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    /// Ticks, and whether they have their task.
    ticks: Vec<(Moment, bool)>,
    /// There are more.
    more: bool,
}

fn looked(window: BackfillSchedule, coming: &SchedulePreview, history: Option<&TickPage>) -> Look {
    let made: HashSet<Moment> = history
        .map(|page| page.data.iter().filter(|tick| tick.task_id.is_some()).map(|tick| tick.tick_at).collect())
        .unwrap_or_default();
    let ticks: Vec<_> = coming
        .data
        .iter()
        .map(|tick| tick.tick_at)
        .filter(|at| *at >= window.from && *at < window.until)
        .map(|at| (at, made.contains(&at)))
        .collect();
    let more = coming.data.len() >= SHOWN as usize && ticks.len() == coming.data.len();
    Look { ticks, more }
}

fn shown(window: ReadSignal<Option<BackfillSchedule>>, coming: Query<SchedulePreview>, look: ReadSignal<Option<Look>>) -> View {
    let body = move || {
        if window.get().is_none() {
            return html! { p(class="field-error", role="alert") { (m::backfill_order()) } };
        }
        look.get_clone().map(|look| untrack(|| told(&look))).unwrap_or_default()
    };
    html! { (remote(coming, |_| View::default())) div("aria-live"="polite") { (body) } }
}

fn told(look: &Look) -> View {
    if look.ticks.is_empty() {
        return html! { p { (m::backfill_none()) } };
    }
    let fresh = look.ticks.iter().filter(|(_, made)| !made).count();
    let items: Vec<View> = look
        .ticks
        .iter()
        .map(|(at, made)| {
            let has = made.then(|| html! { span(class="muted") { " · " (m::backfill_has()) } });
            html! { li { (moment::full(*at)) (has) } }
        })
        .collect();
    let head = if look.more { m::backfill_more() } else { m::backfill_look(look.ticks.len() as u64, fresh as u64) };
    html! {
        p { (head) }
        ul(class="plain look", tabindex="0", role="group", "aria-label"=m::past()) { (items) }
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::{ComingTick, Role, ScheduleTick, TickKind};

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn a_look_shows_which_ticks_have_their_task() {
        let at = |hours| now() - chrono::TimeDelta::hours(hours);
        let coming = [5, 4, 3].map(|hours| ComingTick { tick_at: at(hours), local: None, due_at: None });
        let tick = ScheduleTick {
            tick_at: at(4),
            kind: TickKind::Tick,
            decided_at: at(4),
            task_id: Some(uuid::Uuid::nil()),
            skipped: None,
            through: None,
            detail: None,
        };
        let history = TickPage { data: vec![tick], next_cursor: None, has_more: false };
        let window = BackfillSchedule { from: at(5), until: at(3) };
        let look = looked(window, &SchedulePreview { data: coming.into() }, Some(&history));
        assert_eq!(look.ticks, [(at(5), false), (at(4), true)]);
        let html = rendered("/schedules/a", Role::Operator, || told(&look));
        assert!(html.contains("2 ticks in that time, of which 1 would"), "{html}");
    }

    #[test]
    fn only_a_time_that_is_past_can_be_made_up_for() {
        let (before, later) = (text_of(now() - chrono::TimeDelta::hours(1)), text_of(now() + chrono::TimeDelta::hours(1)));
        assert!(window_of(&before, &text_of(now()), now()).is_some());
        assert!(window_of(&before, &later, now()).is_none() && window_of(&text_of(now()), &before, now()).is_none());
    }
}
