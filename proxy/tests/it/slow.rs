//! Clients that take their time.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use crate::{
    door::{Behind, Setup},
    ruche, wire,
};

#[test]
fn many_who_never_finish_their_head_keep_nobody_out_and_are_hung_up_on() {
    let ruche = ruche::open();
    let door = Setup::new("door", &Behind::default().with("server", &ruche.server)).start();
    let began = Instant::now();
    let mut slow: Vec<_> = (0..400).map(|_| wire::connect(door.address)).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /api/v1/tasks HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    }
    let asked = Instant::now();
    assert_eq!(wire::get(door.address, "/api/v1/tasks").status, 200);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    // One of them goes on, a byte at a time: that does not buy it more time.
    let mut patient = slow.pop().unwrap();
    patient.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut byte = [0];
    while !matches!(patient.read(&mut byte), Ok(0)) && began.elapsed() < Duration::from_secs(30) {
        if patient.write_all(b"x").is_err() {
            break;
        }
    }
    for stream in &mut slow {
        let mut rest = Vec::new();
        // A reset is a hanging up, too.
        let _ = stream.read_to_end(&mut rest);
        assert!(began.elapsed() < Duration::from_secs(25), "still open after {:?}", began.elapsed());
    }
    assert!(began.elapsed() > Duration::from_secs(8), "hung up on already after {:?}", began.elapsed());
}
