//! How much one address may ask for, and how large a request may be.

use std::{
    io::{BufReader, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use crate::{
    door::{Behind, Door, Setup, swap},
    ruche::{self, assert_problem},
    stand_in::StandIn,
    wire::{self, Answer},
};

/// Sends requests over one connection without waiting for answers.
fn burst(door: &Door, requests: usize) -> Vec<Answer> {
    let mut stream = wire::connect(door.address);
    let one = "GET /welcome/icon.svg HTTP/1.1\r\nHost: ruche.example\r\n\r\n";
    stream.write_all(one.repeat(requests).as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let read = |_| {
        let mut answer = wire::read_head(&mut reader);
        answer.body = vec![0; answer.header("content-length").parse().unwrap()];
        std::io::Read::read_exact(&mut reader, &mut answer.body).unwrap();
        answer
    };
    (0..requests).map(read).collect()
}

/// Opens a connection and asks on it, without waiting for an answer.
fn ask(door: &Door, path: &str) -> TcpStream {
    let mut stream = wire::connect(door.address);
    stream.write_all(&wire::request("GET", path, &[], b"")).unwrap();
    stream
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let door = Door::open(&Behind::default());
    let answers = burst(&door, 900);
    let (served, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(served.len() > 200, "the burst is served: {}", served.len());
    assert!(!refused.is_empty(), "900 at once are too many");
    for answer in &refused {
        assert_problem(answer, 429, "too_many_requests");
    }
    let wait: u64 = refused[0].header("retry-after").parse().unwrap();
    thread::sleep(Duration::from_secs(wait));
    assert_eq!(wire::get(door.address, "/welcome/icon.svg").status, 200);
}

#[test]
fn networks_that_a_deployment_trusts_are_not_counted() {
    let setup = Setup::new("door", &Behind::default());
    setup.edit("local.conf", |text| swap(&text, "    default 0;", "    default 0;\n    127.0.0.0/8 1;"));
    let door = setup.start();
    assert!(burst(&door, 900).iter().all(|answer| answer.status == 200));
}

#[test]
fn one_address_may_keep_so_many_streams_and_connections_open() {
    let ruche = ruche::open();
    let silent = StandIn::answering("");
    let door = Door::open(&Behind::default().with("server", &ruche.server).with("grafana", silent.address));
    let mut streams: Vec<_> = (0..50).map(|_| ask(&door, "/api/v1/events")).collect();
    for stream in &mut streams {
        assert_eq!(wire::read_head(&mut BufReader::new(stream)).status, 200);
    }
    assert_problem(&wire::get(door.address, "/api/v1/events"), 429, "too_many_requests");
    assert_eq!(wire::get(door.address, "/api/v1/tasks").status, 200, "other requests go on");
    let _waiting: Vec<_> = (0..50).map(|_| ask(&door, "/grafana/")).collect();
    while silent.heads().len() < 50 {
        thread::yield_now();
    }
    assert_problem(&wire::get(door.address, "/api/v1/tasks"), 429, "too_many_requests");
    drop(streams);
    while wire::get(door.address, "/api/v1/tasks").status == 429 {
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_by_its_announcement() {
    let server = StandIn::start();
    let door = Door::open(&Behind::default().with("server", server.address));
    let head = "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16777217\r\n\r\n";
    let mut stream = wire::connect(door.address);
    stream.write_all(head.as_bytes()).unwrap();
    assert_problem(&wire::read(stream), 413, "body_too_large");
    assert_eq!(server.heads(), Vec::<String>::new());
}

#[test]
fn a_body_that_is_too_large_without_saying_so_is_cut_off() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
    let head = "POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = wire::raw(door.address, [head.as_bytes(), chunk.repeat(17).as_bytes(), b"0\r\n\r\n"].concat().as_slice());
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_too_large"), "{answer}");
}

#[test]
fn artifacts_may_be_larger_than_other_bodies() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 251) as u8).collect();
    let kept = wire::send(door.address, "POST", "/api/v1/artifacts?name=large.bin", &[], &bytes);
    assert_eq!(kept.status, 201, "{}", kept.text());
    let path = format!("{}/content", kept.header("location"));
    let read = wire::get(door.address, &path);
    assert!(read.status == 200 && read.body == bytes);
    let part = wire::send(door.address, "GET", &path, &[("Range", "bytes=10-19")], b"");
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[10..20]));
    assert!(
        part.header("content-security-policy").contains("sandbox")
            || part.header("content-disposition").starts_with("attachment")
    );
}

#[test]
fn heads_that_are_too_large_are_problems_too() {
    let door = Door::open(&Behind::default());
    let long = "x".repeat(20_000);
    assert_problem(&wire::get(door.address, &format!("/api/v1/tasks?cursor={long}")), 414, "uri_too_long");
    let answer = wire::send(door.address, "GET", "/api/v1/tasks", &[("X-Long", &long)], b"");
    assert_problem(&answer, 431, "headers_too_large");
}
