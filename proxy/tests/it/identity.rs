//! What the server learns of a caller.

use std::time::{Duration, Instant};

use crate::{
    door::{Behind, Door, Setup},
    ruche,
    stand_in::{StandIn, value},
    wire,
};

/// What a caller may say of itself, and nobody should believe.
const FORGED: [(&str, &str); 7] = [
    ("X-Forwarded-For", "6.6.6.6"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Real-IP", "6.6.6.6"),
    ("Forwarded", "for=6.6.6.6"),
    ("Proxy", "http://evil.example"),
    ("X-Request-Id", "mine-1.2_3"),
];

#[test]
fn what_a_caller_says_of_itself_is_not_passed_on() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    for path in ["/api/v1/tasks", "/api/v1/events", "/api/v1/artifacts", "/docs", "/openapi.json", "/readyz"] {
        let headers = [&FORGED[..], &[("Host", "ruche.example:8080"), ("Upgrade", "h2c")]].concat();
        wire::send(door.address, "GET", path, &headers, b"");
        let head = server.last();
        assert!(!head.contains("6.6.6.6") && !head.contains("evil") && !head.contains("h2c"), "{head}");
        for (name, expected) in [
            ("host", "ruche.example:8080"),
            ("x-forwarded-host", "ruche.example:8080"),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "http"),
            ("x-request-id", "mine-1.2_3"),
        ] {
            assert_eq!(value(&head, name), Some(expected), "{path}: {head}");
        }
    }
}

#[test]
fn the_audit_log_has_the_address_that_a_trusted_load_balancer_names() {
    let ruche = ruche::open();
    let setup = Setup::new("door", &Behind::default().with("server", &ruche.server));
    setup.edit("local.conf", |text| text + "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; real_ip_recursive on;\n");
    let door = setup.start();
    let headers = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9"), ("X-Request-Id", "audited-1")];
    let paused = wire::send(door.address, "POST", "/api/v1/queues/default/pause", &headers, b"");
    assert_eq!(paused.status, 200, "{}", paused.text());
    // The log is written after the answer.
    let began = Instant::now();
    let entry = loop {
        let log = wire::get(door.address, "/api/v1/audit").json();
        if let Some(entry) = log["data"].as_array().unwrap().iter().find(|entry| entry["request_id"] == "audited-1") {
            break entry.clone();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{log:#}");
    };
    assert_eq!(entry["address"], "203.0.113.9");
}

#[test]
fn one_id_names_a_request_in_its_answer_in_problems_and_in_the_log() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let ask = |path: &str, id: &str| {
        let answer = wire::send(door.address, "GET", path, &[("X-Request-Id", id)], b"");
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(ask("/api/v1/tasks", "good-1"), "good-1");
    assert_eq!(ask("/grafana/", "good-2"), "good-2");
    let replaced = ask("/api/v1/tasks", "bad id\"}");
    assert!(replaced.len() == 32 && replaced.bytes().all(|byte| byte.is_ascii_hexdigit()), "{replaced}");
    let log = door.log(3).join("\n");
    for id in ["good-1", "good-2", replaced.as_str()] {
        assert!(log.contains(&format!("\"request_id\":\"{id}\"")), "{id}: {log}");
    }
}
