//! Short messages about what was just done. They are read out, and stay until there are newer ones or somebody closes them.

use std::borrow::Cow;

use crate::prelude::*;

use super::{
    icon::{Icon, icon},
    keyed::keyed,
};
use crate::{api::ApiError, browser::timer::Timer, messages::words};

/// How long a message stays, in milliseconds; errors stay until they are closed.
const STAYS_MS: i32 = 6_000;

/// Most messages at once.
const MOST: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    bad: bool,
    text: Cow<'static, str>,
    link: Option<(String, Cow<'static, str>)>,
}

/// The messages.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: Signal<Vec<Toast>>,
    last: Signal<u32>,
}

impl Toasts {
    /// None yet, for everything below the current scope.
    pub fn provide() {
        provide_context(Self { list: create_signal(Vec::new()), last: create_signal(0) });
    }

    /// Says that something was done.
    pub fn tell(self, text: impl Into<Cow<'static, str>>) {
        self.add(false, text.into(), None);
    }

    /// The same, with a link to what came of it.
    pub fn tell_with_link(self, text: impl Into<Cow<'static, str>>, address: String, label: impl Into<Cow<'static, str>>) {
        self.add(false, text.into(), Some((address, label.into())));
    }

    /// Says that something could not be done.
    pub fn warn(self, text: impl Into<Cow<'static, str>>) {
        self.add(true, text.into(), None);
    }

    /// Says why the server refused.
    pub fn refused(self, error: &ApiError) {
        let text = error.detail().map_or_else(|| error.title(), |detail| format!("{}: {detail}", error.title()));
        self.warn(text);
    }

    fn add(self, bad: bool, text: Cow<'static, str>, link: Option<(String, Cow<'static, str>)>) {
        let id = self.last.get_untracked() + 1;
        self.last.set(id);
        self.list.update(|list| {
            list.push(Toast { id, bad, text, link });
            let surplus = list.len().saturating_sub(MOST);
            list.drain(..surplus);
        });
        if !bad {
            // The list outlives every view, and so the timer.
            std::mem::forget(Timer::after(STAYS_MS, move || self.remove(id)));
        }
    }

    fn remove(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// The messages of the current scope.
pub fn toasts_here() -> Toasts {
    use_context()
}

/// Where they are shown.
pub fn toasts() -> View {
    let toasts = toasts_here();
    let shown = move |toast: Toast| {
        let id = toast.id;
        let class = if toast.bad { "toast bad" } else { "toast" };
        let link = toast.link.map(|(address, label)| html! { a(href=address) { (label) } });
        let sign = icon(if toast.bad { Icon::Alert } else { Icon::Check });
        html! {
            li(class=class) {
                (sign) span(class="toast-text") { (toast.text) } (link)
                button(class="icon-button", r#type="button", "aria-label"=words::close(), on:click=move |_| toasts.remove(id)) { (icon(Icon::Close)) }
            }
        }
    };
    html! { div(role="status", "aria-live"="polite") { ul(class="toasts") { (keyed(toasts.list, shown, |toast| toast.id)) } } }
}
