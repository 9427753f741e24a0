//! Buttons.

use std::borrow::Cow;

use crate::prelude::*;

use super::icon::{Icon, icon};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Primary,
    Plain,
    Quiet,
    Danger,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button with a word, and perhaps an icon before it.
pub fn button(kind: Kind, sign: Option<Icon>, label: impl Into<Cow<'static, str>>, press: impl FnMut() + 'static) -> View {
    button_unless(kind, sign, label, || false, press)
}

/// The same; it cannot be pressed while `disabled`.
pub fn button_unless(
    kind: Kind,
    sign: Option<Icon>,
    label: impl Into<Cow<'static, str>>,
    disabled: impl Fn() -> bool + 'static,
    mut press: impl FnMut() + 'static,
) -> View {
    let (label, sign) = (label.into(), sign.map(icon));
    html! { button(class=kind.class(), r#type="button", disabled=disabled, on:click=move |_| press()) { (sign) span { (label) } } }
}

/// A button that is only an icon; `label` is what screen readers say and the mouse shows.
pub fn icon_button(sign: Icon, label: impl Into<Cow<'static, str>>, mut press: impl FnMut() + 'static) -> View {
    let label = label.into();
    html! {
        button(class="icon-button", r#type="button", "aria-label"=label.clone(), title=label, on:click=move |_| press()) { (icon(sign)) }
    }
}

/// A link that looks like a button.
pub fn link_button(
    kind: Kind,
    sign: Option<Icon>,
    label: impl Into<Cow<'static, str>>,
    address: impl Into<Cow<'static, str>>,
) -> View {
    let (label, address, sign) = (label.into(), address.into(), sign.map(icon));
    html! { a(class=kind.class(), href=address) { (sign) span { (label) } } }
}
