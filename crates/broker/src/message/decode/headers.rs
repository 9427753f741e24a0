//! Headers of any origin: a Python client's table, or the fields of a protocol 1 body.

use std::{collections::BTreeMap, time::Duration};

use lapin::types::{AMQPValue, FieldTable};
use ruche_domain::Timestamp;

use super::time::{from_seconds, parse_time};
use crate::message::DecodeError;

/// Longest time limit kept: longer means none (Celery's clients send any number).
const LONGEST_LIMIT: f64 = 10.0 * 365.0 * 86_400.0;

/// The headers of a message.
pub(super) enum Headers<'a> {
    /// AMQP's.
    Table(Option<&'a FieldTable>),
    /// Those of protocol 1, which travel in the body.
    Fields(BTreeMap<&'static str, AMQPValue>),
}

impl<'a> Headers<'a> {
    pub(super) const fn new(table: Option<&'a FieldTable>) -> Self {
        Self::Table(table)
    }

    fn get(&self, name: &str) -> Option<&AMQPValue> {
        let value = match self {
            Self::Table(table) => table.as_ref()?.inner().get(name),
            Self::Fields(fields) => fields.get(name),
        };
        value.filter(|value| !matches!(value, AMQPValue::Void))
    }

    /// Whether it is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text; `None` where it is absent, null, no text or not UTF-8.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok(),
            AMQPValue::ShortString(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// A short text without control characters, or nothing.
    pub(super) fn identifier(&self, name: &str) -> Option<String> {
        identifier(self.text(name)?)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(AMQPValue::Boolean(true)))
    }

    /// Attempts before this one.
    pub(super) fn retries(&self) -> Result<u32, DecodeError> {
        let Some(value) = self.get("retries") else { return Ok(0) };
        let retries = integer(value).and_then(|number| u32::try_from(number).ok());
        retries.ok_or_else(|| DecodeError::new("its retries are not a count"))
    }

    /// The shorter of `[hard, soft]`; zero and less mean none.
    pub(super) fn time_limit(&self) -> Result<Option<Duration>, DecodeError> {
        let wrong = || DecodeError::new("its timelimit is not two numbers");
        let Some(value) = self.get("timelimit") else { return Ok(None) };
        let AMQPValue::FieldArray(limits) = value else { return Err(wrong()) };
        let [hard, soft] = limits.as_slice() else { return Err(wrong()) };
        let mut shortest = None::<f64>;
        for limit in [hard, soft] {
            if matches!(limit, AMQPValue::Void) {
                continue;
            }
            let seconds = number(limit).filter(|seconds| !seconds.is_nan()).ok_or_else(wrong)?;
            if seconds > 0.0 {
                shortest = Some(shortest.map_or(seconds, |shortest| shortest.min(seconds)));
            }
        }
        // Milliseconds are what is stored; a shorter limit would become none.
        let shortest = shortest.filter(|seconds| *seconds <= LONGEST_LIMIT);
        Ok(shortest.map(|seconds| Duration::from_secs_f64(seconds).max(Duration::from_millis(1))))
    }

    /// A time: ISO 8601 text, or AMQP's own type.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, DecodeError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let time = match value {
            AMQPValue::Timestamp(seconds) => from_seconds(*seconds),
            _ => self.text(name).and_then(parse_time),
        };
        time.map(Some).ok_or_else(|| DecodeError(format!("its {name} is not an ISO 8601 time")))
    }
}

/// A short text without control characters, or nothing: other texts name no task, queue or group.
pub(super) fn identifier(text: &str) -> Option<String> {
    let fit = !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control);
    fit.then(|| text.to_owned())
}

fn integer(value: &AMQPValue) -> Option<i64> {
    Some(match value {
        AMQPValue::ShortShortInt(number) => i64::from(*number),
        AMQPValue::ShortShortUInt(number) => i64::from(*number),
        AMQPValue::ShortInt(number) => i64::from(*number),
        AMQPValue::ShortUInt(number) => i64::from(*number),
        AMQPValue::LongInt(number) => i64::from(*number),
        AMQPValue::LongUInt(number) => i64::from(*number),
        AMQPValue::LongLongInt(number) => *number,
        _ => return None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "seconds; beyond 2^53 there is no limit anyway")]
fn number(value: &AMQPValue) -> Option<f64> {
    match value {
        AMQPValue::Float(number) => Some(f64::from(*number)),
        AMQPValue::Double(number) => Some(*number),
        _ => integer(value).map(|number| number as f64),
    }
}
