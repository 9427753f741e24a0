//! The library.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use xtask::services::{Durability, Postgres, Rabbit, postgres_bindir, start_both, tree};

#[test]
fn both_serve_as_an_unprivileged_account_and_leave_nothing_behind() {
    let (postgres, rabbit) = start_both(Durability::Fast).unwrap();
    assert_eq!(psql(&postgres.url(), "show fsync"), "off");
    assert!(speaks_amqp(&rabbit.url()));

    let pids = [postgres.pids(), rabbit.pids()].concat();
    let directories = [postgres.directory().to_owned(), rabbit.directory().to_owned()];
    assert!(pids.len() > 5, "{pids:?}");
    for pid in &pids {
        assert!(!runs_as_root(*pid), "process {pid}");
    }

    drop((postgres, rabbit));
    for pid in pids {
        assert_eq!(tree(pid), [], "process {pid} is still there");
    }
    for directory in directories {
        assert!(!directory.exists(), "{} is still there", directory.display());
    }
}

#[test]
fn postgres_keeps_its_data_and_its_address_over_kill_and_stop() {
    let mut postgres = Postgres::start(Durability::Default).unwrap();
    let url = postgres.url();
    assert_eq!(psql(&url, "show fsync"), "on");
    psql(&url, "create table bee as select 42 as wings");

    let before = postgres.pids();
    postgres.kill9();
    assert_eq!(postgres.pids(), []);
    assert!(before.into_iter().all(|pid| tree(pid).is_empty()));
    postgres.restart().unwrap();
    assert_eq!(postgres.url(), url);
    assert_eq!(psql(&url, "select wings from bee"), "42");

    postgres.stop();
    assert_eq!(postgres.pids(), []);
    postgres.restart().unwrap();
    assert_eq!(psql(&url, "select wings from bee"), "42");
}

#[test]
fn a_postgres_that_is_dropped_while_killed_leaves_no_shared_memory() {
    let mut postgres = Postgres::start(Durability::Default).unwrap();
    // The seventh line of postmaster.pid: "key id" of its System V segment.
    let file = std::fs::read_to_string(postgres.directory().join("data/postmaster.pid")).unwrap();
    let id = file.lines().nth(6).unwrap().split_whitespace().nth(1).unwrap().to_owned();
    let exists = || {
        let segments = std::fs::read_to_string("/proc/sysvipc/shm").unwrap_or_default();
        segments.lines().any(|line| line.split_whitespace().nth(1) == Some(&id))
    };
    if cfg!(target_os = "linux") {
        assert!(exists());
    }
    postgres.kill9();
    drop(postgres);
    assert!(!exists());
}

#[test]
fn rabbit_keeps_its_address_over_a_kill() {
    let mut rabbit = Rabbit::start().unwrap();
    let url = rabbit.url();
    rabbit.kill9();
    assert_eq!(rabbit.pids(), []);
    assert!(!speaks_amqp(&url));
    rabbit.restart().unwrap();
    assert_eq!(rabbit.url(), url);
    assert!(speaks_amqp(&url));
}

fn psql(url: &str, query: &str) -> String {
    let output =
        Command::new(postgres_bindir().unwrap().join("psql")).args([url, "-X", "-A", "-t", "-c", query]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The first frame after the protocol header is `Connection.Start`: class 10, method 10.
fn speaks_amqp(url: &str) -> bool {
    let address = url.split(['@', '/']).nth(3).unwrap();
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let mut frame = [0; 11];
    stream.write_all(b"AMQP\x00\x00\x09\x01").is_ok() && stream.read_exact(&mut frame).is_ok() && frame[7..] == [0, 10, 0, 10]
}

fn runs_as_root(pid: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    let process = format!("/proc/{pid}");
    Path::new(&process).metadata().is_ok_and(|meta| meta.uid() == 0)
}
