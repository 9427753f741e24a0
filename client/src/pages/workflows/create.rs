//! A new workflow, as JSON: chains, groups, chords and graphs nest as deep as one likes, so text says it best.

use crate::prelude::*;
use ruche_api::{CreateWorkflow, Role, Workflow};

use crate::{
    api::{self, Action, ApiError},
    browser::dom,
    messages::{errors, workflows as m},
    router::{navigate, route::Route},
    session::here,
    ui::{
        button::{Kind, button},
        field::Field,
        layout::{card, heading},
        notice::{empty, explained},
        toast::toasts_here,
    },
};

/// What one may begin with.
const BEGINNINGS: [&str; 4] = [
    include_str!("create/chain.json"),
    include_str!("create/group.json"),
    include_str!("create/chord.json"),
    include_str!("create/nodes.json"),
];

/// The page.
pub fn create() -> View {
    let title = heading(m::create_title(), Some(m::create_lead()), View::default());
    if !here().may(Role::Operator) {
        return html! { (title) (empty(crate::messages::words::needs_operator(), View::default())) };
    }
    html! { (title) (form()) }
}

fn form() -> View {
    let text = create_signal(BEGINNINGS[3].to_owned());
    let (error, refusal, action, toasts) = (create_signal(None), create_signal(None::<ApiError>), Action::new(), toasts_here());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        refusal.set(None);
        let workflow = match text.with_untracked(|text| serde_json::from_str::<CreateWorkflow>(text)) {
            Ok(workflow) => workflow,
            Err(wrong) => {
                error.set(Some(format!("{} {wrong}", m::create_bad())));
                return dom::focus("#workflow-json");
            }
        };
        error.set(None);
        action.run(api::workflows::create(&workflow), move |answer: Result<Workflow, ApiError>| match answer {
            Ok(workflow) => {
                toasts.tell(m::create_go());
                navigate(&Route::Workflow(workflow.id).to_string());
            }
            Err(refused) => refusal.set(Some(refused)),
        });
    };
    let begin = [m::create_chain(), m::create_group(), m::create_chord(), m::create_nodes()]
        .into_iter()
        .zip(BEGINNINGS)
        .map(|(label, beginning)| button(Kind::Quiet, None, label, move || text.set(beginning.to_owned())))
        .collect::<Vec<_>>();
    let refused = move || refusal.get_clone().map(|error| untrack(|| wrong(&error)));
    let area = Field::new("workflow-json", m::create_json()).error(error).required().control(|field| {
        html! {
            textarea(
                id="workflow-json", class="code", rows="22", "spellcheck"="false", autocomplete="off", prop:value=move || wasm_bindgen::JsValue::from(text.get_clone()),
                "aria-describedby"=field.described_by(), "aria-invalid"=field.invalid(), on:input=move |event| text.set(dom::value_of(&event))
            ) { (text.get_clone_untracked()) }
        }
    });
    let body = html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            div(class="row", role="group", "aria-label"=m::create_begin()) { span(class="muted") { (m::create_begin()) } (begin) }
            (area)
            (refused)
            div(class="row") { button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (m::create_go()) } }
        }
    };
    card(m::create_title(), View::default(), body)
}

/// What the server says is wrong, place by place.
fn wrong(error: &ApiError) -> View {
    let places: Vec<View> = match error {
        ApiError::Refused(problem) => problem
            .errors
            .iter()
            .map(|error| {
                let (place, detail) = (error.pointer.clone().unwrap_or_default(), error.detail.clone());
                html! { li { code { (place) } " " (detail) } }
            })
            .collect(),
        _ => Vec::new(),
    };
    let title = if places.is_empty() {
        error.title()
    } else {
        errors::of_code("invalid_body").map_or_else(|| error.title(), |told| told.into_owned())
    };
    html! {
        div(class="banner bad", role="alert") { div { p(class="notice-title") { (title) } (explained(error)) ul(class="plain") { (places) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rendered;

    #[test]
    fn every_beginning_is_a_workflow() {
        for beginning in BEGINNINGS {
            serde_json::from_str::<CreateWorkflow>(beginning).unwrap();
        }
    }

    #[test]
    fn who_may_only_read_gets_no_form() {
        let of = |role| rendered("/new/workflow", role, create);
        assert!(of(Role::Operator).contains("<textarea") && !of(Role::Viewer).contains("<textarea"));
    }
}
