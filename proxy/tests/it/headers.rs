//! Headers of answers.

use crate::{
    door::{Behind, Door},
    ruche,
    stand_in::StandIn,
    wire::{self, Answer},
};

fn assert_base(answer: &Answer, path: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("strict-transport-security", ""),
        ("x-powered-by", ""),
        ("server", "nginx"),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {path}");
    }
}

#[test]
fn every_location_has_the_headers_of_all_once_and_a_policy_of_its_own() {
    let (ruche, other) = (ruche::open(), StandIn::start());
    let mut behind = Behind::default().with("server", &ruche.server);
    for name in ["client", "grafana", "prometheus", "rabbitmq"] {
        behind = behind.with(name, other.address);
    }
    let door = Door::open(&behind);
    let strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ";
    let nothing = "default-src 'none'; frame-ancestors 'none'";
    for (path, policy) in [
        ("/", strict),
        ("/tasks/anything", strict),
        ("/welcome/", strict),
        ("/welcome/welcome.css", strict),
        ("/api/v1/tasks", nothing),
        ("/api/v1/nothing", nothing),
        ("/metrics", nothing),
        ("/openapi.json", nothing),
        ("/docs", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "),
        ("/grafana/", "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "),
        ("/prometheus/", "default-src 'self'; script-src 'self' 'unsafe-inline'; "),
        ("/rabbitmq/", "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "),
    ] {
        let answer = wire::get(door.address, path);
        assert_base(&answer, path);
        assert!(answer.header("content-security-policy").starts_with(policy), "{path}: {answer:?}");
    }
    let events = wire::read_head(&mut std::io::BufReader::new({
        use std::io::Write;
        let mut stream = wire::connect(door.address);
        stream.write_all(&wire::request("GET", "/api/v1/events", &[], b"")).unwrap();
        stream
    }));
    assert_base(&events, "/api/v1/events");
    assert_eq!(events.header("content-type"), "text/event-stream");
}

#[test]
fn answers_of_the_api_keep_their_entity_tags_and_large_documents_are_compressed() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let schedule = serde_json::json!({
        "name": "hourly",
        "description": "x".repeat(200),
        "rule": {"cron": "0 * * * *"},
        "task": {"task": "ruche.sleep", "kwargs": {"milliseconds": 1}},
    });
    let created = ruche::post(&door, "/api/v1/schedules", &[], &schedule);
    assert_eq!(created.status, 201, "{}", created.text());
    let accepts = [("Accept-Encoding", "gzip, br")];
    let read = wire::send(door.address, "GET", "/api/v1/schedules/hourly", &accepts, b"");
    assert_eq!((read.status, read.header("content-encoding")), (200, ""));
    let tag = read.header("etag");
    assert!(tag.starts_with('"'), "a strong tag, good for If-Match: {tag}");
    let deleted = wire::send(door.address, "DELETE", "/api/v1/schedules/hourly", &[("If-Match", tag)], b"");
    assert_eq!(deleted.status, 204, "{}", deleted.text());

    let plain = wire::get(door.address, "/openapi.json");
    let packed = wire::send(door.address, "GET", "/openapi.json", &accepts, b"");
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
    assert!(packed.body.len() * 4 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
}
