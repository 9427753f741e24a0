//! Reading protocol 2, protocol 1 and the hybrid of both. Everything here comes from strangers.

mod body;
mod headers;
mod limits;
mod time;

use std::sync::LazyLock;

use lapin::BasicProperties;
use ruche_domain::{CeleryContext, NewTask, Priority, QueueName, RawJson, RetryPolicy, TaskId, TaskName, TaskOptions, Timestamp};

use self::{body::Body, headers::Headers};
use super::{DecodeError, NATIVE_HEADER, TaskMessage};

pub use limits::{MAX_BODY, MAX_DEPTH};

static NO_ARGS: LazyLock<RawJson> = LazyLock::new(RawJson::empty_array);
static NO_KWARGS: LazyLock<RawJson> = LazyLock::new(RawJson::empty_object);

/// Reads a message that came from `queue` at `now`.
///
/// Only JSON is read (`application/json` in UTF-8, plain or as a zlib stream); pickle is never opened. Protocol 2 is told by
/// the header `task`; without it the body must be protocol 1's object. Informative headers that make no sense are ignored;
/// those that decide when and how often a task runs are not.
///
/// # Errors
/// When it is no task message Ruche can run. The reason holds nothing of the payload.
pub fn decode(properties: &BasicProperties, data: &[u8], queue: &QueueName, now: Timestamp) -> Result<TaskMessage, DecodeError> {
    let headers = Headers::new(properties.headers().as_ref());
    if headers.has(NATIVE_HEADER) {
        return native(&headers, properties, queue, now);
    }
    limits::check_content(properties)?;
    let data = limits::plain(&headers, data)?;
    if headers.has("task") {
        let body = Body::parse(&data)?;
        return foreign(&headers, body, properties, queue, now);
    }
    let (headers, body) = body::protocol_1(&data)?;
    foreign(&headers, body, properties, queue, now)
}

/// The worker's hot path: the row in the database is the truth, so the payload is not looked at.
fn native(
    headers: &Headers<'_>,
    properties: &BasicProperties,
    queue: &QueueName,
    now: Timestamp,
) -> Result<TaskMessage, DecodeError> {
    let body = Body { args: NO_ARGS.clone(), kwargs: NO_KWARGS.clone(), embed: None };
    let task = NewTask { options: TaskOptions::default(), ..task(headers, body, properties, queue, now)? };
    Ok(TaskMessage { task, retries: 0, native: true })
}

fn foreign(
    headers: &Headers<'_>,
    mut body: Body,
    properties: &BasicProperties,
    queue: &QueueName,
    now: Timestamp,
) -> Result<TaskMessage, DecodeError> {
    let celery = celery(headers, body.embed.take(), properties);
    let options = TaskOptions {
        timeout: headers.time_limit()?,
        retry: None,
        trace: headers.text("traceparent").and_then(|text| text.parse().ok()),
        schedule: None,
        workflow: None,
        celery: Some(Box::new(celery)),
        ..TaskOptions::default()
    };
    let task = NewTask {
        eta: headers.time("eta")?,
        expires_at: headers.time("expires")?,
        options,
        ..task(headers, body, properties, queue, now)?
    };
    Ok(TaskMessage { task, retries: headers.retries()?, native: false })
}

fn task(
    headers: &Headers<'_>,
    body: Body,
    properties: &BasicProperties,
    queue: &QueueName,
    now: Timestamp,
) -> Result<NewTask, DecodeError> {
    let id = headers.text("id").ok_or_else(|| DecodeError::new("it has no id"))?;
    let id: TaskId = id.parse().map_err(|_| DecodeError::new("its id is not a UUID"))?;
    let name = headers.text("task").ok_or_else(|| DecodeError::new("it names no task"))?;
    let name = TaskName::new(name).map_err(|error| DecodeError(error.to_string()))?;
    Ok(NewTask {
        id,
        name,
        queue: queue.clone(),
        priority: Priority::clamped(properties.priority().unwrap_or_default()),
        args: body.args,
        kwargs: body.kwargs,
        // A message does not say; the definition registered by the worker does.
        max_attempts: RetryPolicy::STANDARD.max_attempts(),
        created_at: now,
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    })
}

fn celery(headers: &Headers<'_>, embed: Option<RawJson>, properties: &BasicProperties) -> CeleryContext {
    let property = |value: &Option<lapin::types::ShortString>| headers::identifier(value.as_ref()?.as_str());
    CeleryContext {
        reply_to: property(properties.reply_to()),
        correlation_id: property(properties.correlation_id()),
        root_id: headers.identifier("root_id"),
        parent_id: headers.identifier("parent_id"),
        group_id: headers.identifier("group"),
        ignore_result: headers.flag("ignore_result"),
        embed,
    }
}
