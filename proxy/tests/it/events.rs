//! Server-sent events arrive as they happen.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    door::{Behind, Door},
    ruche, wire,
};

/// Reads on to the event by which a task enters a state; when it came.
fn wait_for(reader: &mut impl BufRead, id: &str, state: &str) -> Instant {
    loop {
        let line = wire::line(reader);
        let Some(data) = line.strip_prefix("data:") else { continue };
        let event: Value = serde_json::from_str(data.trim()).unwrap();
        if event["id"] == id && event["state"] == state {
            return Instant::now();
        }
    }
}

#[test]
fn events_come_while_the_task_still_runs() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let mut stream = wire::connect(door.address);
    // A browser says that it would take compressed events; compressing would hold them back.
    let headers = [("Accept", "text/event-stream"), ("Accept-Encoding", "gzip, br")];
    stream.write_all(&wire::request("GET", "/api/v1/events", &headers, b"")).unwrap();
    let mut reader = BufReader::new(stream);
    let head = wire::read_head(&mut reader);
    assert_eq!((head.status, head.header("content-encoding")), (200, ""));

    let id = ruche::enqueue(&door, &ruche::sleep(2_000));
    let running = wait_for(&mut reader, &id, "running");
    let state = wire::get(door.address, &format!("/api/v1/tasks/{id}")).json()["state"].clone();
    assert_eq!(state, "running", "the event came only after the task had ended");
    let succeeded = wait_for(&mut reader, &id, "succeeded");
    let between = succeeded - running;
    assert!(between > Duration::from_millis(1_500), "they came {between:?} apart, the task took 2 s");
}

#[test]
fn nothing_is_held_back_even_if_the_server_does_not_ask_for_that() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let door = Door::open(&Behind::default().with("server", listener.local_addr().unwrap()));
    let mut stream = wire::connect(door.address);
    stream.write_all(&wire::request("GET", "/api/v1/events?task=a", &[], b"")).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    server.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut reader = BufReader::new(stream);
    assert_eq!(wire::read_head(&mut reader).status, 200);
    for event in ["data: 1", "data: 2", "data: 3"] {
        // The next one is sent only once this one has arrived.
        server.write_all(format!("{event}\n").as_bytes()).unwrap();
        while wire::line(&mut reader) != event {}
    }
}
