//! The form of a schedule, with a look at what it would do.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{CatchUp, ScheduleRule};

use super::{
    coming,
    draft::{Draft, Kind, Length, UNITS, Wrong},
    policies, words as told,
};
use crate::{
    api::{self, ApiError, Remote, use_query},
    browser::dom,
    messages::{queues, schedules as m, words},
    pages::follow::{part, settled},
    ui::{field::Field, layout::card, notice::loading},
};

/// How long typing has to rest before its ticks are asked for, in milliseconds.
const RESTS_MS: i32 = 250;

/// Expressions to begin with.
const EXAMPLES: [&str; 6] = ["*/15 * * * *", "0 * * * *", "30 2 * * *", "0 9 * * mon-fri", "0 0 1 * *", "@weekly"];

/// What is wrong, field by field.
#[derive(Clone, Copy)]
pub struct Errors(Signal<Vec<Wrong>>);

impl Errors {
    /// Nothing is.
    pub fn none() -> Self {
        Self(create_signal(Vec::new()))
    }

    /// This is, and the first of it gets the focus.
    pub fn set(self, wrong: Vec<Wrong>) {
        let first = wrong.first().map(|(id, _)| format!("#{id}"));
        self.0.set(wrong);
        if let Some(first) = first {
            dom::focus(&first);
        }
    }

    fn of(self, id: &'static str) -> Signal<Option<String>> {
        let own = create_signal(None);
        create_effect(move || {
            own.set(self.0.with(|wrong| wrong.iter().find(|(field, _)| *field == id).map(|(_, told)| told.clone())))
        });
        own
    }
}

/// The fields. The name of one that is there cannot be changed.
pub fn fields(draft: Draft, errors: Errors, is_new: bool) -> View {
    let name = is_new.then(|| text("schedule-name", words::name(), Some(m::name_hint()), draft.name, errors, true));
    html! {
        div(class="form-columns") {
            div(class="stack") {
                (card(words::details(), View::default(), html! { div(class="stack") { (name) (text("schedule-description", m::description(), None, draft.description, errors, false)) } }))
                (card(m::rule(), View::default(), rule(draft, errors)))
                (card(m::enqueues(), View::default(), task(draft, errors)))
                (card(m::policies(), View::default(), policy(draft, errors, is_new)))
            }
            (preview(draft))
        }
    }
}

