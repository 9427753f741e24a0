//! What can be asked for beside the input.

use crate::prelude::*;
use ruche_api::{Definition, EnqueueTask, Task, Unique};

use crate::{
    api::ApiError,
    browser::dom,
    messages::{enqueue as m, words},
    ui::field::Field,
};

/// The options, as they are typed.
#[derive(Clone, Copy)]
pub struct Options {
    default_queue: Signal<String>,
    queue: Signal<String>,
    priority: Signal<String>,
    delay: Signal<String>,
    attempts: Signal<String>,
    timeout: Signal<String>,
    key: Signal<String>,
    unique: Signal<bool>,
}

impl Options {
    /// None, or those of an earlier task.
    pub fn new(definition: &Definition, earlier: Option<&Task>) -> Self {
        let text = |text: Option<String>| create_signal(text.unwrap_or_default());
        Self {
            default_queue: create_signal(definition.queue.clone()),
            queue: text(earlier.map(|task| task.queue.clone()).filter(|queue| *queue != definition.queue)),
            priority: text(
                earlier
                    .map(|task| task.priority)
                    .filter(|priority| *priority != definition.priority)
                    .map(|priority| priority.to_string()),
            ),
            delay: text(None),
            attempts: text(None),
            timeout: text(earlier.and_then(|task| task.timeout_ms).map(|millis| (millis / 1_000).to_string())),
            key: text(earlier.and_then(|task| task.concurrency_key.clone())),
            unique: create_signal(false),
        }
    }

    /// Adds them to a request. Tracked.
    pub fn apply(self, task: EnqueueTask) -> EnqueueTask {
        let text = |signal: Signal<String>| Some(signal.get_clone().trim().to_owned()).filter(|text| !text.is_empty());
        let millis = |signal: Signal<String>| {
            text(signal)?.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0).map(|seconds| (seconds * 1_000.0) as u64)
        };
        EnqueueTask {
            queue: text(self.queue),
            priority: text(self.priority).and_then(|text| text.parse().ok()),
            countdown_ms: millis(self.delay),
            max_attempts: text(self.attempts).and_then(|text| text.parse().ok()),
            timeout_ms: millis(self.timeout),
            concurrency_key: text(self.key),
            unique: self.unique.get().then(|| Unique { args: Some(true), ..Unique::default() }),
            ..task
        }
    }

    /// Draws them.
    pub fn view(self, error: Signal<Option<ApiError>>) -> View {
        let of = move |pointer: &'static str| {
            let told = create_signal(None::<String>);
            create_effect(move || told.set(error.with(|error| error.as_ref().and_then(|error| error.of_field(pointer)))));
            told
        };
        let queue_hint = m::by_default(&self.default_queue.get_clone_untracked());
        let toggle = move |event: web_sys::Event| self.unique.set(dom::is_checked(&event));
        html! {
            div(class="grid") {
                (field(Field::new("option-queue", words::queue()).hint(queue_hint).error(of("/queue")), "option-queue", "text", self.queue))
                (field(Field::new("option-priority", words::priority()).hint(m::priority_hint()).error(of("/priority")), "option-priority", "numeric", self.priority))
                (field(Field::new("option-delay", m::delay()).error(of("/countdown_ms")), "option-delay", "decimal", self.delay))
                (field(Field::new("option-attempts", m::max_attempts()).error(of("/max_attempts")), "option-attempts", "numeric", self.attempts))
                (field(Field::new("option-timeout", m::timeout()).error(of("/timeout_ms")), "option-timeout", "decimal", self.timeout))
                (field(Field::new("option-key", m::concurrency_key()).error(of("/concurrency_key")), "option-key", "text", self.key))
            }
            label(class="check") { input(r#type="checkbox", on:change=toggle) span { (m::unique()) } }
        }
    }
}

fn field(field: Field, id: &'static str, mode: &'static str, signal: Signal<String>) -> View {
    let first = signal.get_clone_untracked();
    field.control(move |of| {
        html! {
            input(
                id=id, value=first, inputmode=mode, autocomplete="off", "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(),
                on:input=move |event| signal.set(dom::value_of(&event))
            )
        }
    })
}
