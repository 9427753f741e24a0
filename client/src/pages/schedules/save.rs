//! Creating and changing schedules.

use crate::prelude::*;
use ruche_api::{CreateSchedule, ReplaceSchedule, Schedule};

use super::{
    draft::{Draft, Wrong},
    form::{Errors, fields},
};
use crate::{
    api::{self, Action, ApiError, Ask, use_query},
    messages::{schedules as m, words},
    router::{navigate, route::Route, router},
    session::may_operate,
    ui::{
        button::{Kind, link_button},
        layout::heading,
        notice::{empty, explained},
        remote::remote,
        toast::toasts_here,
    },
};

/// The page of a new one. The address may name its task.
pub fn create() -> View {
    let title = heading(m::new(), None, View::default());
    if !may_operate() {
        return html! { (title) (empty(words::needs_operator(), View::default())) };
    }
    let draft = Draft::empty(&router().param("task").text());
    let ask = |name: String, rest: ReplaceSchedule| api::schedules::create(&CreateSchedule::named(name, rest));
    html! { (title) (form(draft, true, ask)) }
}

/// The page that changes one.
pub fn edit(name: String) -> View {
    let title = heading(m::edit_of(&name), None, View::default());
    if !may_operate() {
        return html! { (title) (empty(words::needs_operator(), View::default())) };
    }
    // It is read once: what somebody writes is not overwritten by what somebody else has changed. The revision guards the rest.
    let query = use_query(move || Some(api::schedules::get(&name)));
    let body = remote(query, |schedule| {
        let revision = schedule.revision;
        form(Draft::of(&schedule), false, move |name, rest| api::schedules::replace(&name, &rest, revision))
    });
    html! { (title) (body) }
}

fn form(draft: Draft, is_new: bool, ask: impl Fn(String, ReplaceSchedule) -> Ask<Schedule> + 'static) -> View {
    let (errors, action, refusal, toasts) = (Errors::none(), Action::new(), create_signal(None::<ApiError>), toasts_here());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        refusal.set(None);
        match untrack(|| draft.read()) {
            Err(wrong) => errors.set(wrong),
            Ok((name, rest)) => {
                errors.set(Vec::new());
                action.run(ask(name, rest), move |answer| match answer {
                    Ok(schedule) => {
                        toasts.tell(m::saved(&schedule.name));
                        navigate(&Route::Schedule(schedule.name).to_string());
                    }
                    Err(error) => {
                        errors.refused(&error, wrong_fields(&error));
                        refusal.set(Some(error));
                    }
                });
            }
        }
    };
    let refused = move || {
        refusal.get_clone().map(|error| {
            let conflict = (error.status() == Some(412)).then(|| html! { p { (m::conflict()) } });
            html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (conflict) (explained(&error)) (unplaced(&error)) } } }
        })
    };
    let back = if is_new { Route::Schedules } else { Route::Schedule(draft.name.get_clone_untracked()) };
    let label = if is_new { m::create_go() } else { words::save() };
    html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            (fields(draft, errors, is_new))
            (refused)
            div(class="row form-buttons") {
                button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (label) }
                (link_button(Kind::Plain, None, words::cancel(), back.to_string()))
            }
        }
    }
}

/// The field that a place in the request is written in.
fn field_of(pointer: &str) -> Option<&'static str> {
    const FIELDS: [(&str, &str); 13] = [
        ("/name", "schedule-name"),
        ("/description", "schedule-description"),
        ("/rule/cron", "schedule-cron"),
        ("/rule/time_zone", "schedule-zone"),
        ("/rule/every_ms", "schedule-every"),
        ("/rule/at", "schedule-at"),
        ("/task/task", "schedule-task"),
        ("/task/kwargs", "schedule-kwargs"),
        ("/task/queue", "schedule-queue"),
        ("/task/concurrency_key", "schedule-key"),
        ("/catch_up_window_ms", "schedule-window"),
        ("/jitter_ms", "schedule-jitter"),
        ("/task", "schedule-task"),
    ];
    FIELDS
        .into_iter()
        .find(|(place, _)| pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        .map(|(_, id)| id)
}

fn wrong_fields(error: &ApiError) -> Vec<Wrong> {
    let ApiError::Refused(problem) = error else { return Vec::new() };
    let of = |error: &ruche_api::FieldError| Some((field_of(error.pointer.as_deref()?)?, error.detail.clone()));
    problem.errors.iter().filter_map(of).collect()
}

/// What the server says is wrong that no field is for.
fn unplaced(error: &ApiError) -> View {
    let ApiError::Refused(problem) = error else { return View::default() };
    let has_field = |error: &&ruche_api::FieldError| error.pointer.as_deref().and_then(field_of).is_none();
    let items: Vec<View> = problem
        .errors
        .iter()
        .filter(has_field)
        .map(|error| {
            let (place, detail) = (error.pointer.clone().unwrap_or_default(), error.detail.clone());
            html! { li { code { (place) } " " (detail) } }
        })
        .collect();
    html! { ul(class="plain") { (items) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn what_the_server_refuses_is_told_at_its_field() {
        assert_eq!(field_of("/task/kwargs/seconds"), Some("schedule-kwargs"));
        assert_eq!(field_of("/rule/cron"), Some("schedule-cron"));
        assert_eq!((field_of("/task"), field_of("/tasks"), field_of("")), (Some("schedule-task"), None, None));
    }

    #[test]
    fn every_control_of_the_form_has_a_name() {
        let html = rendered("/new/schedule?task=ruche.sleep", Role::Operator, create);
        assert!(html.contains("value=\"ruche.sleep\""), "{html}");
        for id in [
            "schedule-name",
            "schedule-cron",
            "schedule-zone",
            "schedule-task",
            "schedule-kwargs-json",
            "schedule-priority",
            "schedule-jitter",
        ] {
            assert!(html.contains(&format!("for=\"{id}\"")) && html.contains(&format!("id=\"{id}\"")), "{id}: {html}");
        }
        assert!(!html.contains("style="), "{html}");
        assert!(!rendered("/new/schedule", Role::Viewer, create).contains("<form"));
    }
}
