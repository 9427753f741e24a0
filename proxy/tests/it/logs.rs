//! The log: JSON, one line per request, without anything that is nobody's business.

use serde_json::Value;

use crate::{
    door::{Behind, Setup},
    ruche::{self, KEY},
    wire,
};

#[test]
fn the_log_is_json_and_holds_no_secret_whatever_goes_wrong() {
    let ruche = ruche::locked();
    let door = Setup::new("door", &Behind::default().with("server", &ruche.server)).start();
    let bearer = format!("Bearer {KEY}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Cookie", "ruche_session=s3cret"),
        ("Referer", "http://ruche.example/tasks?search=s3cret"),
        ("User-Agent", "s3cret/1"),
        ("X-Request-Id", "s3cret not an id"),
    ];
    let long = "s3cret".repeat(4_000);
    let paths = [
        // Served, refused by the server, nobody there, by the door, too long, crooked, no such file.
        ("/api/v1/tasks?task=s3cret", 200),
        ("/api/v1/nothing?s3cret", 404),
        ("/grafana/?s3cret", 502),
        ("/metrics?s3cret", 404),
        (&format!("/?{long}"), 414),
        ("/a/../b?s3cret", 400),
        ("/welcome/no?s3cret", 404),
        ("/\"\\u0022%22?s3cret", 400),
    ];
    for (path, status) in paths {
        assert_eq!(wire::send(door.address, "GET", path, &headers, b"").status, status, "{path}");
    }
    let many = "GET /welcome/icon.svg?s3cret HTTP/1.1\r\nHost: x\r\n\r\n".repeat(900);
    assert!(wire::raw(door.address, (many + "s3cret\r\n\r\n").as_bytes()).contains("HTTP/1.1 429 "));

    let lines = door.log(paths.len());
    for line in &lines {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(entry["status"].is_u64() && entry["seconds"].is_f64(), "{line}");
        assert_eq!(entry["network"], "127.0.0.0/24");
    }
    let find = |path: &str| lines.iter().find(|line| line.contains(&format!("\"path\":\"{path}\""))).cloned();
    assert!(find("/api/v1/tasks").is_some_and(|line| line.contains("\"upstream_status\":\"200\"")), "{lines:#?}");
    assert!(find("/grafana/").is_some_and(|line| line.contains("\"status\":502,")), "{lines:#?}");
    let all = lines.join("\n") + &door.errors();
    assert!(!all.contains("s3cret") && !all.contains(KEY), "{all}");
}
