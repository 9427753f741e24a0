//! What stands where there is nothing to show: not yet, nothing at all, or not to be had.

use std::borrow::Cow;

use crate::prelude::*;

use super::icon::{Icon, icon};
use crate::{
    api::ApiError,
    messages::{errors, words},
};

/// Something is on its way.
pub fn loading() -> View {
    html! { div(class="notice loading", role="status") { span(class="spinner", "aria-hidden"="true") span { (words::loading()) } } }
}

/// There is nothing. Says what there could be, and how.
pub fn empty(text: impl Into<Cow<'static, str>>, more: View) -> View {
    let text = text.into();
    html! { div(class="notice empty") { p { (text) } (more) } }
}

/// It could not be had.
pub fn failure(error: &ApiError, again: impl Fn() + 'static) -> View {
    html! {
        div(class="notice failure", role="alert") {
            (icon(Icon::Alert))
            div {
                p(class="notice-title") { (error.title()) }
                (explained(error))
                button(class="button", r#type="button", on:click=move |_| again()) { (words::try_again()) }
            }
        }
    }
}

/// It is shown as it was before.
pub fn stale(error: &ApiError, again: impl Fn() + 'static) -> View {
    html! {
        div(class="banner warn", role="status") {
            (icon(Icon::Alert))
            span { (errors::stale()) ": " (error.title()) }
            button(class="link", r#type="button", on:click=move |_| again()) { (words::try_again()) }
        }
    }
}

/// What more is known of an error.
pub fn explained(error: &ApiError) -> View {
    let detail = error.detail().map(|detail| html! { p { (detail) } });
    let request = error.request_id().map(|id| {
        let text = errors::request(id);
        html! { p(class="muted small") { (text) } }
    });
    html! { (detail) (request) }
}
