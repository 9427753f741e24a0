//! Requests that two programs would cut apart at different places.

use crate::{
    door::{Behind, Door},
    stand_in::StandIn,
    wire,
};

/// The statuses of the answers in what came back.
fn statuses(answer: &str) -> Vec<&str> {
    answer.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect()
}

#[test]
fn a_request_of_two_lengths_is_refused_and_the_connection_closed() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    let hidden = "GET /api/v1/hidden HTTP/1.1\r\nHost: x\r\n\r\n";
    for (headers, refused) in [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "400"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "400"),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", "400"),
        ("Content-Length: 5, 6\r\n", "400"),
        ("Content-Length: +5\r\n", "400"),
        ("Content-Length: 5 \x0b\r\n", "400"),
        ("Content-Length : 5\r\n", "400"),
        ("Transfer-Encoding: chunked, identity\r\n", "400"),
        ("Transfer-Encoding: xchunked\r\n", "400"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"),
        ("Transfer-Encoding : chunked\r\n", "400"),
    ] {
        let request = format!("POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\n{headers}\r\n0\r\n\r\n{hidden}");
        let answer = wire::raw(door.address, request.as_bytes());
        assert_eq!(statuses(&answer), [refused], "{headers:?}: {answer}");
    }
    let old = format!("POST /api/v1/tasks HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}");
    assert_eq!(statuses(&wire::raw(door.address, old.as_bytes())), ["400"]);
    let two = format!("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n{hidden}");
    assert_eq!(statuses(&wire::raw(door.address, two.as_bytes())), ["400"]);
    assert_eq!(server.heads(), Vec::<String>::new(), "nothing came through");
}

#[test]
fn headers_that_hide_behind_underscores_or_folds_are_dropped_or_refused() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    let headers = [("Content_Length", "5"), ("X_Forwarded_For", "6.6.6.6"), ("Connection", "keep-alive, X-Forwarded-For")];
    assert_eq!(wire::send(door.address, "GET", "/api/v1/tasks", &headers, b"").status, 200);
    let head = server.last();
    assert!(!head.contains("6.6.6.6") && !head.contains("Content_Length"), "{head}");
    assert!(head.to_lowercase().contains("x-forwarded-for: 127.0.0.1"), "{head}");
    let folded = "GET /api/v1/tasks HTTP/1.1\r\nHost: x\r\nX-A: b\r\n X-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n";
    let answer = wire::raw(door.address, folded.as_bytes());
    assert!(["200", "400"].contains(&statuses(&answer)[0]), "{answer}");
    assert!(!server.last().contains("6.6.6.6"), "{}", server.last());
}

#[test]
fn two_requests_on_one_connection_stay_two() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    let first = "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let second = "GET /api/v1/second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = wire::raw(door.address, format!("{first}{second}").as_bytes());
    assert_eq!(statuses(&answer), ["200", "200"], "{answer}");
    assert_eq!(server.heads().len(), 2);
}
