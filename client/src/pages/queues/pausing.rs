//! Pausing and resuming a queue.

use crate::prelude::*;
use ruche_api::{Queue, QueueList};

use crate::{
    api::{self, Action, Query},
    messages::{queues as m, words},
    session::may_operate,
    ui::{
        button::{Kind, button_unless},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        toast::toasts_here,
    },
};

/// Puts a queue as it is after a change into the list.
pub fn change(list: Query<QueueList>) -> impl Fn(Queue) + Copy + 'static {
    move |queue| {
        let Some(before) = list.value_untracked() else { return };
        let data = before.data.iter().map(|one| if one.name == queue.name { queue.clone() } else { one.clone() }).collect();
        list.put(QueueList { data });
    }
}

/// The button of a row; nothing for those who may not.
pub fn small_button(name: String, paused: bool, changed: impl Fn(Queue) + Copy + 'static) -> View {
    sized(name, paused, true, changed)
}

/// The button of a page.
pub fn page_button(name: String, paused: bool, changed: impl Fn(Queue) + Copy + 'static) -> View {
    sized(name, paused, false, changed)
}

fn sized(name: String, paused: bool, small: bool, changed: impl Fn(Queue) + Copy + 'static) -> View {
    if !may_operate() {
        return View::default();
    }
    let (action, toasts, dialogs) = (Action::new(), toasts_here(), dialogs());
    let (sign, label) = if paused { (Icon::Play, m::resume_of(&name)) } else { (Icon::Pause, m::pause_of(&name)) };
    let press = move || {
        let name = name.clone();
        if paused {
            return action.run(api::queues::resume(&name), move |answer| match answer {
                Ok(queue) => {
                    toasts.tell(m::was_resumed(&queue.name));
                    changed(queue);
                }
                Err(error) => toasts.refused(&error),
            });
        }
        let question = Question { title: m::pause_asked(&name), text: m::pause_told(), verb: words::pause(), dangerous: false };
        confirm(
            dialogs,
            question,
            move || api::queues::pause(&name),
            move |queue: Queue| {
                toasts.tell(m::was_paused(&queue.name));
                changed(queue);
            },
        );
    };
    if small {
        return crate::ui::button::icon_button(sign, label, press);
    }
    let word = if paused { words::resume() } else { words::pause() };
    button_unless(Kind::Plain, Some(sign), word, move || action.is_busy(), press)
}
