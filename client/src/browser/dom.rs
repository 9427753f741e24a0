//! The page around the views: title, focus, visibility.

use crate::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Event, EventTarget, HtmlElement};

/// The document, where there is one.
pub fn document() -> Option<web_sys::Document> {
    if super::is_there() { web_sys::window()?.document() } else { None }
}

/// Whether the page is in a tab that nobody looks at.
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// What the tab is called.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets an attribute of the root element.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

/// The first element that a CSS selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
}

/// Moves the focus to the first element that a CSS selector finds.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The value of the field that an event came from.
pub fn value_of(event: &Event) -> String {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).map(|field| value_in(&field)).unwrap_or_default()
}

/// The value of a field.
pub fn value_in(field: &Element) -> String {
    if let Some(input) = field.dyn_ref::<web_sys::HtmlInputElement>() {
        return input.value();
    }
    if let Some(select) = field.dyn_ref::<web_sys::HtmlSelectElement>() {
        return select.value();
    }
    field.dyn_ref::<web_sys::HtmlTextAreaElement>().map(web_sys::HtmlTextAreaElement::value).unwrap_or_default()
}

/// Whether the box that an event came from is checked.
pub fn is_checked(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()).is_some_and(|input| input.checked())
}

/// Listens to an event of the window, as long as the current scope lives.
pub fn on_window(event: &'static str, f: impl FnMut(Event) + 'static) {
    if let Some(window) = super::is_there().then(web_sys::window).flatten() {
        listen(window.into(), event, f);
    }
}

/// Listens to an event of the document, as long as the current scope lives.
pub fn on_document(event: &'static str, f: impl FnMut(Event) + 'static) {
    if let Some(document) = document() {
        listen(document.into(), event, f);
    }
}

fn listen(target: EventTarget, event: &'static str, f: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(f);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    on_cleanup(move || {
        let _ = target.remove_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    });
}

/// Calls `f` once the views that are being made are in the page.
pub fn soon(f: impl FnOnce() + 'static) {
    if super::is_there() {
        sycamore::web::queue_microtask(f);
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = super::is_there().then(web_sys::window).flatten() {
        let _ = window.location().reload();
    }
}