fn text(
    id: &'static str,
    label: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    value: Signal<String>,
    errors: Errors,
    required: bool,
) -> View {
    let field = Field::new(id, label).error(errors.of(id));
    let field = if let Some(hint) = hint { field.hint(hint) } else { field };
    let field = if required { field.required() } else { field };
    field.control(|of| {
        html! {
            input(
                id=id, autocomplete="off", "spellcheck"="false", prop:value=move || wasm_bindgen::JsValue::from(value.get_clone()), value=value.get_clone_untracked(), "aria-describedby"=of.described_by(),
                "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
        }
    })
}

fn rule(draft: Draft, errors: Errors) -> View {
    let kinds = [(Kind::Cron, m::by_cron()), (Kind::Every, m::by_interval()), (Kind::Once, m::once())];
    let choices = kinds.into_iter().map(|(kind, label)| {
        let chosen = draft.kind.get_untracked() == kind;
        html! {
            label(class="check") {
                input(r#type="radio", name="schedule-kind", checked=chosen, on:change=move |_| draft.kind.set(kind))
                span { (label) }
            }
        }
    });
    let kind = draft.kind;
    let body = move || match kind.get() {
        Kind::Cron => untrack(|| cron(draft, errors)),
        Kind::Every => untrack(|| length("schedule-every", m::every(), draft.every, errors)),
        Kind::Once => untrack(|| once(draft, errors)),
    };
    html! {
        div(class="stack") {
            fieldset(class="group") { legend { (m::kind_of_rule()) } div(class="row choices") { (choices.collect::<Vec<_>>()) } }
            (body)
        }
    }
}

fn cron(draft: Draft, errors: Errors) -> View {
    let examples: Vec<View> = EXAMPLES
        .into_iter()
        .map(|cron| {
            let label = format!("{cron}: {}", told::of_cron(cron).unwrap_or_default());
            html! { button(class="chip", r#type="button", title=label.clone(), "aria-label"=label, on:click=move |_| draft.cron.set(cron.to_owned())) { code { (cron) } } }
        })
        .collect();
    html! {
        (text("schedule-cron", m::cron(), Some(m::cron_hint()), draft.cron, errors, true))
        div(class="row", role="group", "aria-label"=m::examples()) { span(class="muted small") { (m::examples()) } (examples) }
        (zone(draft, errors))
    }
}

fn zone(draft: Draft, errors: Errors) -> View {
    let options: Vec<View> = zones().into_iter().map(|zone| html! { option(value=zone) }).collect();
    let value = draft.zone;
    Field::new("schedule-zone", m::zone()).hint(m::zone_hint()).error(errors.of("schedule-zone")).control(|of| {
        html! {
            input(
                id="schedule-zone", "list"="schedule-zones", autocomplete="off", "spellcheck"="false", value=value.get_clone_untracked(),
                "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
            datalist(id="schedule-zones") { (options) }
        }
    })
}

/// Time zones that the browser knows, its own first.
fn zones() -> Vec<String> {
    use wasm_bindgen::JsCast;
    let mut zones = vec!["UTC".to_owned()];
    if !crate::browser::is_there() {
        return zones;
    }
    let listed = || {
        let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let list: js_sys::Function = js_sys::Reflect::get(&intl, &"supportedValuesOf".into()).ok()?.dyn_into().ok()?;
        list.call1(&intl, &"timeZone".into()).ok()?.dyn_into::<js_sys::Array>().ok()
    };
    zones.extend(listed().map(|zones| zones.iter().filter_map(|zone| zone.as_string()).collect::<Vec<_>>()).unwrap_or_default());
    zones
}

fn once(draft: Draft, errors: Errors) -> View {
    let value = draft.at;
    Field::new("schedule-at", m::at()).required().error(errors.of("schedule-at")).control(|of| {
        html! {
            input(
                id="schedule-at", r#type="datetime-local", value=value.get_clone_untracked(), "aria-describedby"=of.described_by(),
                "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
        }
    })
}

fn length(id: &'static str, label: Cow<'static, str>, Length { number, unit }: Length, errors: Errors) -> View {
    let now = unit.get_untracked();
    let options: Vec<View> = UNITS
        .into_iter()
        .zip([queues::second(), queues::minute(), queues::hour(), queues::day()])
        .map(|(one, word)| html! { option(value=one.to_string(), selected=(one == now)) { (word) } })
        .collect();
    let of_unit = format!("{label} · {}", m::unit());
    Field::new(id, label).error(errors.of(id)).control(|of| {
        html! {
            span(class="length") {
                input(
                    id=id, inputmode="numeric", autocomplete="off", value=number.get_clone_untracked(), "aria-describedby"=of.described_by(),
                    "aria-invalid"=of.invalid(), on:input=move |event| number.set(dom::value_of(&event))
                )
                select("aria-label"=of_unit, on:change=move |event| unit.set(dom::value_of(&event).parse().unwrap_or(UNITS[0]))) { (options) }
            }
        }
    })
}

fn task(draft: Draft, errors: Errors) -> View {
    let definitions = use_query(|| Some(api::definitions::list()));
    let names = part(
        definitions,
        |list| list.data.iter().map(|one| (one.name.clone(), one.summary.clone())).collect::<Vec<_>>(),
        |names| {
            let options: Vec<View> =
                names.into_iter().map(|(name, summary)| html! { option(value=name) { (summary) } }).collect();
            html! { (options) }
        },
    );
    let (value, kwargs) = (draft.task, draft.kwargs);
    let name = Field::new("schedule-task", m::task()).required().error(errors.of("schedule-task")).control(|of| {
        html! {
            input(
                id="schedule-task", "list"="schedule-tasks", autocomplete="off", "spellcheck"="false", value=value.get_clone_untracked(),
                "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
            datalist(id="schedule-tasks") { (names) }
        }
    });
    let arguments = Field::new("schedule-kwargs", m::kwargs()).error(errors.of("schedule-kwargs")).control(|of| {
        html! {
            textarea(
                id="schedule-kwargs", class="code", rows="5", "spellcheck"="false", "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(),
                on:input=move |event| kwargs.set(dom::value_of(&event))
            ) { (kwargs.get_clone_untracked()) }
        }
    });
    html! {
        div(class="stack") {
            (name)
            (arguments)
            div(class="grid") {
                (text("schedule-queue", words::queue(), Some(m::queue_hint()), draft.queue, errors, false))
                (priority(draft.priority))
                (text("schedule-key", m::key(), None, draft.key, errors, false))
            }
        }
    }
}

fn priority(value: Signal<String>) -> View {
    let now = value.get_clone_untracked();
    let levels = std::iter::once(String::new()).chain((0..=9).rev().map(|level| level.to_string()));
    let options: Vec<View> = levels
        .map(|level| {
            let (shown, is_now) = (if level.is_empty() { "–".to_owned() } else { level.clone() }, level == now);
            html! { option(value=level, selected=is_now) { (shown) } }
        })
        .collect();
    Field::new("schedule-priority", words::priority()).hint(m::queue_hint()).control(|of| {
        html! { select(id="schedule-priority", "aria-describedby"=of.described_by(), on:change=move |event| value.set(dom::value_of(&event))) { (options) } }
    })
}

fn choices<T: Copy + PartialEq + 'static>(
    name: &'static str,
    legend: Cow<'static, str>,
    value: Signal<T>,
    all: [T; 3],
    told: fn(T) -> (Cow<'static, str>, Cow<'static, str>),
) -> View {
    let now = value.get_untracked();
    let items = all.map(|one| {
        let (what, why) = told(one);
        html! {
            label(class="choice") {
                input(r#type="radio", name=name, checked=(one == now), on:change=move |_| value.set(one))
                span { strong { (what) } span(class="muted small") { (why) } }
            }
        }
    });
    html! { fieldset(class="group") { legend { (legend) } div(class="stack-tight") { (Vec::from(items)) } } }
}

fn policy(draft: Draft, errors: Errors, is_new: bool) -> View {
    let catch_up = draft.catch_up;
    let window = move || {
        if catch_up.get() == CatchUp::All {
            untrack(|| length("schedule-window", m::window(), draft.window, errors))
        } else {
            View::default()
        }
    };
    let paused = draft.paused;
    let label = if is_new { m::begins_paused() } else { m::stays_paused() };
    html! {
        div(class="stack") {
            (choices("schedule-overlap", m::overlap(), draft.overlap, policies::OVERLAPS, policies::overlap))
            (choices("schedule-catch-up", m::catch_up(), draft.catch_up, policies::CATCH_UPS, policies::catch_up))
            (window)
            (length("schedule-jitter", m::jitter(), draft.jitter, errors))
            p(class="hint") { (m::jitter_told()) }
            label(class="check") {
                input(r#type="checkbox", checked=paused.get_untracked(), on:change=move |event| paused.set(dom::is_checked(&event)))
                span { (label) }
            }
        }
    }
}

fn preview(draft: Draft) -> View {
    let rule = create_selector(move || draft.rule().ok());
    let calm = settled(rule, RESTS_MS);
    let query = use_query(move || calm.get_clone().map(|rule| api::schedules::preview_rule(&rule, 10)));
    let words = move || {
        rule.get_clone()
            .map(|rule: ScheduleRule| told::of_rule(&rule))
            .map(|told| html! { p(class="sentence strong") { (told.unwrap_or_default()) } })
    };
    let waits = move || {
        if rule.with(Option::is_none) {
            html! { p(class="muted") { (m::preview_waits()) } }
        } else {
            View::default()
        }
    };
    // What another rule would have done is not shown beside this one.
    let ticks = move || match query.get() {
        Remote::There(preview) if rule.with(Option::is_some) => untrack(|| coming::brief(&preview)),
        Remote::Failed(error) | Remote::Stale(_, error) => untrack(|| refused(&error)),
        Remote::Loading => loading(),
        Remote::There(_) | Remote::NotAsked => View::default(),
    };
    let body = html! {
        div("aria-live"="polite") { (words) (waits) }
        (ticks)
    };
    html! { div(class="form-aside") { (card(m::preview(), View::default(), body)) } }
}

/// Why a rule has no ticks.
fn refused(error: &ApiError) -> View {
    let told: Vec<View> = match error {
        ApiError::Refused(problem) => {
            problem.errors.iter().map(|error| error.detail.clone()).map(|told| html! { p { (told) } }).collect()
        }
        _ => Vec::new(),
    };
    html! { div(class="banner warn") { div { p(class="notice-title") { (error.title()) } (told) } } }
}
