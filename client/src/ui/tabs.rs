//! Tabs whose choice is in the address.

use std::borrow::Cow;

use crate::prelude::*;

use crate::router::Param;

/// A tab.
pub struct Tab {
    /// Its value in the address; the first one's is nothing.
    pub value: &'static str,
    pub label: Cow<'static, str>,
}

impl Tab {
    /// A tab.
    pub fn new(value: &'static str, label: impl Into<Cow<'static, str>>) -> Self {
        Self { value, label: label.into() }
    }
}

/// Links that choose, by a parameter of the address.
pub fn tabs(label: impl Into<Cow<'static, str>>, param: Param, tabs: Vec<Tab>) -> View {
    let label = label.into();
    let links: Vec<View> = tabs
        .into_iter()
        .map(|Tab { value, label }| {
            let address = move || param.link(Some(value));
            let is_here = move || (param.text() == value).then_some("page");
            html! { li { a(class="tab", href=address, "aria-current"=is_here) { span { (label) } } } }
        })
        .collect();
    html! { nav(class="tabs", "aria-label"=label) { ul { (links) } } }
}
