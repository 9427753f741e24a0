//! Shortcuts of single keys: `/`, `g t`, `j`, `?`. They do nothing while somebody writes or a dialog is open, and can be switched off in
//! the settings: whoever speaks to the computer would press them by accident (WCAG 2.1.4).

mod rows;
pub mod step;
mod told;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use self::step::{Reader, Step};
pub use self::told::list;
use crate::{
    browser::{dom, storage::Memo},
    messages::shortcuts as m,
    router::navigate,
    ui::dialog::DialogHost,
};

/// Where `/` leads to: what filters the page.
const FILTER: &str = "main #filter, main [role=search] input, main input[type=search]";

/// Listens to keys, as long as the current scope lives.
pub fn listen(dialogs: DialogHost) {
    let mut reader = Reader::default();
    dom::on_document("keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if !is_meant(event) {
            reader = Reader::default();
            return;
        }
        if let Some(step) = reader.read(&event.key(), event.time_stamp())
            && take(step, dialogs)
        {
            event.prevent_default();
        }
    });
}

/// Whether they are listened to in this browser.
pub fn are_on() -> bool {
    Memo::SingleKeys.recall().as_deref() != Some("off")
}

/// Switches them on or off, for good.
pub fn switch(on: bool) {
    Memo::SingleKeys.remember(if on { "on" } else { "off" });
}

/// Whether a key is not meant for the browser, for a field, or for a dialog.
fn is_meant(event: &KeyboardEvent) -> bool {
    let is_taken = event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
    if is_taken || dom::find("dialog[open]").is_some() || !are_on() {
        return false;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if event.key() == "Escape" {
        leave_filter(target.as_ref());
        return false;
    }
    !target.is_some_and(|target| takes_text(&target))
}

/// Whether letters mean something where the focus is.
fn takes_text(element: &Element) -> bool {
    let writes =
        "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
    element.closest(writes).is_ok_and(|found| found.is_some())
}

/// Out of the filter the other keys work again.
fn leave_filter(target: Option<&Element>) {
    let field = target.filter(|target| target.id() == "filter").and_then(|field| field.dyn_ref::<HtmlElement>());
    if let Some(field) = field {
        let _ = field.blur();
    }
}

/// Does it; whether there was anything to do.
fn take(step: Step, dialogs: DialogHost) -> bool {
    match step {
        Step::Go(route) => navigate(&route.to_string()),
        Step::Filter => {
            let Some(field) = dom::find(FILTER) else { return false };
            if let Some(field) = field.dyn_ref::<HtmlElement>() {
                let _ = field.focus();
            }
            if let Some(field) = field.dyn_ref::<web_sys::HtmlInputElement>() {
                field.select();
            }
        }
        Step::Row(by) => return rows::go(by),
        Step::Select => return rows::select(),
        Step::Show => dialogs.open(m::title(), |_| html! { (list()) p(class="muted small") { (m::can_be_switched_off()) } }),
        Step::Waits => {}
    }
    true
}
