//! Paths that mean one thing to nginx and another to the program behind.

use std::io::Write;

use crate::{
    door::{Behind, Door},
    ruche::{self, assert_problem},
    stand_in::StandIn,
    wire,
};

#[test]
fn crooked_paths_are_refused_before_anybody_reads_them() {
    let other = StandIn::start();
    let mut behind = Behind::default();
    for name in ["server", "client", "grafana", "prometheus", "rabbitmq"] {
        behind = behind.with(name, other.address);
    }
    let door = Door::open(&behind);
    for path in [
        "/api/../metrics",
        "/api/v1/../../metrics",
        "/api/%2e%2e/metrics",
        "/api/%2E%2e/metrics",
        "/api/.%2e/metrics",
        "/api/..%2fmetrics",
        "/api/%2e%2e%2fmetrics",
        "/api/./v1/tasks",
        "/api/v1/tasks/..",
        "/api/..;/metrics/%2e",
        "//metrics",
        "//api/v1/tasks",
        "/api//v1/tasks",
        "/docs//init.js",
        "/api/v1/tasks\\..\\..",
        "/api/v1/tasks%5c..%5c",
        "/api/v1/tasks/%00",
        "/api/v1/tasks%0d%0aX-Evil:%201",
        "/api/v1/tasks/%7f",
        "/grafana/../api/v1/tasks",
        "/grafana/%2e%2e/api/v1/tasks",
        "/prometheus/../metrics",
        "/rabbitmq/%2e%2e%2fmetrics",
        "/welcome/../../../etc/passwd",
        "/welcome/..%2f..%2fdoor.conf",
        "/../../etc/passwd",
    ] {
        let answer = wire::get(door.address, path);
        assert_problem(&answer, 400, "bad_request");
    }
    assert_eq!(other.heads(), Vec::<String>::new(), "nobody was asked");
}

#[test]
fn what_is_no_path_is_a_problem_too() {
    let door = Door::open(&Behind::default());
    for bytes in [
        &b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        b"GET /a\x01b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET api HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let mut stream = wire::connect(door.address);
        stream.write_all(bytes).unwrap();
        let answer = wire::read(stream);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")), "{bytes:?}");
    }
}

#[test]
fn encoded_names_reach_the_api_as_they_were_sent() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    for path in
        ["/api/v1/tasks/proj%2Fadd", "/api/v1/queues/a%20b", "/api/v1/schedules/caf%C3%A9?x=%2e%2e//..", "/api/v1/tasks/a..b"]
    {
        assert_eq!(wire::get(door.address, path).status, 200, "{path}");
        assert!(server.last().starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{path}: {}", server.last());
    }
}

#[test]
fn a_name_cannot_climb_out_of_the_api() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    for path in ["/%6detrics", "/m%65trics", "/metrics/", "/metrics;x", "/METRICS", "/livez/", "/api/v1/..%252fmetrics"] {
        let answer = wire::get(door.address, path);
        assert!(!answer.text().contains("# HELP"), "{path}: {}", answer.text());
        assert!(answer.status >= 400, "{path}: {}", answer.status);
    }
}
