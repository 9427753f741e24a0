//! A form's field: label, hint, error, tied to their control for screen readers.

use std::borrow::Cow;

use crate::prelude::*;

/// A field.
pub struct Field {
    id: Cow<'static, str>,
    label: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    error: Option<MaybeDyn<Option<Cow<'static, str>>>>,
    required: bool,
}

/// What a control has to know of its field.
#[derive(Clone)]
pub struct ForControl {
    id: Cow<'static, str>,
    has_hint: bool,
    error: Option<MaybeDyn<Option<Cow<'static, str>>>>,
}

impl ForControl {
    /// The control's `aria-describedby`.
    pub fn described_by(&self) -> impl Fn() -> Option<Cow<'static, str>> + 'static {
        let Self { id, has_hint, error } = self.clone();
        move || {
            let has_error = error.as_ref().is_some_and(|error| error.get_clone().is_some());
            match (has_hint, has_error) {
                (true, true) => Some(format!("{id}-hint {id}-error").into()),
                (true, false) => Some(format!("{id}-hint").into()),
                (false, true) => Some(format!("{id}-error").into()),
                (false, false) => None,
            }
        }
    }

    /// The control's `aria-invalid`.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + 'static {
        let error = self.error.clone();
        move || error.as_ref().is_some_and(|error| error.get_clone().is_some()).then_some("true")
    }
}

impl Field {
    /// A field; its control is to have the same `id`.
    pub fn new(id: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        Self { id: id.into(), label: label.into(), hint: None, error: None, required: false }
    }

    /// With a line that helps.
    #[must_use]
    pub fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what is wrong with it.
    #[must_use]
    pub fn error(self, error: Signal<Option<String>>) -> Self {
        let error = move || error.get_clone().map(Cow::Owned);
        Self { error: Some(MaybeDyn::Derived(std::rc::Rc::new(move || MaybeDyn::Static(error())))), ..self }
    }

    /// It has to be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Draws it around its control.
    pub fn control(self, control: impl FnOnce(ForControl) -> View) -> View {
        let Self { id, label, hint, error, required } = self;
        let of = ForControl { id: id.clone(), has_hint: hint.is_some(), error: error.clone() };
        let hint = hint.map(|hint| {
            let id = format!("{id}-hint");
            html! { p(class="hint", id=id) { (super::layout::prose(&hint)) } }
        });
        let error_id = format!("{id}-error");
        let told = error.map(|error| {
            let shown = move || {
                let id = error_id.clone();
                error.get_clone().map(|text| html! { p(class="field-error", id=id) { (text) } })
            };
            html! { (shown) }
        });
        let star = required.then(|| html! { span(class="required", "aria-hidden"="true") { "*" } });
        html! {
            div(class="field") {
                label(r#for=id) { (label) (star) }
                (hint)
                (control(of))
                (told)
            }
        }
    }
}
