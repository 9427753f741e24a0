//! Enqueuing a task, by a form made from its schema or as JSON; and the same request for other programs.

mod elsewhere;
mod options;

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{AnyJson, Definition, EnqueueTask, Task};
use ruche_domain::RawJson;

use self::options::Options;
use crate::{
    api::{self, Action, ApiError, use_query},
    browser::dom,
    messages::{enqueue as m, words},
    router::{navigate, route::Route, router},
    session::may_operate,
    ui::{
        button::{Kind, button},
        icon::{Icon, icon},
        input::Input,
        layout::{card, heading},
        notice::{empty, explained},
        remote::remote,
        toast::toasts_here,
    },
};

/// The page. `?task=` names the task, `?like=` an earlier one to begin with.
pub fn enqueue() -> View {
    let (name, like) = (router().param("task"), router().param("like"));
    let definitions = use_query(|| Some(api::definitions::list()));
    let earlier = use_query(move || like.get()?.parse().ok().map(api::tasks::get));
    let chosen = create_selector(move || name.get().or_else(|| earlier.value().map(|task| task.task.clone())));
    let body = remote(definitions, move |list| {
        if list.data.is_empty() {
            return empty(m::none(), View::default());
        }
        let names: Vec<String> = list.data.iter().map(|one| one.name.clone()).collect();
        let form = move || {
            let wanted = chosen.get_clone();
            // An earlier task that is still on its way fills the form once it is here.
            let first = if like.get().is_some() { earlier.value() } else { None };
            let definition = wanted.and_then(|wanted| list.data.iter().find(|one| one.name == wanted).cloned());
            untrack(|| match definition {
                Some(definition) => form(definition, first.clone()),
                None => offers(&list.data),
            })
        };
        html! { (choice(names, chosen)) (form) }
    });
    let warning = (!may_operate()).then(|| html! { div(class="banner warn") { (icon(Icon::Info)) (words::needs_operator()) } });
    html! { (heading(m::title(), Some(m::lead()), View::default())) (warning) (body) }
}

fn choice(names: Vec<String>, chosen: ReadSignal<Option<String>>) -> View {
    let options = move || {
        let now = chosen.get_clone();
        let options = names.iter().map(|name| {
            let (value, shown, is_it) = (name.clone(), name.clone(), now.as_ref() == Some(name));
            html! { option(value=value, selected=is_it) { (shown) } }
        });
        options.collect::<Vec<View>>()
    };
    let choose = |event: web_sys::Event| {
        let name = dom::value_of(&event);
        navigate(&crate::router::place::Place::parse("/enqueue").with("task", Some(&name)).to_string());
    };
    html! {
        div(class="field narrow-field") {
            label(r#for="task-name") { (m::choose()) }
            select(id="task-name", on:change=choose) { option(value="") { (m::choose_first()) } (options) }
        }
    }
}

/// All tasks, while none is chosen.
fn offers(definitions: &[Definition]) -> View {
    let offers = definitions.iter().map(|one| {
        let address = crate::router::place::Place::parse("/enqueue").with("task", Some(&one.name)).to_string();
        let (name, summary) = (one.name.clone(), one.summary.clone());
        html! { li(class="card offer") { a(class="strong", href=address) { (name) } p(class="muted") { (summary) } } }
    });
    html! { ul(class="offers", "aria-label"=m::choose_first()) { (offers.collect::<Vec<_>>()) } }
}

fn form(definition: Definition, earlier: Option<Rc<Task>>) -> View {
    let error = create_signal(None::<ApiError>);
    let schema = definition.arguments.0.as_str().to_owned();
    let first = earlier.as_ref().map_or("{}", |task| task.kwargs.0.as_str());
    let input = Input::new("input", &schema, first, error);
    let options = Options::new(&definition, earlier.as_deref());
    let name = definition.name.clone();
    let request = Rc::new(move || -> Option<EnqueueTask> {
        let kwargs = RawJson::parse(&input.text()?).ok()?;
        Some(options.apply(EnqueueTask { kwargs: Some(AnyJson(kwargs)), ..EnqueueTask::named(name.clone()) }))
    });
    let (toasts, action) = (toasts_here(), Action::new());
    let asked = Rc::clone(&request);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(task) = untrack(|| asked()) else { return };
        action.run(api::tasks::enqueue(&task), move |answer| match answer {
            Ok(task) => {
                error.set(None);
                toasts.tell_with_link(m::enqueued(), Route::Task(task.id).to_string(), m::open());
                navigate(&Route::Task(task.id).to_string());
            }
            Err(refusal) => {
                error.set(Some(refusal));
                dom::soon(|| dom::focus("#enqueue-form [aria-invalid=true]"));
            }
        });
    };
    let example = crate::ui::schema_form::schema::example(&schema);
    let fill = example.map(|example| button(Kind::Quiet, Some(Icon::Edit), m::use_example(), move || input.put(&example)));
    let told = definition.description.replace('\n', " ");
    let name = definition.name.clone();
    html! {
        div(class="enqueue") {
            form(id="enqueue-form", class="stack", on:submit=submit, novalidate=true, "aria-label"=m::title()) {
                (card(name, fill.unwrap_or_default(), html! { p(class="muted") { (crate::ui::layout::prose(&told)) } (input.view()) }))
                (card(m::options(), View::default(), options.view(error)))
                (move || error.get_clone().map(|error| html! {
                    div(class="banner bad", role="alert") { (icon(Icon::Alert)) div { p(class="notice-title") { (error.title()) } (others(&error)) (explained(&error)) } }
                }))
                div(class="row") {
                    button(class="button primary", r#type="submit", disabled=move || action.is_busy() || input.is_wrong() || !may_operate()) { (icon(Icon::Plus)) span { (m::submit()) } }
                }
            }
            (elsewhere::elsewhere(request))
        }
    }
}

/// What the server says of single fields, all of it: some may be of none that is shown.
fn others(error: &ApiError) -> View {
    let ApiError::Refused(problem) = error else { return View::default() };
    let lines: Vec<View> = problem
        .errors
        .iter()
        .map(|one| {
            let place = one.pointer.clone().or_else(|| one.parameter.clone()).unwrap_or_default();
            let text = format!(": {}", one.detail);
            html! { li { code { (place) } (text) } }
        })
        .collect();
    html! { ul(class="plain") { (lines) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn while_no_task_is_chosen_all_are_offered() {
        let sleep = r#"{"name":"ruche.sleep","summary":"Sleeps","description":"","arguments":{},"result":{},
            "queue":"default","priority":0,"retry":{"initial_ms":1,"max_ms":2,"factor":2.0,"jitter":0.1,"max_attempts":5},"timeout_ms":null}"#;
        let sleep: Definition = serde_json::from_str(sleep).unwrap();
        let html = rendered("/enqueue", Role::Operator, || offers(&[sleep]));
        assert!(html.contains("href=\"/enqueue?task=ruche.sleep\"") && html.contains("Sleeps"), "{html}");
    }
}
