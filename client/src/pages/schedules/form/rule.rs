//! When it ticks.

use crate::prelude::*;

use super::{
    super::{
        draft::{Draft, Kind},
        words as told,
    },
    Errors, length, text,
};
use crate::{browser::dom, messages::schedules as m, ui::field::Field};

/// Expressions to begin with.
const EXAMPLES: [&str; 6] = ["*/15 * * * *", "0 * * * *", "30 2 * * *", "0 9 * * mon-fri", "0 0 1 * *", "@weekly"];

/// The fields.
pub fn rule(draft: Draft, errors: Errors) -> View {
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
