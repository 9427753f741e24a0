//! The body: `[args, kwargs, embed]`, or protocol 1's object.

use std::collections::BTreeMap;

use lapin::types::{AMQPValue, FieldArray};
use ruche_domain::RawJson;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{NO_ARGS, NO_KWARGS, headers::Headers, limits::check_depth};
use crate::message::DecodeError;

/// Kombu's typed values (`{"__type__": …, "__value__": …}`) stay in it as they are.
pub(super) struct Body {
    pub(super) args: RawJson,
    pub(super) kwargs: RawJson,
    pub(super) embed: Option<RawJson>,
}

impl Body {
    /// Reads the body of a message whose headers are protocol 2; hybrids send protocol 1's object with them.
    pub(super) fn parse(data: &[u8]) -> Result<Self, DecodeError> {
        let text = checked_text(data)?;
        if text.trim_start().starts_with('{') {
            return parse_object(text)?.body();
        }
        let parsed: (&RawValue, &RawValue, &RawValue) =
            serde_json::from_str(text).map_err(|_| DecodeError::new("its body is not a JSON array of args, kwargs and embed"))?;
        let (args, kwargs, embed) = parsed;
        let embed = match kind(embed) {
            b'n' => None,
            b'{' => {
                let known: Embed<'_> = serde_json::from_str(embed.get()).map_err(|_| not_embed())?;
                known.says_something().then(|| RawJson::trusted(embed.get()))
            }
            _ => return Err(not_embed()),
        };
        Ok(Self { args: array(args)?, kwargs: object(kwargs)?, embed })
    }
}

/// Reads a message of protocol 1: everything is in the body.
pub(super) fn protocol_1(data: &[u8]) -> Result<(Headers<'static>, Body), DecodeError> {
    let text = checked_text(data)?;
    if !text.trim_start().starts_with('{') {
        return Err(DecodeError::new("it names no task"));
    }
    let object = parse_object(text)?;
    Ok((Headers::Fields(object.headers()), object.body()?))
}

#[derive(Deserialize)]
struct Embed<'a> {
    #[serde(borrow, default)]
    callbacks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    errbacks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    chain: Option<&'a RawValue>,
    #[serde(borrow, default)]
    chord: Option<&'a RawValue>,
}

impl Embed<'_> {
    fn says_something(&self) -> bool {
        let Self { callbacks, errbacks, chain, chord } = self;
        [callbacks, errbacks, chain, chord].into_iter().flatten().any(|value| value.get() != "[]")
    }
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    task: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
    #[serde(borrow, default)]
    kwargs: Option<&'a RawValue>,
    #[serde(borrow, default)]
    retries: Option<&'a RawValue>,
    #[serde(borrow, default)]
    eta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    expires: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timelimit: Option<&'a RawValue>,
    #[serde(borrow, default)]
    group: Option<&'a RawValue>,
    #[serde(borrow, default)]
    taskset: Option<&'a RawValue>,
    #[serde(borrow, default)]
    callbacks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    errbacks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    chord: Option<&'a RawValue>,
}

impl Object<'_> {
    /// The object's fields as the headers of protocol 2 that they became.
    fn headers(&self) -> BTreeMap<&'static str, AMQPValue> {
        let fields = [
            ("task", self.task),
            ("id", self.id),
            ("retries", self.retries),
            ("eta", self.eta),
            ("expires", self.expires),
            ("timelimit", self.timelimit),
            ("group", self.group.or(self.taskset)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, amqp_value(value?)))).collect()
    }

    fn body(&self) -> Result<Body, DecodeError> {
        let embed = Embed { callbacks: self.callbacks, errbacks: self.errbacks, chain: None, chord: self.chord };
        let text = |value: Option<&RawValue>| value.map_or("null", RawValue::get).to_owned();
        let embed = embed.says_something().then(|| {
            let (callbacks, errbacks, chord) = (text(self.callbacks), text(self.errbacks), text(self.chord));
            RawJson::trusted(format!(r#"{{"callbacks":{callbacks},"errbacks":{errbacks},"chain":null,"chord":{chord}}}"#))
        });
        let args = self.args.map_or_else(|| Ok(NO_ARGS.clone()), array)?;
        let kwargs = self.kwargs.map_or_else(|| Ok(NO_KWARGS.clone()), object)?;
        Ok(Body { args, kwargs, embed })
    }
}

/// The header a JSON value would have been; an empty table where no header looks like it, which then is refused as no header.
fn amqp_value(raw: &RawValue) -> AMQPValue {
    let text = raw.get();
    if let Ok(string) = serde_json::from_str::<String>(text) {
        return AMQPValue::LongString(string.into());
    }
    if let Ok(integer) = serde_json::from_str::<i64>(text) {
        return AMQPValue::LongLongInt(integer);
    }
    if let Ok(number) = serde_json::from_str::<f64>(text) {
        return AMQPValue::Double(number);
    }
    if let Ok(limits) = serde_json::from_str::<[Option<f64>; 2]>(text) {
        let mut array = FieldArray::default();
        limits.into_iter().for_each(|limit| array.push(limit.map_or(AMQPValue::Void, AMQPValue::Double)));
        return AMQPValue::FieldArray(array);
    }
    if text == "null" { AMQPValue::Void } else { AMQPValue::FieldTable(lapin::types::FieldTable::default()) }
}

fn parse_object(text: &str) -> Result<Object<'_>, DecodeError> {
    serde_json::from_str(text).map_err(|_| DecodeError::new("its body is not a JSON object of protocol 1"))
}

fn checked_text(data: &[u8]) -> Result<&str, DecodeError> {
    let text = std::str::from_utf8(data).map_err(|_| DecodeError::new("its body is not UTF-8"))?;
    check_depth(text)?;
    Ok(text)
}

fn array(value: &RawValue) -> Result<RawJson, DecodeError> {
    match kind(value) {
        b'[' => Ok(RawJson::trusted(value.get())),
        _ => Err(DecodeError::new("its args are not an array")),
    }
}

fn object(value: &RawValue) -> Result<RawJson, DecodeError> {
    match kind(value) {
        b'{' => Ok(RawJson::trusted(value.get())),
        _ => Err(DecodeError::new("its kwargs are not an object")),
    }
}

/// A raw value begins with its first byte: serde_json keeps no blanks around it.
fn kind(value: &RawValue) -> u8 {
    value.get().bytes().next().unwrap_or_default()
}

fn not_embed() -> DecodeError {
    DecodeError::new("its third element is not an object")
}
