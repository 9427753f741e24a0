//! Writing protocol 2.

use chrono::SecondsFormat;
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldArray, FieldTable, LongString, ShortString},
};
use ruche_domain::{CeleryContext, NewTask, Timestamp};

use super::{NATIVE_HEADER, TaskMessage};

/// What the body's third element says when a task belongs to no workflow of Celery's.
const NO_EMBED: &str = r#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#;

/// A message as AMQP carries it.
#[derive(Debug)]
pub struct Encoded {
    /// Properties and headers.
    pub properties: BasicProperties,
    /// The JSON array `[args, kwargs, embed]`.
    pub body: Vec<u8>,
}

/// Turns task messages into AMQP messages; holds the parts that are the same for all.
#[derive(Debug, Clone)]
pub struct Encoder {
    headers: FieldTable,
    properties: BasicProperties,
}

impl Encoder {
    /// An encoder that names `origin` (`ruche@host`) as the sender.
    ///
    /// `argsrepr` and `kwargsrepr`, which monitors such as Flower show and log, are constants: a task's arguments may hold
    /// secrets, and everything that lists headers (RabbitMQ's management pages, traces, logs) would show them.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let mut headers = FieldTable::default();
        headers.insert("lang".into(), text("rust"));
        headers.insert("argsrepr".into(), text("(...)"));
        headers.insert("kwargsrepr".into(), text("{...}"));
        headers.insert("origin".into(), text(origin));
        headers.insert("retries".into(), AMQPValue::LongInt(0));
        headers.insert("ignore_result".into(), AMQPValue::Boolean(false));
        headers.insert("timelimit".into(), time_limit(None));
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_content_encoding("utf-8".into())
            .with_delivery_mode(2);
        Self { headers, properties }
    }

    /// The AMQP form of a message. Headers that would be null are left out, and `expiration` is never set: whether a task is
    /// still to run is the database's decision.
    #[must_use]
    pub fn encode(&self, message: &TaskMessage) -> Encoded {
        let task = &message.task;
        let celery = task.options.celery.as_deref();
        let correlation_id = celery.and_then(|celery| short(celery.correlation_id.as_deref()));
        let mut properties = self
            .properties
            .clone()
            .with_priority(task.priority.get())
            .with_correlation_id(correlation_id.unwrap_or_else(|| ShortString::from(task.id.to_string())))
            .with_headers(self.headers(message));
        if let Some(reply_to) = celery.and_then(|celery| short(celery.reply_to.as_deref())) {
            properties = properties.with_reply_to(reply_to);
        }
        Encoded { properties, body: body(task) }
    }

    fn headers(&self, message: &TaskMessage) -> FieldTable {
        let TaskMessage { task, retries, native } = message;
        let id = text(task.id.to_string());
        let mut headers = self.headers.clone();
        if task.options.celery.as_deref().is_none_or(|celery| celery.root_id.is_none()) {
            headers.insert("root_id".into(), id.clone());
        }
        headers.insert("id".into(), id);
        headers.insert("task".into(), text(task.name.as_str()));
        if *retries > 0 {
            headers.insert("retries".into(), AMQPValue::LongInt(i32::try_from(*retries).unwrap_or(i32::MAX)));
        }
        if let Some(timeout) = task.options.timeout {
            headers.insert("timelimit".into(), time_limit(Some(timeout.as_secs_f64())));
        }
        if let Some(eta) = task.eta {
            headers.insert("eta".into(), time(eta));
        }
        if let Some(expires) = task.expires_at {
            headers.insert("expires".into(), time(expires));
        }
        if let Some(trace) = &task.options.trace {
            headers.insert("traceparent".into(), text(trace.as_str()));
        }
        if let Some(celery) = task.options.celery.as_deref() {
            family(&mut headers, celery);
        }
        if *native {
            headers.insert(NATIVE_HEADER.into(), AMQPValue::LongInt(1));
        }
        headers
    }
}

/// The headers that tie a task to others.
fn family(headers: &mut FieldTable, celery: &CeleryContext) {
    let CeleryContext { root_id, parent_id, group_id, ignore_result, reply_to: _, correlation_id: _, embed: _ } = celery;
    for (name, value) in [("root_id", root_id), ("parent_id", parent_id), ("group", group_id)] {
        if let Some(value) = value {
            headers.insert(name.into(), text(value.as_str()));
        }
    }
    if *ignore_result {
        headers.insert("ignore_result".into(), AMQPValue::Boolean(true));
    }
}

/// `[args, kwargs, embed]`, put together from texts that are JSON already.
fn body(task: &NewTask) -> Vec<u8> {
    let embed = task.options.celery.as_deref().and_then(|celery| celery.embed.as_ref());
    let parts = [task.args.as_str(), task.kwargs.as_str(), embed.map_or(NO_EMBED, |embed| embed.as_str())];
    let mut body = Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 4);
    for (part, before) in parts.iter().zip(*b"[,,") {
        body.push(before);
        body.extend_from_slice(part.as_bytes());
    }
    body.push(b']');
    body
}

/// `[hard, soft]` in seconds. Ruche has one limit, which is final as Celery's hard one is.
fn time_limit(hard: Option<f64>) -> AMQPValue {
    let mut limits = FieldArray::default();
    limits.push(hard.map_or(AMQPValue::Void, AMQPValue::Double));
    limits.push(AMQPValue::Void);
    AMQPValue::FieldArray(limits)
}

fn time(at: Timestamp) -> AMQPValue {
    text(at.to_rfc3339_opts(SecondsFormat::Micros, false))
}

fn text(value: impl Into<Vec<u8>>) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value.into()))
}

/// An AMQP short string; `None` beyond its 255 bytes.
fn short(value: Option<&str>) -> Option<ShortString> {
    ShortString::try_new(value?).ok()
}
