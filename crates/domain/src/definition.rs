//! What is registered under a task name.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Priority, QueueName, RawJson, RetryPolicy, TaskName};

/// A task definition: what the API, the Swagger page, the form and the command line know of a task name. Workers store it at
/// start; servers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDefinition {
    /// The name tasks are enqueued under.
    pub name: TaskName,
    /// What it does, in Markdown; its first sentence is the summary.
    pub description: String,
    /// JSON Schema of the keyword arguments: an object schema, with examples.
    pub arguments: RawJson,
    /// JSON Schema of the result.
    pub result: RawJson,
    /// Queue of tasks that name none.
    pub queue: QueueName,
    /// Priority of tasks that name none.
    pub priority: Priority,
    /// How failed attempts are retried.
    pub retry: RetryPolicy,
    /// Longest time one attempt may run.
    #[serde(rename = "timeout_ms", with = "crate::options::millis")]
    pub timeout: Option<Duration>,
}

impl TaskDefinition {
    /// The description's first sentence, and what follows it. Lines of the first paragraph are joined: where they break says only
    /// how wide the source is.
    #[must_use]
    pub fn summary_and_rest(&self) -> (String, String) {
        let text = self.description.trim();
        let (first, others) = text.split_once("\n\n").unwrap_or((text, ""));
        let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
        let (sentence, more) = split_sentence(&first);
        let rest: Vec<&str> = [more, others.trim()].into_iter().filter(|part| !part.is_empty()).collect();
        (sentence.to_owned(), rest.join("\n\n"))
    }
}

/// The first sentence: a full stop before a capital, or before code, ends it. "e.g. this" goes on.
fn split_sentence(text: &str) -> (&str, &str) {
    let ends = |(at, stop): &(usize, &str)| {
        let next = text[at + stop.len()..].chars().next();
        next.is_some_and(|next| next.is_uppercase() || next == '`')
    };
    text.match_indices(". ").find(ends).map_or((text, ""), |(at, stop)| (&text[..=at], &text[at + stop.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_the_summary_wherever_lines_break() {
        let told = |description: &str| {
            let definition = TaskDefinition {
                name: "report".parse().unwrap(),
                description: description.to_owned(),
                arguments: RawJson::trusted("{}".to_owned()),
                result: RawJson::trusted("{}".to_owned()),
                queue: "default".parse().unwrap(),
                priority: Priority::default(),
                retry: RetryPolicy::default(),
                timeout: None,
            };
            definition.summary_and_rest()
        };
        let of = |summary: &str, rest: &str| (summary.to_owned(), rest.to_owned());
        assert_eq!(
            told("Runs a program,\nwithout a shell. It is\nstopped."),
            of("Runs a program, without a shell.", "It is stopped.")
        );
        assert_eq!(told("Says e.g. this.\n\n* One.\n* Two."), of("Says e.g. this.", "* One.\n* Two."));
        assert_eq!(told("Sends it. `All` of it.\n\nTwice."), of("Sends it.", "`All` of it.\n\nTwice."));
        assert_eq!((told("Sleeps"), told(" ")), (of("Sleeps", ""), of("", "")));
    }
}
