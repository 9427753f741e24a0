//! Both directions, and what strangers send.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldArray, FieldTable},
};
use proptest::prelude::*;
use ruche_domain::{CeleryContext, NewTask, Priority, QueueName, RawJson, RetryPolicy, TaskName, TaskOptions, Timestamp};
use serde_json::{Value, json};

use super::*;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn now() -> Timestamp {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn queue() -> QueueName {
    QueueName::new("celery").unwrap()
}

fn task() -> NewTask {
    NewTask {
        id: ID.parse().unwrap(),
        name: TaskName::new("proj.add").unwrap(),
        queue: queue(),
        priority: Priority::default(),
        args: RawJson::parse(r#"[1,  "a"]"#).unwrap(),
        kwargs: RawJson::parse(r#"{"secret":"payload"}"#).unwrap(),
        max_attempts: RetryPolicy::STANDARD.max_attempts(),
        created_at: now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    }
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn headers(entries: &[(&str, AMQPValue)]) -> FieldTable {
    let mut table = FieldTable::default();
    table.insert("id".into(), text(ID));
    table.insert("task".into(), text("proj.add"));
    for (name, value) in entries {
        table.insert((*name).into(), value.clone());
    }
    table
}

fn with(entries: &[(&str, AMQPValue)]) -> BasicProperties {
    BasicProperties::default().with_content_type("application/json".into()).with_headers(headers(entries))
}

fn read(properties: &BasicProperties, body: &[u8]) -> Result<TaskMessage, DecodeError> {
    decode(properties, body, &queue(), now())
}

fn reason(properties: &BasicProperties, body: &[u8]) -> String {
    read(properties, body).expect_err("it is refused").to_string()
}

fn limits(hard: AMQPValue, soft: AMQPValue) -> AMQPValue {
    AMQPValue::FieldArray(vec![hard, soft].into())
}

fn zlib(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

const BODY: &[u8] = br#"[[2, 40], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]"#;

#[test]
fn a_native_message_is_what_celery_workers_read_and_shows_no_payload() {
    let Encoded { properties, body } = Encoder::new("ruche@host").encode(&TaskMessage::native(task()));
    let embed = r#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#;
    assert_eq!(std::str::from_utf8(&body).unwrap(), format!(r#"[[1,  "a"],{{"secret":"payload"}},{embed}]"#));
    assert_eq!(properties.content_type().as_ref().unwrap().as_str(), "application/json");
    assert_eq!(properties.content_encoding().as_ref().unwrap().as_str(), "utf-8");
    assert_eq!(properties.correlation_id().as_ref().unwrap().as_str(), ID);
    assert_eq!((properties.delivery_mode(), properties.priority()), (&Some(2), &Some(0)));
    assert_eq!((properties.expiration(), properties.reply_to()), (&None, &None));
    let expected = headers(&[
        ("lang", text("rust")),
        ("root_id", text(ID)),
        ("retries", AMQPValue::LongInt(0)),
        ("timelimit", limits(AMQPValue::Void, AMQPValue::Void)),
        ("argsrepr", text("(...)")),
        ("kwargsrepr", text("{...}")),
        ("origin", text("ruche@host")),
        ("ignore_result", AMQPValue::Boolean(false)),
        (NATIVE_HEADER, AMQPValue::LongInt(1)),
    ]);
    assert_eq!(properties.headers().as_ref().unwrap(), &expected);
    assert!(!format!("{properties:?}").contains("payload"));
}

#[test]
fn of_a_native_message_the_payload_is_not_read() {
    let mut task = task();
    task.priority = Priority::MAX;
    let Encoded { properties, .. } = Encoder::new("ruche@host").encode(&TaskMessage::native(task.clone()));
    let read = read(&properties, b"\xff not JSON").expect("the row in the database has the payload");
    assert!(read.native);
    let expected = NewTask { args: RawJson::empty_array(), kwargs: RawJson::empty_object(), ..task };
    assert_eq!(read.task, expected);
}

#[test]
fn a_python_clients_message_is_read() {
    let void = || AMQPValue::Void;
    // As celery 5.7 sends `add.apply_async((2, 40), countdown=…, expires=…)`.
    let properties = with(&[
        ("lang", text("py")),
        ("shadow", void()),
        ("eta", text("2026-08-23T10:00:00.123456+02:00")),
        ("expires", text("2026-08-23T11:00:00")),
        ("group", void()),
        ("group_index", void()),
        ("retries", AMQPValue::LongInt(2)),
        ("timelimit", limits(AMQPValue::LongInt(30), AMQPValue::Double(1.5))),
        ("root_id", text(ID)),
        ("parent_id", void()),
        ("argsrepr", text("(2, 40)")),
        ("origin", text("gen1@host")),
        ("ignore_result", AMQPValue::Boolean(true)),
        ("replaced_task_nesting", AMQPValue::LongInt(0)),
        ("stamped_headers", void()),
        ("stamps", AMQPValue::FieldTable(FieldTable::default())),
        ("traceparent", text("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")),
        ("x-death", AMQPValue::FieldArray(FieldArray::default())),
    ])
    .with_content_encoding("utf-8".into())
    .with_correlation_id(ID.into())
    .with_reply_to("client".into())
    .with_priority(200)
    .with_expiration("60000".into());
    let TaskMessage { task, retries, native } = read(&properties, BODY).unwrap();
    assert!(!native);
    assert_eq!(retries, 2);
    assert_eq!((task.args.as_str(), task.kwargs.as_str()), ("[2, 40]", "{}"));
    assert_eq!(task.priority, Priority::MAX);
    assert_eq!(task.eta.unwrap().to_rfc3339(), "2026-08-23T08:00:00.123456+00:00");
    assert_eq!(task.expires_at.unwrap().to_rfc3339(), "2026-08-23T11:00:00+00:00");
    assert_eq!(task.created_at, now());
    assert_eq!(task.options.timeout, Some(Duration::from_millis(1_500)), "the shorter of hard and soft");
    assert!(task.options.trace.is_some());
    let celery = task.options.celery.unwrap();
    let expected = CeleryContext {
        reply_to: Some("client".into()),
        correlation_id: Some(ID.into()),
        root_id: Some(ID.into()),
        ignore_result: true,
        ..CeleryContext::default()
    };
    assert_eq!(*celery, expected);
}

#[test]
fn task_and_id_are_enough() {
    let properties = BasicProperties::default().with_headers(headers(&[]));
    assert_eq!(read(&properties, b"[[],{},{}]").unwrap().task.args, RawJson::empty_array());
    assert_eq!(read(&properties, b" [ [1] , { } , null ] ").unwrap().task.args.as_str(), "[1]");
}

#[test]
fn whole_numbers_of_every_amqp_type_are_read() {
    for value in [
        AMQPValue::ShortShortInt(3),
        AMQPValue::ShortShortUInt(3),
        AMQPValue::ShortInt(3),
        AMQPValue::ShortUInt(3),
        AMQPValue::LongInt(3),
        AMQPValue::LongUInt(3),
        AMQPValue::LongLongInt(3),
    ] {
        let properties = with(&[("retries", value.clone()), ("timelimit", limits(value, AMQPValue::Void))]);
        let message = read(&properties, BODY).unwrap();
        assert_eq!((message.retries, message.task.options.timeout), (3, Some(Duration::from_secs(3))));
    }
}

#[test]
fn an_endless_or_empty_time_limit_is_none() {
    for seconds in [0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
        let properties = with(&[("timelimit", limits(AMQPValue::Double(seconds), AMQPValue::Void))]);
        assert_eq!(read(&properties, BODY).unwrap().task.options.timeout, None, "{seconds}");
    }
    let short = with(&[("timelimit", limits(AMQPValue::Double(1e-9), AMQPValue::Void))]);
    assert_eq!(read(&short, BODY).unwrap().task.options.timeout, Some(Duration::from_millis(1)));
}

#[test]
fn what_a_client_wants_afterwards_is_kept() {
    let body = br#"[[],{},{"callbacks":null,"chain":[{"task":"b"}],"chord":null,"errbacks":[]}]"#;
    let celery = read(&with(&[]), body).unwrap().task.options.celery.unwrap();
    assert_eq!(celery.embed.unwrap().as_str(), r#"{"callbacks":null,"chain":[{"task":"b"}],"chord":null,"errbacks":[]}"#);
    let body = br#"[[],{},{"callbacks":[],"errbacks":[],"chain":[],"chord":null}]"#;
    assert_eq!(read(&with(&[]), body).unwrap().task.options.celery.unwrap().embed, None);
}

#[test]
fn kombus_typed_values_stay_as_they_are() {
    let body = br#"[[{"__type__":"uuid","__value__":{"hex":"00"}}],{},{}]"#;
    assert_eq!(read(&with(&[]), body).unwrap().task.args.as_str(), r#"[{"__type__":"uuid","__value__":{"hex":"00"}}]"#);
}

#[test]
fn protocol_1_is_read() {
    let body = json!({
        "task": "proj.add", "id": ID, "args": [1], "kwargs": {"k": 2}, "retries": 1, "utc": true, "group": "g",
        "eta": "2026-08-23T10:00:00", "expires": null, "timelimit": [null, 2.5], "callbacks": [{"task": "b"}], "chord": null,
        "taskset": null, "errbacks": null,
    });
    let plain = BasicProperties::default().with_content_type("application/json".into());
    let message = read(&plain, body.to_string().as_bytes()).unwrap();
    assert_eq!((message.task.name.as_str(), message.retries), ("proj.add", 1));
    assert_eq!((message.task.args.as_str(), message.task.kwargs.as_str()), ("[1]", r#"{"k":2}"#));
    assert_eq!(message.task.eta.unwrap().to_rfc3339(), "2026-08-23T10:00:00+00:00");
    assert_eq!(message.task.options.timeout, Some(Duration::from_millis(2_500)));
    let celery = message.task.options.celery.unwrap();
    assert_eq!(celery.group_id.as_deref(), Some("g"));
    let embed: Value = celery.embed.unwrap().decode().unwrap();
    assert_eq!(embed, json!({"callbacks": [{"task": "b"}], "errbacks": null, "chain": null, "chord": null}));
    // The hybrid: headers of protocol 2 count, the body is protocol 1's.
    let hybrid = read(&with(&[("retries", AMQPValue::LongInt(7))]), body.to_string().as_bytes()).unwrap();
    assert_eq!((hybrid.retries, hybrid.task.args.as_str()), (7, "[1]"));
}

#[test]
fn a_zlib_stream_is_inflated() {
    let properties = with(&[("compression", text("application/x-gzip"))]);
    assert_eq!(read(&properties, &zlib(BODY)).unwrap().task.args.as_str(), "[2, 40]");
}

#[test]
fn hostile_bodies_are_refused_with_the_reason() {
    let nested = |depth: usize| format!("[{}1{},{{}},{{}}]", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    assert!(read(&with(&[]), &nested(MAX_DEPTH - 1)).is_ok());
    let huge = format!("[[\"{}\"],{{}},{{}}]", "x".repeat(MAX_BODY));
    let table: [(&[u8], &str); 19] = [
        (b"", "JSON array"),
        (b"\x80\x02}q\x00.", "UTF-8"),
        (b"null", "JSON array"),
        (b"[[],{}]", "JSON array"),
        (b"[[],{},{},{}]", "JSON array"),
        (b"[[],{},{}", "JSON array"),
        (b"[[],{},{}] x", "JSON array"),
        (b"[[NaN],{},{}]", "JSON array"),
        (b"[{},{},{}]", "args"),
        (b"[null,{},{}]", "args"),
        (b"[[],[],{}]", "kwargs"),
        (b"[[],null,{}]", "kwargs"),
        (b"[[],{},[]]", "third element"),
        (b"[[],{},1]", "third element"),
        (br#"{"args":{},"kwargs":{}}"#, "args"),
        (br#"{"args":[],"args":[]}"#, "protocol 1"),
        (&nested(MAX_DEPTH), "deeper than 100"),
        (&b"[".repeat(1_000_000), "deeper than 100"),
        (huge.as_bytes(), "longer than"),
    ];
    for (body, expected) in table {
        let reason = reason(&with(&[]), body);
        assert!(reason.contains(expected), "{reason}: expected {expected}");
    }
    // Brackets within strings are no nesting.
    let quoted = format!("[[\"{}\\\"{}\"],{{}},{{}}]", "[".repeat(500), "{".repeat(500));
    assert!(read(&with(&[]), quoted.as_bytes()).is_ok());
}

#[test]
fn hostile_headers_are_refused_with_the_reason() {
    let long = "x".repeat(300);
    let table = [
        ("id", AMQPValue::Void, "no id"),
        ("id", AMQPValue::LongInt(1), "no id"),
        ("id", text("1"), "not a UUID"),
        ("id", text("{01890a5d-ac96-774b-bcce-b302099a8057}"), "not a UUID"),
        ("task", AMQPValue::LongInt(1), "names no task"),
        ("task", text(""), "task name"),
        ("task", text("a b"), "task name"),
        ("task", text("a\0"), "task name"),
        ("task", text(&long), "task name"),
        ("task", AMQPValue::LongString(vec![0xff].into()), "names no task"),
        ("retries", AMQPValue::LongInt(-1), "retries"),
        ("retries", AMQPValue::LongLongInt(i64::MAX), "retries"),
        ("retries", text("1"), "retries"),
        ("eta", text("tomorrow"), "eta"),
        ("eta", AMQPValue::Boolean(true), "eta"),
        ("expires", text("1e9"), "expires"),
        ("expires", AMQPValue::Timestamp(u64::MAX), "expires"),
        ("timelimit", text("1"), "timelimit"),
        ("timelimit", AMQPValue::FieldArray(FieldArray::default()), "timelimit"),
        ("timelimit", limits(text("1"), AMQPValue::Void), "timelimit"),
        ("timelimit", limits(AMQPValue::Double(f64::NAN), AMQPValue::Void), "timelimit"),
        ("compression", text("application/x-bz2"), "application/x-bz2"),
        ("compression", text("application/x-gzip"), "zlib"),
    ];
    for (name, value, expected) in table {
        let reason = reason(&with(&[(name, value.clone())]), BODY);
        assert!(reason.contains(expected), "{name} {value:?}: {reason}");
    }
}

#[test]
fn other_contents_are_refused_unopened() {
    let kinds = [
        ("application/x-python-serialize", "pickle"),
        ("application/x-yaml", "application/x-yaml"),
        ("application/x-msgpack", "application/x-msgpack"),
        ("a\nb\u{202e}", "`a?b?`"),
        ("", "content type"),
    ];
    for (kind, expected) in kinds {
        let reason = reason(&with(&[]).with_content_type(kind.into()), BODY);
        assert!(reason.contains(expected), "{reason}");
    }
    assert!(reason(&with(&[]).with_content_encoding("binary".into()), BODY).contains("binary"));
    assert!(read(&with(&[]).with_content_type("Application/JSON; charset=utf-8".into()), BODY).is_ok());
}

#[test]
fn a_zip_bomb_is_not_inflated() {
    let bomb = zlib(&vec![b'['; MAX_BODY + 1]);
    assert!(bomb.len() < MAX_BODY / 100);
    assert!(reason(&with(&[("compression", text("application/x-gzip"))]), &bomb).contains("longer than"));
}

#[test]
fn a_message_without_headers_or_sense_is_refused() {
    assert!(reason(&BasicProperties::default(), BODY).contains("names no task"));
    assert!(reason(&BasicProperties::default(), b"{}").contains("no id"));
    let nested = br#"{"task":{"a":1},"id":["x"]}"#;
    assert!(reason(&BasicProperties::default(), nested).contains("no id"));
    let forged = BasicProperties::default().with_headers({
        let mut table = FieldTable::default();
        table.insert(NATIVE_HEADER.into(), AMQPValue::LongInt(1));
        table
    });
    assert!(reason(&forged, BODY).contains("no id"));
}

#[test]
fn identifiers_that_cannot_be_are_left_out() {
    let properties = with(&[("root_id", text("a\0")), ("parent_id", text(&"x".repeat(300))), ("group", AMQPValue::LongInt(1))])
        .with_reply_to("\n".into())
        .with_correlation_id("".into());
    let celery = read(&properties, BODY).unwrap().task.options.celery.unwrap();
    assert_eq!(*celery, CeleryContext::default());
}

#[test]
fn reasons_hold_nothing_of_the_payload() {
    for body in [&br#"[["s3cret"],[],{}]"#[..], br#"[["s3cret"]"#, br#"{"args":"s3cret"}"#, br#"[["s3cret"],{},"s3cret"]"#] {
        let reason = reason(&with(&[]), body);
        assert!(!reason.contains("s3cret"), "{reason}");
    }
}

fn identifiers() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[a-zA-Z0-9 é.-]{1,40}")
}

fn times() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of((0_i64..4_000_000_000_000_000).prop_map(|micros| DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros)))
}

fn embeds() -> impl Strategy<Value = Option<RawJson>> {
    proptest::option::of(Just(RawJson::trusted(r#"{"callbacks":[{"task":"b"}],"errbacks":null,"chain":null,"chord":null}"#)))
}

prop_compose! {
    fn contexts()(
        (reply_to, correlation_id) in (identifiers(), identifiers()),
        (root_id, parent_id, group_id) in (identifiers(), identifiers(), identifiers()),
        ignore_result in any::<bool>(),
        embed in embeds(),
    ) -> CeleryContext {
        CeleryContext { reply_to, correlation_id, root_id, parent_id, group_id, ignore_result, embed }
    }
}

prop_compose! {
    fn foreign()(
        id in any::<u128>(),
        priority in 0_u8..=9,
        words in proptest::collection::vec(any::<String>(), 0..4),
        (eta, expires_at) in (times(), times()),
        timeout in proptest::option::of(1_u64..1_000_000_000),
        celery in contexts(),
        retries in 0..=i32::MAX.unsigned_abs(),
    ) -> TaskMessage {
        let timeout = timeout.map(Duration::from_millis);
        let options = TaskOptions { timeout, celery: Some(Box::new(celery)), ..TaskOptions::default() };
        let id = uuid::Uuid::from_u128(id).into();
        let (args, kwargs) = (RawJson::of(&words).unwrap(), RawJson::of(&json!({"words": words})).unwrap());
        let priority = Priority::new(priority).unwrap();
        TaskMessage { task: NewTask { id, priority, args, kwargs, eta, expires_at, options, ..task() }, retries, native: false }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(message in foreign()) {
        let Encoded { properties, body } = Encoder::new("ruche@host").encode(&message);
        let read = decode(&properties, &body, message.queue(), now()).unwrap();
        let mut expected = message.task.clone();
        // What the message says where the task says nothing.
        let celery = expected.options.celery.as_mut().unwrap();
        celery.root_id.get_or_insert_with(|| message.task.id.to_string());
        celery.correlation_id.get_or_insert_with(|| message.task.id.to_string());
        prop_assert_eq!(read.task, expected);
        prop_assert_eq!((read.retries, read.native), (message.retries, false));
    }

    #[test]
    fn no_body_brings_the_reader_down(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&with(&[]), &body);
        let _ = read(&BasicProperties::default(), &body);
        let _ = read(&with(&[("compression", text("application/x-gzip"))]), &body);
    }

    #[test]
    fn no_json_body_brings_the_reader_down(body in r#"[\[\]{}:,"a-z0-9 \\]{0,60}"#) {
        let _ = read(&with(&[]), body.as_bytes());
        let _ = read(&BasicProperties::default(), body.as_bytes());
    }
}
