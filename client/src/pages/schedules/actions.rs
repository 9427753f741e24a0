//! What can be done with a schedule.

use crate::prelude::*;
use ruche_api::{Schedule, Task};

use super::backfill;
use crate::{
    api::{self, Action, Query},
    messages::{schedules as m, words},
    pages::follow::part,
    router::{navigate, route::Route},
    session::may_operate,
    ui::{
        button::{Kind, button, button_unless, icon_button, link_button},
        confirm::{Question, confirm},
        dialog::{DialogHost, dialogs},
        icon::Icon,
        toast::{Toasts, toasts_here},
    },
};

fn set_paused(action: Action, toasts: Toasts, name: &str, paused: bool, changed: impl Fn(Schedule) + 'static) {
    let ask = if paused { api::schedules::pause(name) } else { api::schedules::resume(name) };
    action.run(ask, move |answer| match answer {
        Ok(schedule) => {
            toasts.tell(if paused { m::was_paused(&schedule.name) } else { m::was_resumed(&schedule.name) });
            changed(schedule);
        }
        Err(error) => toasts.refused(&error),
    });
}

fn run_now(dialogs: DialogHost, toasts: Toasts, name: String, then: impl Fn() + 'static) {
    let question = Question { title: m::run_asked(&name), text: m::run_told(), verb: m::run_now(), dangerous: false };
    let told = name.clone();
    confirm(
        dialogs,
        question,
        move || api::schedules::run(&name),
        move |task: Task| {
            toasts.tell_with_link(m::was_run(&told), Route::Task(task.id).to_string(), m::see_task());
            then();
        },
    );
}

/// The buttons of a row; nothing for those who may not.
pub fn small(name: String, paused: bool, changed: impl Fn(Schedule) + Copy + 'static) -> View {
    if !may_operate() {
        return View::default();
    }
    let (action, toasts, dialogs) = (Action::new(), toasts_here(), dialogs());
    let run = {
        let name = name.clone();
        icon_button(Icon::Play, m::run_of(&name), move || run_now(dialogs, toasts, name.clone(), || {}))
    };
    let (sign, label) = if paused { (Icon::Clock, m::resume_of(&name)) } else { (Icon::Pause, m::pause_of(&name)) };
    let pause = icon_button(sign, label, move || set_paused(action, toasts, &name, !paused, changed));
    html! { span(class="row-actions") { (run) (pause) } }
}

/// The buttons of a page; nothing for those who may not. `again` asks for its history once more.
pub fn of_page(name: &str, query: Query<Schedule>, again: impl Fn() + Copy + 'static) -> View {
    if !may_operate() {
        return View::default();
    }
    let (action, toasts, dialogs) = (Action::new(), toasts_here(), dialogs());
    let owned = || name.to_owned();
    let pause = {
        let name = owned();
        part(
            query,
            |one| one.paused,
            move |paused| {
                let (sign, word) = if paused { (Icon::Clock, words::resume()) } else { (Icon::Pause, words::pause()) };
                let name = name.clone();
                let press = move || set_paused(action, toasts, &name, !paused, move |one| query.put(one));
                button_unless(Kind::Plain, Some(sign), word, move || action.is_busy(), press)
            },
        )
    };
    let (to_run, to_fill, to_delete) = (owned(), owned(), owned());
    let delete = move || {
        let question =
            Question { title: m::delete_asked(&to_delete), text: m::delete_told(), verb: m::delete_go(), dangerous: true };
        let name = to_delete.clone();
        confirm(
            dialogs,
            question,
            move || api::schedules::delete(&name),
            move |()| {
                toasts.tell(m::was_deleted());
                navigate(&Route::Schedules.to_string());
            },
        );
    };
    html! {
        (button(Kind::Primary, Some(Icon::Play), m::run_now(), move || run_now(dialogs, toasts, to_run.clone(), move || { query.again(); again(); })))
        (pause)
        (link_button(Kind::Plain, Some(Icon::Edit), words::edit(), Route::EditSchedule(owned()).to_string()))
        (button(Kind::Plain, Some(Icon::Retry), m::backfill(), move || backfill::open(dialogs, toasts, to_fill.clone(), again)))
        (button(Kind::Danger, Some(Icon::Trash), words::delete(), delete))
    }
}
