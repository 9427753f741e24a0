//! Prometheus has no logins: the door asks Ruche who may look.

use serde_json::json;

use crate::{
    door::{Behind, Door},
    ruche::{self, KEY, assert_problem},
    stand_in::{StandIn, value},
    wire,
};

/// Logs in as a browser does, and gives the cookie.
fn log_in(door: &Door) -> String {
    let headers = [("Origin", "http://ruche.example:8080"), ("Host", "ruche.example:8080")];
    let answer = ruche::post(door, "/api/v1/session", &headers, &json!({"key": KEY}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn only_who_is_logged_in_sees_prometheus() {
    let (ruche, prometheus) = (ruche::locked(), StandIn::start());
    let door = Door::open(&Behind::default().with("server", &ruche.server).with("prometheus", prometheus.address));
    let ask = |path: &str, headers: &[(&str, &str)]| wire::send(door.address, "GET", path, headers, b"");

    assert_problem(&ask("/prometheus/api/v1/query?query=up", &[]), 401, "unauthorized");
    assert_problem(&ask("/prometheus/", &[("Cookie", "ruche_session=rs_made_up")]), 401, "unauthorized");
    let page = ask("/prometheus/graph", &[("Accept", "text/html,*/*")]);
    assert_eq!((page.status, page.header("location")), (302, "/"));
    assert_eq!(prometheus.heads(), Vec::<String>::new(), "it was asked nothing");

    let session = log_in(&door);
    let cookies = format!("a=b; {session}; c=d");
    let answer = ask("/prometheus/api/v1/query?query=up", &[("Cookie", &cookies), ("Authorization", "Basic YTpi")]);
    assert_eq!((answer.status, answer.text().as_str()), (200, "hello"));
    assert_eq!(value(&prometheus.last(), "cookie"), Some("a=b; c=d"), "the session is not for Prometheus");
}

#[test]
fn nobody_stops_prometheus_or_writes_to_it_through_the_door() {
    let (ruche, prometheus) = (ruche::open(), StandIn::start());
    let door = Door::open(&Behind::default().with("server", &ruche.server).with("prometheus", prometheus.address));
    for path in ["-/quit", "-/reload", "api/v1/admin/tsdb/delete_series", "api/v1/write", "api/v1/otlp/v1/metrics", "%2d/quit"] {
        let answer = wire::send(door.address, "POST", &format!("/prometheus/{path}"), &[], b"x");
        assert_problem(&answer, 404, "not_found");
    }
    assert_eq!(prometheus.heads(), Vec::<String>::new());
    assert_eq!(wire::get(door.address, "/prometheus/-/ready").status, 200, "Ruche without keys is open, and so is this");
}

#[test]
fn without_the_server_nobody_knows_who_may_look() {
    let prometheus = StandIn::start();
    let door = Door::open(&Behind::default().with("prometheus", prometheus.address));
    assert_problem(&wire::get(door.address, "/prometheus/"), 503, "unavailable");
    assert_eq!(prometheus.heads(), Vec::<String>::new());
}

#[test]
fn other_programs_see_their_own_cookies_and_not_ruche_s() {
    let (grafana, rabbitmq) = (StandIn::start(), StandIn::start());
    let door = Door::open(&Behind::default().with("grafana", grafana.address).with("rabbitmq", rabbitmq.address));
    for (sent, seen) in [
        ("grafana_session=1", Some("grafana_session=1")),
        ("ruche_session=rs_1", None),
        ("ruche_session=rs_1; grafana_session=1", Some("grafana_session=1")),
        ("grafana_session=1; ruche_session=rs_1", Some("grafana_session=1")),
        ("a=1; __Host-ruche=rs_2; b=2", Some("a=1; b=2")),
        ("__Host-ruche=rs_2; ruche_session=rs_1; b=2", Some("b=2")),
        ("a=1; ruche_session=rs_1; __Host-ruche=rs_2", Some("a=1")),
        ("my_ruche_session=1", Some("my_ruche_session=1")),
    ] {
        for (path, program) in [("/grafana/", &grafana), ("/rabbitmq/", &rabbitmq)] {
            wire::send(door.address, "GET", path, &[("Cookie", sent)], b"");
            assert_eq!(value(&program.last(), "cookie"), seen, "{sent}");
        }
    }
}
