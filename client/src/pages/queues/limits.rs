//! What a queue allows: in words, and the form that changes it.

use crate::prelude::*;
use ruche_api::{KeyLimits, KeyStrategy, Queue, QueueLimits};

use super::rate::{self, RateFields, number_of};
use crate::{
    api::{self, Action, ApiError},
    browser::dom,
    i18n::number,
    messages::{queues as m, words},
    ui::{
        button::{Kind, button},
        dialog::{Dialog, DialogHost},
        field::Field,
        layout::facts,
        notice::explained,
    },
};

const STRATEGIES: [KeyStrategy; 3] = [KeyStrategy::Queue, KeyStrategy::RejectNewest, KeyStrategy::CancelRunning];

fn strategy_word(strategy: KeyStrategy) -> std::borrow::Cow<'static, str> {
    match strategy {
        KeyStrategy::Queue => m::strategy_queue(),
        KeyStrategy::RejectNewest => m::strategy_reject(),
        KeyStrategy::CancelRunning => m::strategy_cancel(),
    }
}

/// The limits in words.
pub fn told(limits: QueueLimits) -> View {
    if limits == QueueLimits::default() {
        return html! { p(class="muted") { (m::limits_none()) } };
    }
    let whole = |count: u32| View::from(number::whole(u64::from(count)));
    let key = limits.per_key.unwrap_or(NO_KEY_LIMITS);
    facts(vec![
        (m::max_running(), limits.max_running.map(whole)),
        (m::rate(), limits.rate.map(|rate| rate::told(rate).into())),
        (m::per_key_running(), key.max_running.map(whole)),
        (m::strategy(), key.max_running.and(key.strategy).map(|strategy| strategy_word(strategy).into_owned().into())),
        (m::per_key_rate(), key.rate.map(|rate| rate::told(rate).into())),
    ])
}

/// Limits of keys where nothing is said of them.
const NO_KEY_LIMITS: KeyLimits = KeyLimits { max_running: None, strategy: None, rate: None };

/// The form's state.
#[derive(Clone, Copy)]
struct Form {
    most: Signal<String>,
    most_error: Signal<Option<String>>,
    rate: RateFields,
    rate_error: Signal<Option<String>>,
    key_most: Signal<String>,
    key_most_error: Signal<Option<String>>,
    strategy: Signal<KeyStrategy>,
    key_rate: RateFields,
    key_rate_error: Signal<Option<String>>,
}

impl Form {
    fn of(limits: QueueLimits) -> Self {
        let text = |number: Option<u32>| create_signal(number.map(|number| number.to_string()).unwrap_or_default());
        let key = limits.per_key.unwrap_or(NO_KEY_LIMITS);
        let error = || create_signal(None);
        Self {
            most: text(limits.max_running),
            most_error: error(),
            rate: RateFields::of(limits.rate),
            rate_error: error(),
            key_most: text(key.max_running),
            key_most_error: error(),
            strategy: create_signal(key.strategy.unwrap_or_default()),
            key_rate: RateFields::of(key.rate),
            key_rate_error: error(),
        }
    }

    /// What it says; `None` after it has said what is wrong.
    fn read(self) -> Option<QueueLimits> {
        let max_running = kept(self.most.with_untracked(|text| number_of(text)), self.most_error);
        let rate = kept(untrack(|| self.rate.read()), self.rate_error);
        let key_most = kept(self.key_most.with_untracked(|text| number_of(text)), self.key_most_error);
        let key_rate = kept(untrack(|| self.key_rate.read()), self.key_rate_error);
        let (max_running, rate, key_most, key_rate) = (max_running?, rate?, key_most?, key_rate?);
        let strategy = self.strategy.get_untracked();
        if strategy != KeyStrategy::Queue && key_most.is_none() {
            self.key_most_error.set(Some(m::strategy_needs_max().into_owned()));
            return None;
        }
        let limits_keys = key_most.is_some() || key_rate.is_some();
        let per_key = limits_keys.then_some(KeyLimits { max_running: key_most, strategy: Some(strategy), rate: key_rate });
        Some(QueueLimits { max_running, rate, per_key })
    }
}

