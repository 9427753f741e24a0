//! The form of a webhook: a new one, whose secret is shown then, or one that is changed.

use std::borrow::Cow;

use ruche_api::{CreateWebhook, ReplaceWebhook, Webhook, WebhookEvent, WebhookInclude};

use super::{new_key::is_name, refused, secret};
use crate::{
    api::{self, Action, Query},
    browser::dom,
    messages::{settings as m, words},
    prelude::*,
    ui::{
        button::{Kind, button},
        dialog::{Dialog, DialogHost},
        field::Field,
        toast::toasts_here,
    },
};

const EVENTS: [WebhookEvent; 5] =
    [WebhookEvent::Succeeded, WebhookEvent::Failed, WebhookEvent::Cancelled, WebhookEvent::Expired, WebhookEvent::Retrying];

const PARTS: [WebhookInclude; 3] = [WebhookInclude::Args, WebhookInclude::Kwargs, WebhookInclude::Result];

/// The word of a kind of events, as the API has it.
pub const fn word(event: WebhookEvent) -> &'static str {
    match event {
        WebhookEvent::Succeeded => "task.succeeded",
        WebhookEvent::Failed => "task.failed",
        WebhookEvent::Cancelled => "task.cancelled",
        WebhookEvent::Expired => "task.expired",
        WebhookEvent::Retrying => "task.retrying",
    }
}

/// The word of a part of a payload, as the API has it.
pub const fn part_word(part: WebhookInclude) -> &'static str {
    match part {
        WebhookInclude::Args => "args",
        WebhookInclude::Kwargs => "kwargs",
        WebhookInclude::Result => "result",
    }
}

/// The form's state.
#[derive(Clone, Copy)]
struct Form {
    name: Signal<String>,
    url: Signal<String>,
    description: Signal<String>,
    queues: Signal<String>,
    tasks: Signal<String>,
    events: Signal<Vec<WebhookEvent>>,
    include: Signal<Vec<WebhookInclude>>,
    name_wrong: Signal<Option<String>>,
    url_wrong: Signal<Option<String>>,
    events_wrong: Signal<Option<String>>,
}

impl Form {
    fn of(before: Option<&Webhook>) -> Self {
        let text = |of: &dyn Fn(&Webhook) -> String| create_signal(before.map(of).unwrap_or_default());
        let wrong = || create_signal(None);
        Self {
            name: text(&|hook| hook.name.clone()),
            url: text(&|hook| hook.url.clone()),
            description: text(&|hook| hook.description.clone()),
            queues: text(&|hook| hook.queues.join(", ")),
            tasks: text(&|hook| hook.tasks.join(", ")),
            events: create_signal(before.map_or_else(|| vec![WebhookEvent::Failed], |hook| hook.events.clone())),
            include: create_signal(before.map(|hook| hook.include.clone()).unwrap_or_default()),
            name_wrong: wrong(),
            url_wrong: wrong(),
            events_wrong: wrong(),
        }
    }

    /// What it says; `None` after it has said what is wrong.
    fn read(self) -> Option<CreateWebhook> {
        let trimmed = |signal: Signal<String>| signal.with_untracked(|text| text.trim().to_owned());
        let (name, url, events) = (trimmed(self.name), trimmed(self.url), self.events.get_clone_untracked());
        let told = |wrong: bool, text: Cow<'static, str>| wrong.then(|| text.into_owned());
        let has_scheme = url.starts_with("http://") || url.starts_with("https://");
        let wrongs = [
            (self.name_wrong, told(!is_name(&name, "._:-"), m::hook_name_wrong())),
            (self.url_wrong, told(!has_scheme, m::url_wrong())),
            (self.events_wrong, told(events.is_empty(), m::events_wrong())),
        ];
        let fits = wrongs.iter().all(|(_, wrong)| wrong.is_none());
        wrongs.into_iter().for_each(|(signal, wrong)| signal.set(wrong));
        fits.then(|| CreateWebhook {
            name,
            description: Some(trimmed(self.description)),
            url,
            events,
            queues: Some(names(&trimmed(self.queues))),
            tasks: Some(names(&trimmed(self.tasks))),
            include: Some(self.include.get_clone_untracked()),
            paused: None,
        })
    }

