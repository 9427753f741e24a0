//! What to do with deliveries. Pure.

use ruche_broker::{Delivery, TaskMessage};
use ruche_domain::NewTask;
use ruche_store::ClaimRequest;

use crate::Registry;

/// Deliveries by what is to be done with them.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// To be claimed.
    pub(super) requests: Vec<ClaimRequest>,
    /// The deliveries of `requests`, to be acknowledged when the claim is back.
    pub(super) tags: Vec<u64>,
    /// No tasks: for the dead-letter queue, with the reason.
    pub(super) bad: Vec<(u64, String)>,
}

/// Sorts deliveries.
pub(super) fn sort(deliveries: Vec<Delivery>, registry: &Registry) -> Sorted {
    let mut sorted =
        Sorted { requests: Vec::with_capacity(deliveries.len()), tags: Vec::with_capacity(deliveries.len()), bad: Vec::new() };
    for Delivery { tag, message, .. } in deliveries {
        match message {
            Ok(message) => {
                sorted.requests.push(request(message, registry));
                sorted.tags.push(tag);
            }
            Err(error) => sorted.bad.push((tag, error.to_string())),
        }
    }
    sorted
}

fn request(message: TaskMessage, registry: &Registry) -> ClaimRequest {
    let TaskMessage { task, native, retries: _ } = message;
    ClaimRequest { id: task.id, foreign: (!native).then(|| completed(task, registry)) }
}

/// A message does not say how often a task may be tried; its definition does.
fn completed(task: NewTask, registry: &Registry) -> NewTask {
    let definition = registry.get(&task.name).map(|registered| &registered.definition);
    let max_attempts = definition.map_or(task.max_attempts, |definition| definition.retry.max_attempts());
    NewTask { max_attempts, ..task }
}

#[cfg(test)]
mod tests {
    use ruche_broker::DecodeError;
    use ruche_domain::{Clock, ManualClock, Priority, QueueName, RawJson, RetryPolicy, TaskName, TaskOptions, Timestamp};
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;
    use crate::{Task, TaskContext, TaskDefaults, TaskError};

    #[derive(Deserialize, JsonSchema)]
    struct Once {}

    impl Task for Once {
        const NAME: &'static str = "once";
        type Output = ();

        fn defaults() -> TaskDefaults {
            TaskDefaults { retry: RetryPolicy::NEVER, ..TaskDefaults::default() }
        }

        async fn run(self, _context: &TaskContext) -> Result<(), TaskError> {
            Ok(())
        }
    }

    fn message(name: &str, native: bool) -> TaskMessage {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH, 1);
        let task = NewTask {
            id: clock.new_task_id(),
            name: TaskName::new(name).unwrap(),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            args: RawJson::empty_array(),
            kwargs: RawJson::empty_object(),
            max_attempts: 7,
            created_at: clock.now(),
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        };
        TaskMessage { task, retries: 0, native }
    }

    fn sorted(messages: Vec<Result<TaskMessage, DecodeError>>) -> Sorted {
        let deliveries = messages.into_iter().zip(1..).map(|(message, tag)| Delivery {
            queue: QueueName::default_queue(),
            tag,
            message,
            redelivered: false,
        });
        sort(deliveries.collect(), &Registry::new().task::<Once>().unwrap())
    }

    #[test]
    fn only_foreign_messages_bring_their_task() {
        let sorted = sorted(vec![Ok(message("once", true)), Ok(message("once", false)), Ok(message("stranger", false))]);
        let attempts: Vec<_> = sorted.requests.iter().map(|r| r.foreign.as_ref().map(|task| task.max_attempts)).collect();
        assert_eq!(attempts, [None, Some(1), Some(7)]);
        assert_eq!(sorted.tags, [1, 2, 3]);
    }

    #[test]
    fn what_is_no_task_is_set_aside_with_the_reason() {
        let sorted = sorted(vec![Err(DecodeError("it has no id".to_owned())), Ok(message("once", true))]);
        assert_eq!(sorted.bad, [(1, "not a task message: it has no id".to_owned())]);
        assert_eq!(sorted.tags, [2]);
    }
}
