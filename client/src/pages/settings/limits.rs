//! Rate limits by task name.

use ruche_api::{Rate, TaskLimit};

use super::{lead, refused};
use crate::{
    api::{self, Action, Query, use_query},
    browser::dom,
    messages::{settings as m, words},
    pages::{
        follow::{part, poll},
        queues::rate::{RateFields, told},
    },
    prelude::*,
    session::may_operate,
    ui::{
        button::{Kind, button, icon_button},
        confirm::{Question, confirm},
        dialog::{Dialog, DialogHost, dialogs},
        field::Field,
        icon::Icon,
        notice::empty,
        remote::remote,
        table::{Column, live_table},
        time,
        toast::{Toasts, toasts_here},
    },
};

type Limits = Query<ruche_api::TaskLimitList>;

/// The part.
pub fn tab() -> View {
    let query = poll(use_query(|| Some(api::queues::task_limits())), 5_000);
    let all = create_selector(move || query.value().map(|list| list.data.clone()).unwrap_or_default());
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let new = if may_operate() {
        button(Kind::Primary, Some(Icon::Plus), m::limit_new(), move || edit(dialogs, toasts, None, query))
    } else {
        View::default()
    };
    let draw = move |none| if none { empty(m::limits_none(), View::default()) } else { rows(all, query) };
    html! {
        (lead(m::limits_told(), new))
        (remote(query, |_| View::default()))
        (part(query, |list| list.data.is_empty(), draw))
    }
}

fn rows(all: ReadSignal<Vec<TaskLimit>>, query: Limits) -> View {
    let mut columns = vec![
        Column::new(m::task_name(), |limit: &TaskLimit| {
            let (name, address) = (limit.task.clone(), crate::router::route::tasks_where(&[("task", &limit.task)]));
            html! { a(class="strong", href=address) { (name) } }
        })
        .class("wide")
        .still(),
        Column::new(m::limit_rate(), |limit: &TaskLimit| told(limit.rate).into()),
        Column::new(m::limit_next(), |limit: &TaskLimit| limit.next_at.map_or_else(|| words::now().into(), time::ago)),
    ];
    if may_operate() {
        columns.push(Column::new(words::actions(), move |limit: &TaskLimit| actions(limit, query)).class("narrow").still());
    }
    live_table(
        m::tab_limits(),
        columns,
        all,
        |limit| (limit.task.clone(), limit.rate.count, limit.rate.per_ms, limit.rate.burst),
        |_| "",
    )
}

fn actions(limit: &TaskLimit, query: Limits) -> View {
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let (task, before) = (limit.task.clone(), limit.clone());
    let lift = move || {
        let question = Question { title: m::lift_asked(&task), text: m::lift_told(), verb: m::lift(), dangerous: true };
        let (asked, gone) = (task.clone(), task.clone());
        let then = move |()| {
            toasts.tell(m::limit_lifted(&gone));
            query.again();
        };
        confirm(dialogs, question, move || api::queues::lift_task_limit(&asked), then);
    };
    let change = move || edit(dialogs, toasts, Some(before.clone()), query);
    html! {
        span(class="row-actions") {
            (icon_button(Icon::Edit, m::limit_edit(&limit.task), change))
            (icon_button(Icon::Trash, m::limit_lift(&limit.task), lift))
        }
    }
}

fn edit(dialogs: DialogHost, toasts: Toasts, before: Option<TaskLimit>, query: Limits) {
    let title = before.as_ref().map_or_else(m::limit_new, |limit| m::limit_of(&limit.task));
    dialogs.open(title, move |dialog| form(dialog, toasts, before.clone(), query));
}

fn form(dialog: Dialog, toasts: Toasts, before: Option<TaskLimit>, query: Limits) -> View {
    let (known, rate): (Option<String>, Option<Rate>) = before.map(|limit| (limit.task, limit.rate)).unzip();
    let (task, task_wrong) = (create_signal(known.clone().unwrap_or_default()), create_signal(None::<String>));
    let (fields, rate_wrong) = (RateFields::of(rate), create_signal(None::<String>));
    let (action, refusal) = (Action::new(), create_signal(None));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = task.with_untracked(|text| text.trim().to_owned());
        task_wrong.set(name.is_empty().then(|| m::task_name_wrong().into_owned()));
        let read = untrack(|| fields.read()).and_then(|rate| rate.ok_or_else(|| m::limit_rate_wrong().into_owned()));
        rate_wrong.set(read.clone().err());
        let Ok(rate) = read else { return dom::focus("#limit-task-rate-count") };
        if name.is_empty() {
            return dom::focus("#limit-task");
        }
        action.run(api::queues::limit_task(&name, rate), move |answer| match answer {
            Ok(limit) => {
                dialog.close();
                toasts.tell(m::limit_saved(&limit.task));
                query.again();
            }
            Err(error) => refusal.set(Some(error)),
        });
    };
    html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            (known.is_none().then(|| task_field(task, task_wrong)))
            (fields.view("limit-task-rate", m::limit_rate(), rate_wrong))
            (refused(refusal))
            div(class="dialog-buttons") {
                (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (words::save()) }
            }
        }
    }
}

fn task_field(task: Signal<String>, wrong: Signal<Option<String>>) -> View {
    let definitions = use_query(|| Some(api::definitions::list()));
    let names = part(
        definitions,
        |list| list.data.iter().map(|one| one.name.clone()).collect::<Vec<_>>(),
        |names| names.into_iter().map(|name| html! { option(value=name) }).collect::<Vec<View>>().into(),
    );
    Field::new("limit-task", m::task_name()).error(wrong).required().control(|field| {
        html! {
            input(
                id="limit-task", list="limit-task-names", autocomplete="off", "spellcheck"="false", "aria-required"="true",
                "aria-describedby"=field.described_by(), "aria-invalid"=field.invalid(), on:input=move |event| task.set(dom::value_of(&event))
            )
            datalist(id="limit-task-names") { (names) }
        }
    })
}
