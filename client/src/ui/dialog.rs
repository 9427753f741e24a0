//! Dialogs: the browser's own, which keep the focus inside, close with Escape, and give the focus back.

use std::{borrow::Cow, rc::Rc};

use crate::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::button::icon_button;
use crate::{browser::dom, messages::words, ui::icon::Icon};

/// What is in a dialog.
struct Content {
    title: Cow<'static, str>,
    body: Box<dyn Fn(Dialog) -> View>,
}

/// The one dialog there is at a time.
#[derive(Clone, Copy)]
pub struct DialogHost(Signal<Option<Rc<Content>>>);

/// A dialog, for what is in it.
#[derive(Clone, Copy)]
pub struct Dialog(DialogHost);

impl Dialog {
    /// Closes it.
    pub fn close(self) {
        self.0.0.set(None);
    }
}

impl DialogHost {
    /// None is open, for everything below the current scope.
    pub fn provide() -> Self {
        let host = Self(create_signal(None));
        provide_context(host);
        host
    }

    /// Opens one; another one that is open is closed.
    pub fn open(self, title: impl Into<Cow<'static, str>>, body: impl Fn(Dialog) -> View + 'static) {
        self.0.set(Some(Rc::new(Content { title: title.into(), body: Box::new(body) })));
    }

    /// Where it is shown.
    pub fn view(self) -> View {
        let shown = move || match self.0.get_clone() {
            Some(content) => untrack(|| self.shown(&content)),
            None => View::default(),
        };
        html! { (shown) }
    }

    fn shown(self, content: &Content) -> View {
        let node = create_node_ref();
        let opened_by = dom::document().and_then(|document| document.active_element());
        on_mount(move || {
            if let Some(dialog) = node.try_get().and_then(|node| node.dyn_into::<HtmlDialogElement>().ok()) {
                let _ = dialog.show_modal();
            }
        });
        on_cleanup(move || {
            if let Some(element) = opened_by.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
                dom::soon(move || drop(element.focus()));
            }
        });
        let (title, body) = (content.title.clone(), (content.body)(Dialog(self)));
        html! {
            dialog(r#ref=node, class="dialog", "aria-labelledby"="dialog-title", on:close=move |_| self.0.set(None)) {
                div(class="dialog-head") {
                    h2(id="dialog-title") { (title) }
                    (icon_button(Icon::Close, words::close(), move || self.0.set(None)))
                }
                (body)
            }
        }
    }
}

/// The dialogs of the current scope.
pub fn dialogs() -> DialogHost {
    use_context()
}