fn kept<T>(value: Result<T, String>, error: Signal<Option<String>>) -> Option<T> {
    let (value, told) = match value {
        Ok(value) => (Some(value), None),
        Err(told) => (None, Some(told)),
    };
    error.set(told);
    value
}

/// Opens the form; `changed` takes the queue as it is then.
pub fn edit(dialogs: DialogHost, name: String, limits: QueueLimits, changed: impl Fn(Queue) + Copy + 'static) {
    dialogs.open(m::limits_of(&name), move |dialog| form(dialog, name.clone(), limits, changed));
}

fn form(dialog: Dialog, name: String, limits: QueueLimits, changed: impl Fn(Queue) + Copy + 'static) -> View {
    let (form, action, refusal) = (Form::of(limits), Action::new(), create_signal(None::<ApiError>));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(limits) = form.read() else {
            return dom::soon(|| dom::focus("dialog [aria-invalid=true]"));
        };
        action.run(api::queues::limit(&name, limits), move |answer| match answer {
            Ok(queue) => {
                dialog.close();
                changed(queue);
            }
            Err(error) => refusal.set(Some(error)),
        });
    };
    let refused = move || {
        refusal.get_clone().map(|error| {
            html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (explained(&error)) } } }
        })
    };
    html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            p(class="muted") { (m::limits_told()) }
            (number_field("limit-most", m::max_running(), form.most, form.most_error))
            (form.rate.view("limit-rate", m::rate(), form.rate_error))
            fieldset(class="group") {
                legend { (m::per_key()) }
                (number_field("limit-key-most", m::per_key_running(), form.key_most, form.key_most_error))
                (strategies(form.strategy))
                (form.key_rate.view("limit-key-rate", m::per_key_rate(), form.key_rate_error))
            }
            (refused)
            div(class="dialog-buttons") {
                (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (words::save()) }
            }
        }
    }
}

fn number_field(
    id: &'static str,
    label: std::borrow::Cow<'static, str>,
    value: Signal<String>,
    error: Signal<Option<String>>,
) -> View {
    Field::new(id, label).error(error).control(|field| {
        html! {
            input(
                id=id, inputmode="numeric", autocomplete="off", value=value.get_clone_untracked(), "aria-describedby"=field.described_by(),
                "aria-invalid"=field.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
        }
    })
}

fn strategies(strategy: Signal<KeyStrategy>) -> View {
    let now = strategy.get_untracked();
    let options: Vec<View> = STRATEGIES
        .into_iter()
        .enumerate()
        .map(|(index, one)| html! { option(value=index.to_string(), selected=(one == now)) { (strategy_word(one)) } })
        .collect();
    let chosen = move |event: web_sys::Event| {
        let index = dom::value_of(&event).parse::<usize>().unwrap_or_default();
        strategy.set(STRATEGIES.get(index).copied().unwrap_or_default());
    };
    html! { div(class="field") { label(r#for="limit-strategy") { (m::strategy()) } select(id="limit-strategy", on:change=chosen) { (options) } } }
}

#[cfg(test)]
mod tests {
    use ruche_api::{Rate, Role};

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn limits_are_told_in_words() {
        let limits = QueueLimits {
            max_running: Some(8),
            rate: Some(Rate { count: 5, per_ms: 1_000, burst: None }),
            per_key: Some(KeyLimits { max_running: Some(1), strategy: Some(KeyStrategy::CancelRunning), rate: None }),
        };
        let html = rendered("/queues/mail", Role::Viewer, || told(limits));
        for part in ["8", "5 every 1s", "in place of the longest running one"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(rendered("/queues/mail", Role::Viewer, || told(QueueLimits::default())).contains("Nothing is limited"));
    }

    #[test]
    fn a_strategy_needs_a_limit_of_its_own() {
        create_root(|| {
            let form = Form::of(QueueLimits::default());
            assert_eq!(form.read(), Some(QueueLimits::default()));
            form.strategy.set(KeyStrategy::RejectNewest);
            assert_eq!(form.read(), None);
            form.key_most.set("2".to_owned());
            let read = form.read().unwrap().per_key.unwrap();
            assert_eq!((read.max_running, read.strategy), (Some(2), Some(KeyStrategy::RejectNewest)));
        })
        .dispose();
    }
}
