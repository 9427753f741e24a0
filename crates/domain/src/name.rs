//! Names, checked once where they enter.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// A name breaks its rule; the message says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what}: {rule}")]
pub struct InvalidName {
    what: &'static str,
    rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $rule:literal, $max:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(Arc<str>);

        impl $type {
            /// Longest name allowed, in bytes.
            pub const MAX_LEN: usize = $max;

            /// Checks a name.
            ///
            /// # Errors
            /// When it is empty, too long, or holds a character that is not allowed.
            pub fn new(name: &str) -> Result<Self, InvalidName> {
                let allowed: fn(char) -> bool = $allowed;
                if name.is_empty() || name.len() > $max || !name.chars().all(allowed) {
                    return Err(InvalidName { what: $what, rule: $rule });
                }
                Ok(Self(name.into()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(name: &str) -> Result<Self, InvalidName> {
                Self::new(name)
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;

            fn try_from(name: String) -> Result<Self, InvalidName> {
                Self::new(&name)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0.as_ref().to_owned()
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// The registered function's name, e.g. `http.request` or `proj.tasks.add`.
    TaskName,
    "task name",
    "1 to 200 letters, digits, '.', '_', '-', ':' or '/'",
    200,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/')
);

name!(
    /// What a node of a workflow is called within it.
    NodeKey,
    "node key",
    "1 to 100 letters, digits, '.', '_', '-' or ':'",
    100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':')
);

name!(
    /// A queue's name, the same in RabbitMQ.
    QueueName,
    "queue name",
    "1 to 100 letters, digits, '.', '_', '-' or ':'",
    100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':')
);

name!(
    /// A schedule's name, e.g. `nightly-report`.
    ScheduleName,
    "schedule name",
    "1 to 100 letters, digits, '.', '_', '-' or ':'",
    100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':')
);

name!(
    /// A webhook's name, e.g. `billing`.
    WebhookName,
    "webhook name",
    "1 to 100 letters, digits, '.', '_', '-' or ':'",
    100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':')
);

name!(
    /// A worker process's node name as Celery has it, e.g. `ruche@host-1`.
    WorkerName,
    "worker name",
    "1 to 255 letters, digits, '.', '_', '-', ':' or '@'",
    255,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '@')
);

name!(
    /// An API key's name, for people: whose it is or what for. Several keys may share one.
    KeyName,
    "key name",
    "1 to 100 letters, digits, '.', '_', '-', ':' or '@'",
    100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '@')
);

name!(
    /// What tasks of a queue are counted by where the queue limits each key, e.g. a tenant. Any text without control characters.
    ConcurrencyKey,
    "concurrency key",
    "1 to 255 bytes without control characters",
    255,
    |c| !c.is_control()
);

impl QueueName {
    /// The queue of tasks that name none.
    #[must_use]
    pub fn default_queue() -> Self {
        Self("default".into())
    }

    /// The queue of the tasks that deliver webhooks.
    #[must_use]
    pub fn webhooks() -> Self {
        Self("webhooks".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused() {
        for bad in ["", " ", "a b", "a'; drop table tasks", "naïve", "a\0", "x\n", &"q".repeat(101)] {
            assert!(QueueName::new(bad).is_err(), "{bad:?}");
        }
        assert!(serde_json::from_str::<TaskName>("\"a b\"").is_err());
    }

    #[test]
    fn usual_names_pass() {
        assert!(TaskName::new("proj.tasks.add").is_ok());
        assert!(WorkerName::new("ruche@host-1").is_ok());
        assert_eq!(QueueName::default_queue().as_str(), "default");
    }
}