    fn view(self, is_new: bool) -> View {
        let name = is_new.then(|| {
            let field = Field::new("hook-name", words::name()).hint(m::hook_name_hint()).error(self.name_wrong).required();
            input(field, "hook-name", self.name)
        });
        let url = Field::new("hook-url", m::url()).hint(m::url_hint()).error(self.url_wrong).required();
        let events = EVENTS.into_iter().map(|event| check(word(event), event, self.events)).collect::<Vec<View>>();
        let parts = PARTS.into_iter().map(|part| check(part_word(part), part, self.include)).collect::<Vec<View>>();
        let events_wrong = self.events_wrong;
        let told = move || events_wrong.get_clone().map(|text| html! { p(class="field-error", role="alert") { (text) } });
        html! {
            (name)
            (input(url, "hook-url", self.url))
            (input(Field::new("hook-description", m::description()), "hook-description", self.description))
            fieldset(class="group") { legend { (m::events()) } div(class="checks") { (events) } (told) }
            (input(Field::new("hook-queues", m::only_queues()).hint(m::only_hint()), "hook-queues", self.queues))
            (input(Field::new("hook-tasks", m::only_tasks()).hint(m::only_hint()), "hook-tasks", self.tasks))
            fieldset(class="group") { legend { (m::include()) } p(class="hint") { (m::include_told()) } div(class="checks") { (parts) } }
        }
    }
}

/// Names apart by commas.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn input(field: Field, id: &'static str, value: Signal<String>) -> View {
    field.control(|field| {
        html! {
            input(
                id=id, autocomplete="off", "spellcheck"="false", value=value.get_clone_untracked(), "aria-describedby"=field.described_by(),
                "aria-invalid"=field.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
        }
    })
}

fn check<T: Copy + PartialEq + 'static>(word: &'static str, one: T, chosen: Signal<Vec<T>>) -> View {
    let id = format!("hook-{}", word.replace('.', "-"));
    let toggle = move |event: web_sys::Event| {
        let wanted = dom::is_checked(&event);
        chosen.update(|chosen| {
            chosen.retain(|other| *other != one);
            if wanted {
                chosen.push(one);
            }
        });
    };
    let is_chosen = chosen.with_untracked(|chosen| chosen.contains(&one));
    html! {
        div(class="check") { input(id=id.clone(), r#type="checkbox", checked=is_chosen, on:change=toggle) label(r#for=id) { code { (word) } } }
    }
}

/// Opens the form of a new one; `made` is called when there is one more.
pub fn create(dialogs: DialogHost, made: impl Fn() + Copy + 'static) {
    dialogs.open(m::hook_new(), move |dialog| {
        let (form, shown) = (Form::of(None), create_signal(None::<String>));
        let (action, refusal) = (Action::new(), create_signal(None));
        let submit = move |wanted: CreateWebhook| {
            action.run(api::webhooks::create(&wanted), move |answer| match answer {
                Ok(created) => {
                    made();
                    shown.set(Some(created.secret));
                }
                Err(error) => refusal.set(Some(error)),
            });
        };
        let body = move || match shown.get_clone() {
            Some(text) => untrack(|| secret::shown(dialog, text)),
            None => untrack(|| framed(dialog, form, true, action, refused(refusal), submit)),
        };
        html! { (body) }
    });
}

/// Opens the form of one that is there.
pub fn edit(dialogs: DialogHost, before: Webhook, query: Query<Webhook>) {
    let toasts = toasts_here();
    dialogs.open(m::hook_of(&before.name), move |dialog| {
        let (form, action, refusal) = (Form::of(Some(&before)), Action::new(), create_signal(None));
        let revision = before.revision;
        let submit = move |wanted: CreateWebhook| {
            let (name, _, wanted): (String, bool, ReplaceWebhook) = wanted.split();
            action.run(api::webhooks::replace(&name, &wanted, revision), move |answer| match answer {
                Ok(hook) => {
                    dialog.close();
                    toasts.tell(m::hook_saved());
                    query.put(hook);
                }
                Err(error) => refusal.set(Some(error)),
            });
        };
        framed(dialog, form, false, action, refused(refusal), submit)
    });
}

fn framed(
    dialog: Dialog,
    form: Form,
    is_new: bool,
    action: Action,
    refused: View,
    send: impl Fn(CreateWebhook) + 'static,
) -> View {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match form.read() {
            Some(wanted) => send(wanted),
            None => dom::soon(|| dom::focus("dialog [aria-invalid=true]")),
        }
    };
    let verb = if is_new { m::hook_create() } else { words::save() };
    html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            (form.view(is_new))
            (refused)
            div(class="dialog-buttons") {
                (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (verb) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_what_is_wrong_and_else_what_to_send() {
        create_root(|| {
            let form = Form::of(None);
            form.events.set(Vec::new());
            assert_eq!(form.read(), None);
            for wrong in [form.name_wrong, form.url_wrong, form.events_wrong] {
                assert!(wrong.get_clone().is_some());
            }
            form.name.set("alerts".to_owned());
            form.url.set("https://example.com/hook".to_owned());
            form.events.set(vec![WebhookEvent::Failed]);
            form.queues.set("mail, , slow".to_owned());
            let read = form.read().unwrap();
            assert_eq!(read.queues, Some(vec!["mail".to_owned(), "slow".to_owned()]));
            assert_eq!((read.name.as_str(), read.include), ("alerts", Some(Vec::new())));
        })
        .dispose();
    }
}
