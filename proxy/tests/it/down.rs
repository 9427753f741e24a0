//! Programs behind the door that are not there, or do not answer.

use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::{
    door::{Behind, Door, Setup, swap},
    program,
    ruche::{self, assert_problem},
    stand_in::StandIn,
    wire,
};

#[test]
fn what_is_not_running_is_a_bad_gateway_and_the_door_stays_open() {
    let door = Door::open(&Behind::default());
    for path in ["/", "/api/v1/tasks", "/docs", "/openapi.json", "/grafana/", "/rabbitmq/"] {
        let answer = wire::get(door.address, path);
        assert_problem(&answer, 502, "bad_gateway");
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(answer.json()["instance"], path);
    }
    assert_eq!(wire::get(door.address, "/healthz").status, 200);
    assert_eq!(wire::get(door.address, "/welcome/").status, 200);
}

#[test]
fn what_does_not_answer_in_time_is_a_gateway_timeout() {
    let silent = StandIn::answering("");
    let setup = Setup::new("door", &Behind::default().with("server", silent.address));
    let path = setup.path("conf/http.conf");
    let text = swap(&fs::read_to_string(&path).unwrap(), "proxy_read_timeout 75s", "proxy_read_timeout 1s");
    fs::write(path, text).unwrap();
    let door = setup.start();
    assert_problem(&wire::get(door.address, "/api/v1/tasks"), 504, "gateway_timeout");
}

#[test]
fn an_answer_that_breaks_off_is_a_bad_gateway() {
    let broken = StandIn::answering("HTTP/1.1 200");
    let door = Door::open(&Behind::default().with("server", broken.address));
    assert_problem(&wire::get(door.address, "/api/v1/tasks"), 502, "bad_gateway");
}

#[test]
fn a_server_that_comes_back_is_found() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let listen = ruche.server.trim_start_matches("http://").to_owned();
    assert_eq!(wire::get(door.address, "/api/v1/tasks").status, 200);
    let (_, directory) = ruche.stop();
    assert_problem(&wire::get(door.address, "/api/v1/tasks"), 502, "bad_gateway");
    let mut again = program::ruche(directory.path(), &["up", "--listen", &listen]).stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while wire::get(door.address, "/api/v1/tasks").status == 502 && began.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(50));
    }
    let found = wire::get(door.address, "/api/v1/tasks").status;
    again.kill().unwrap();
    again.wait().unwrap();
    assert_eq!(found, 200);
}

#[test]
fn connections_to_the_server_may_be_kept() {
    let ruche = ruche::open();
    let setup = Setup::new("door", &Behind::default());
    let address = ruche.server.trim_start_matches("http://");
    let block = format!("upstream ruche {{ server {address}; keepalive 8; }}\n");
    setup.edit("upstreams.conf", |text| block + &text.replacen("http://127.0.0.1:1;", "http://ruche;", 1));
    let door = setup.start();
    for _ in 0..3 {
        assert_eq!(wire::get(door.address, "/api/v1/tasks").status, 200);
    }
}

#[test]
fn every_problem_of_nginx_is_explained_by_the_server() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let text = fs::read_to_string(door.setup.path("conf/problems.conf")).unwrap();
    let codes: Vec<_> = text.split("\"type\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(codes.len(), 12);
    for code in codes {
        assert_eq!(wire::get(door.address, code).status, 200, "{code}");
    }
}
