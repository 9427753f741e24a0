//! From a request to what a webhook is about, and the tasks that deliver.

use std::{collections::HashSet, hash::Hash, str::FromStr};

use ruche_api::{FieldError, ReplaceWebhook, WebhookEvent, WebhookInclude};
use ruche_domain::{
    Clock, NewTask, Priority, QueueName, RawJson, TaskName, TaskOptions,
    webhook::{DELIVER, DeliveryId, EventKind, Included, MAX_TRIES, WebhookDefinition, WebhookUrl},
};
use url::Url;

use crate::problem::{Code, Problem};

/// The definition; errors point into the body.
pub fn definition(wish: ReplaceWebhook) -> Result<WebhookDefinition, Problem> {
    let ReplaceWebhook { description, url, events, queues, tasks, include } = wish;
    let mut errors = Errors::default();
    let description = description.unwrap_or_default();
    errors.hold("/description", description.chars().count() <= WebhookDefinition::MAX_DESCRIPTION, "at most 1000 characters");
    let url = address(&url).map_err(|detail| errors.add("/url", "url", &detail)).ok();
    errors.hold("/events", !events.is_empty() && unique(&events), "at least one, each once");
    let include = include.unwrap_or_default();
    errors.hold("/include", unique(&include), "each once");
    let queues = names::<QueueName>(&mut errors, "/queues", queues.unwrap_or_default());
    let tasks = names::<TaskName>(&mut errors, "/tasks", tasks.unwrap_or_default());
    match (url, errors.0.is_empty()) {
        (Some(url), true) => Ok(WebhookDefinition {
            description,
            url,
            events: events.into_iter().map(kind).collect(),
            queues,
            tasks,
            include: include.into_iter().map(part).collect(),
        }),
        _ => Err(Problem::new(Code::InvalidBody).errors(errors.0)),
    }
}

/// The task that delivers: the id of the delivery is all it knows. It may be lost to dying workers a few times besides its tries.
pub fn deliver_task(id: DeliveryId, clock: &dyn Clock) -> NewTask {
    NewTask {
        id: clock.new_task_id(),
        name: TaskName::new(DELIVER).expect("the name follows the rule"),
        queue: QueueName::webhooks(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::trusted(format!(r#"{{"delivery":"{id}"}}"#)),
        max_attempts: 3 * MAX_TRIES,
        created_at: clock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    }
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, pointer: &str, code: &str, detail: &str) {
        let (pointer, code, detail) = (Some(pointer.to_owned()), code.to_owned(), detail.to_owned());
        self.0.push(FieldError { pointer, parameter: None, code, detail });
    }

    fn hold(&mut self, pointer: &str, ok: bool, detail: &str) {
        if !ok {
            self.add(pointer, "range", detail);
        }
    }
}

/// By the domain's rules, and by the parser that the worker will use.
fn address(text: &str) -> Result<WebhookUrl, String> {
    let url: WebhookUrl = text.parse().map_err(|error: <WebhookUrl as FromStr>::Err| error.to_string())?;
    let parsed = Url::parse(text).map_err(|error| error.to_string())?;
    if parsed.has_host() && parsed.username().is_empty() && parsed.password().is_none() {
        Ok(url)
    } else {
        Err("has no host".into())
    }
}

fn unique<T: Eq + Hash>(items: &[T]) -> bool {
    items.iter().collect::<HashSet<_>>().len() == items.len()
}

fn names<T: FromStr<Err: std::fmt::Display>>(errors: &mut Errors, pointer: &str, texts: Vec<String>) -> Vec<T> {
    errors.hold(pointer, texts.len() <= WebhookDefinition::MAX_FILTERS, "at most 50");
    let mut names = Vec::new();
    for (index, text) in texts.iter().enumerate().take(WebhookDefinition::MAX_FILTERS) {
        match text.parse::<T>() {
            Ok(name) => names.push(name),
            Err(error) => errors.add(&format!("{pointer}/{index}"), "pattern", &error.to_string()),
        }
    }
    names
}

const fn kind(event: WebhookEvent) -> EventKind {
    match event {
        WebhookEvent::Succeeded => EventKind::Succeeded,
        WebhookEvent::Failed => EventKind::Failed,
        WebhookEvent::Cancelled => EventKind::Cancelled,
        WebhookEvent::Expired => EventKind::Expired,
        WebhookEvent::Retrying => EventKind::Retrying,
    }
}

const fn part(part: WebhookInclude) -> Included {
    match part {
        WebhookInclude::Args => Included::Args,
        WebhookInclude::Kwargs => Included::Kwargs,
        WebhookInclude::Result => Included::Result,
    }
}
