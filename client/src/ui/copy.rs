//! A button that copies a text.

use std::borrow::Cow;

use crate::prelude::*;

use super::{
    icon::{Icon, icon},
    toast::toasts_here,
};
use crate::{browser::clipboard, messages::words};

/// Copies `text`. `label` says what is copied.
pub fn copy(label: impl Into<Cow<'static, str>>, text: impl Fn() -> String + 'static) -> View {
    let (label, toasts) = (label.into(), toasts_here());
    let press = move |_| {
        let text = text();
        wasm_bindgen_futures::spawn_local(async move {
            if clipboard::copy(&text).await { toasts.tell(words::copied()) } else { toasts.warn(words::copy_failed()) }
        });
    };
    html! { button(class="icon-button", r#type="button", "aria-label"=label.clone(), title=label, on:click=press) { (icon(Icon::Copy)) } }
}

/// A text in the type of machines, with a button that copies it.
pub fn code_with_copy(label: impl Into<Cow<'static, str>>, text: impl Into<String>) -> View {
    let text = text.into();
    let shown = text.clone();
    html! { span(class="copyable") { code { (shown) } (copy(label, move || text.clone())) } }
}
