//! Messages that are no tasks, kept for people to look at.

use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, LongString},
};

use crate::message::Encoded;

/// Where they go.
pub const DEAD_LETTER_QUEUE: &str = "ruche.dead";
/// Why they went there.
pub const REASON_HEADER: &str = "x-ruche-reason";

/// Most bytes of a reason.
const LONGEST_REASON: usize = 1_000;
/// Bytes of the frame that carries the headers left for the properties and for what Ruche adds: a reason, and at most seven
/// short strings.
const OTHER_PROPERTIES: usize = 4 * 1024;
/// Headers by which a message would be sent to other queues as well.
const ROUTING_HEADERS: [&str; 2] = ["CC", "BCC"];

/// The message as it came, but for what would make RabbitMQ refuse it, send it elsewhere or drop it: the sender's `user_id`
/// (checked against Ruche's own), `CC` and `BCC`, and the time to live; and but for its headers if they are too many for one
/// frame of `largest_frame` bytes, in which they must travel.
pub(super) fn dead_letter(properties: &BasicProperties, data: Vec<u8>, reason: &str, largest_frame: usize) -> Encoded {
    let most_headers = largest_frame.saturating_sub(OTHER_PROPERTIES);
    let mut headers = FieldTable::default();
    if let Some(own) = properties.headers().as_ref().filter(|own| table_size(own) <= most_headers) {
        for (name, value) in own.inner().iter().filter(|(name, _)| !ROUTING_HEADERS.contains(&name.as_str())) {
            headers.insert(name.clone(), value.clone());
        }
    }
    let reason = &reason[..reason.floor_char_boundary(LONGEST_REASON)];
    headers.insert(REASON_HEADER.into(), AMQPValue::LongString(LongString::from(reason)));
    let mut kept = BasicProperties::default().with_delivery_mode(2).with_headers(headers);
    macro_rules! keep {
        ($($name:ident $with:ident),*) => {
            $(if let Some(value) = properties.$name().clone() { kept = kept.$with(value); })*
        };
    }
    keep!(
        content_type with_content_type,
        content_encoding with_content_encoding,
        priority with_priority,
        correlation_id with_correlation_id,
        reply_to with_reply_to,
        message_id with_message_id,
        timestamp with_timestamp,
        kind with_type,
        app_id with_app_id
    );
    Encoded { properties: kept, body: data }
}

fn table_size(table: &FieldTable) -> usize {
    table.inner().iter().map(|(name, value)| name.as_str().len() + 1 + value_size(value)).sum::<usize>() + 4
}

fn value_size(value: &AMQPValue) -> usize {
    1 + match value {
        AMQPValue::LongString(text) => text.len() + 4,
        AMQPValue::ShortString(text) => text.as_str().len() + 1,
        AMQPValue::ByteArray(bytes) => bytes.len() + 4,
        AMQPValue::FieldArray(values) => values.as_slice().iter().map(value_size).sum::<usize>() + 4,
        AMQPValue::FieldTable(table) => table_size(table),
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_misroute_or_drop_it_is_left_out_and_the_rest_kept() {
        let mut headers = FieldTable::default();
        headers.insert("CC".into(), AMQPValue::FieldArray(vec![AMQPValue::LongString("elsewhere".into())].into()));
        headers.insert("task".into(), AMQPValue::LongString("a".into()));
        let properties = BasicProperties::default()
            .with_headers(headers)
            .with_expiration("0".into())
            .with_user_id("stranger".into())
            .with_content_type("x".into());
        let letter = dead_letter(&properties, b"body".to_vec(), &"é".repeat(1_000), 32_768);
        assert_eq!(letter.body, b"body");
        assert_eq!(letter.properties.expiration(), &None);
        assert_eq!(letter.properties.user_id(), &None);
        assert_eq!(letter.properties.content_type().as_ref().unwrap().as_str(), "x");
        let headers = letter.properties.headers().as_ref().unwrap().inner();
        assert_eq!(headers.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["task", REASON_HEADER]);
        assert_eq!(headers[REASON_HEADER], AMQPValue::LongString("é".repeat(500).into()));
    }

    #[test]
    fn headers_that_fill_a_frame_are_left_out() {
        let mut headers = FieldTable::default();
        headers.insert("big".into(), AMQPValue::LongString("x".repeat(30_000).into()));
        let properties = BasicProperties::default().with_headers(headers);
        let kept = |largest_frame| {
            let letter = dead_letter(&properties, Vec::new(), "why", largest_frame);
            letter.properties.headers().as_ref().unwrap().inner().len()
        };
        assert_eq!((kept(32_768), kept(131_072)), (1, 2));
    }
}
