//! Names of programs are looked up when they are needed.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    door::{Behind, Setup, swap},
    ruche::assert_problem,
    stand_in::StandIn,
    wire,
};

/// A name server that answers every question with 127.0.0.1, once `known` says so; until then there is no such name.
fn name_server(known: Arc<AtomicBool>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, asker)) = socket.recv_from(&mut buffer) {
            let known = known.load(Ordering::SeqCst);
            let mut answer = buffer[..length].to_vec();
            // RFC 1035, section 4.1.1: a response; no such name, or one answer.
            answer[2..4].copy_from_slice(&[0x81, if known { 0x80 } else { 0x83 }]);
            answer[6..8].copy_from_slice(&[0, u8::from(known)]);
            if known {
                // The question's name, type A, class IN, a second to live, four bytes.
                answer.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
            }
            socket.send_to(&answer, asker).unwrap();
        }
    });
    address
}

#[test]
fn nginx_starts_without_the_server_and_finds_it_when_it_comes() {
    let (known, server) = (Arc::new(AtomicBool::new(false)), StandIn::start());
    let names = name_server(Arc::clone(&known));
    let setup = Setup::new("door", &Behind::default().with("server", format!("server.test:{}", server.address.port())));
    setup.edit("upstreams.conf", |text| swap(&text, "resolver 127.0.0.11 valid=5s", &format!("resolver {names} valid=1s")));
    let door = setup.start();
    assert_problem(&wire::get(door.address, "/api/v1/tasks"), 502, "bad_gateway");
    known.store(true, Ordering::SeqCst);
    let began = Instant::now();
    while wire::get(door.address, "/api/v1/tasks").status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "it is not found");
        thread::sleep(Duration::from_millis(100));
    }
}
