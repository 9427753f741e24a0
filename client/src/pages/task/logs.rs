//! The task's log, which grows at its end.

use std::cell::Cell;
use std::rc::Rc;

use crate::prelude::*;
use ruche_api::LogLine;
use uuid::Uuid;

use crate::{
    api,
    live::on_pulse,
    messages::{data, task as m},
    ui::{
        button::{Kind, button},
        layout::card,
        log::log,
        toast::toasts_here,
    },
};

/// Lines asked for at once.
const STEP: u32 = 500;

/// Most lines that come by themselves; beyond, somebody has to ask for them.
const MOST: usize = 5_000;

/// Shows it.
pub fn logs(id: Uuid) -> View {
    let (lines, more, toasts) = (create_signal(Vec::<LogLine>::new()), create_signal(false), toasts_here());
    let (after, busy) = (Rc::new(Cell::new(None::<i64>)), Rc::new(Cell::new(false)));
    let load = Rc::new(move || {
        if busy.replace(true) || !crate::browser::is_there() {
            return;
        }
        let (after, busy) = (Rc::clone(&after), Rc::clone(&busy));
        wasm_bindgen_futures::spawn_local(async move {
            let answer = api::tasks::logs(id, after.get(), STEP).send().await;
            busy.set(false);
            if !lines.is_alive() {
                return;
            }
            match answer {
                Ok(page) => {
                    let is_first = after.replace(Some(page.next_after)).is_none();
                    if !page.data.is_empty() {
                        lines.update(|lines| lines.extend(page.data));
                    }
                    more.set(page.has_more);
                    if is_first {
                        to_line();
                    }
                }
                Err(error) => toasts.refused(&error),
            }
        });
    });
    load();
    let follow = Rc::clone(&load);
    on_pulse(move |pulse| {
        if (pulse.lost || pulse.concerns(id)) && lines.with_untracked(Vec::len) < MOST {
            follow();
        }
    });
    let button = move || {
        let load = Rc::clone(&load);
        more.get().then(|| button(Kind::Plain, None, data::log_more(), move || load()))
    };
    card(m::tab_logs(), View::default(), html! { (log(*lines)) (button) })
}

/// Moves to the line that the address names.
fn to_line() {
    let fragment = router_fragment();
    if fragment.starts_with('L') && fragment[1..].bytes().all(|b| b.is_ascii_digit()) {
        crate::browser::dom::soon(move || {
            if let Some(line) = crate::browser::dom::find(&format!("#{fragment}")) {
                line.scroll_into_view();
            }
        });
    }
}

fn router_fragment() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default().trim_start_matches('#').to_owned()
}
