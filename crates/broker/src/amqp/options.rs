//! What can be set.

use std::{fmt, sync::Arc, time::Duration};

use lapin::types::FieldTable;
use ruche_domain::{Clock, SystemClock};

/// How to reach RabbitMQ and how to behave there.
#[derive(Clone)]
pub struct AmqpOptions {
    /// `amqp://user:password@host:port/vhost`, or `amqps://`; `heartbeat`, `frame_max` and `channel_max` may follow as query.
    /// An empty vhost is `/`, as Celery has it. Percent-encode other names.
    pub url: String,
    /// Shown on RabbitMQ's management pages.
    pub connection_name: String,
    /// `ruche@host`: who messages say they come from.
    pub origin: String,
    /// Arguments of queues that Ruche itself creates; those already there are used as they are. None, as Celery declares its
    /// queues; without `x-max-priority` RabbitMQ hands out messages in the order they came, whatever their priority.
    pub queue_arguments: FieldTable,
    /// How often the connection is proved to be alive, unless the address says; a dead one is noticed after twice that.
    pub heartbeat: Duration,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for answers and confirmations on it. At most 10 s: a publish may wait for two of them.
    pub confirm_timeout: Duration,
    /// Time and randomness.
    pub clock: Arc<dyn Clock>,
}

impl AmqpOptions {
    /// The usual behaviour at this address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        let origin = format!("ruche@{}", host_name());
        Self {
            url: url.into(),
            connection_name: origin.clone(),
            origin,
            queue_arguments: FieldTable::default(),
            heartbeat: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            confirm_timeout: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
        }
    }
}

impl fmt::Debug for AmqpOptions {
    /// Leaves out the address: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmqpOptions")
            .field("connection_name", &self.connection_name)
            .field("origin", &self.origin)
            .field("queue_arguments", &self.queue_arguments)
            .field("heartbeat", &self.heartbeat)
            .finish_non_exhaustive()
    }
}

fn host_name() -> String {
    let known = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    let name = known.ok().or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}
