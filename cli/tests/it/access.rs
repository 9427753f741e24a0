//! API keys and the audit log, from the first key on.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use serde_json::Value;

use crate::program::{Ended, Up, run, until};

/// A `ruche up` that lets only bearers of keys in, and its first admin key, made in the database itself.
fn closed() -> (Up, String) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("ruche.toml"), "[http]\nrequire_key = true\n").unwrap();
    let up = Up::start_in(directory, &["--data-dir", "d"]);
    let made =
        run(up.directory.path(), &["keys", "create", "--name", "root", "--role", "admin", "--database-url", "sqlite:d/ruche.db"]);
    assert_eq!(made.code, 0, "{made:?}");
    let key = made.stdout.trim().to_owned();
    assert!(key.starts_with("rk_") && key.len() == 100 && !made.stderr.contains(&key), "{made:?}");
    (up, key)
}

fn with_key(up: &Up, key: &str, arguments: &[&str]) -> Ended {
    up.command(arguments).env("RUCHE_API_KEY", key).output().unwrap().into()
}

fn lines(ended: &Ended) -> Vec<Value> {
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_first_key_is_made_in_the_database_and_makes_others() {
    let (up, root) = closed();
    let stranger = up.client(&["tasks"]);
    assert!(stranger.code == 77 && stranger.stderr.contains("asks for an API key"), "{stranger:?}");
    let made =
        with_key(&up, &root, &["keys", "create", "--name", "ci@example", "--role", "viewer", "--expires", "30d", "--json"]);
    let made = &lines(&made)[0];
    let (viewer, id) = (made["secret"].as_str().unwrap(), made["key"]["id"].as_str().unwrap());
    assert_eq!(with_key(&up, viewer, &["tasks"]).code, 0);
    let refused = with_key(&up, viewer, &["enqueue", "ruche.noop"]);
    assert!(refused.code == 77 && refused.stderr.contains("this needs the role operator"), "{refused:?}");

    let listed = lines(&with_key(&up, &root, &["keys", "list", "--json"]));
    let names: Vec<_> = listed.iter().map(|key| key["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ci@example", "root"]);
    let table = with_key(&up, &root, &["keys", "list"]).stdout;
    assert!(table.contains("expires in 29 d") && table.contains("valid"), "{table}");

    assert_eq!(with_key(&up, &root, &["keys", "revoke", id]).code, 0);
    assert_eq!(with_key(&up, viewer, &["tasks"]).code, 77);
    assert_eq!(with_key(&up, &root, &["keys", "revoke", "01890a5d-ac96-774b-bcce-b302099a8057"]).code, 3);

    let mut log = Vec::new();
    until("the entry of the revocation", || {
        log = lines(&with_key(&up, &root, &["audit", "--json"]));
        log.len() >= 4
    });
    let told: Vec<_> = log.iter().map(|entry| (entry["actor"].as_str().unwrap(), entry["action"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [("root", "revokeKey"), ("ci@example", "enqueueTask"), ("root", "createKey"), ("command-line", "createKey")]
    );
    assert_eq!((log[0]["address"].as_str(), log[1]["status"].as_u64()), (Some("127.0.0.1"), Some(403)));
    let of_root = lines(&with_key(&up, &root, &["audit", "--actor", "root", "--action", "createKey", "--json"]));
    assert_eq!(of_root.len(), 1);
    let table = with_key(&up, &root, &["audit", "--target", id]).stdout;
    assert!(table.contains("revokeKey") && table.lines().count() == 3, "{table}");
}

#[test]
fn keys_that_make_no_sense_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let create = |arguments: &[&str]| run(directory.path(), &[&["keys", "create"], arguments].concat());
    assert_eq!(create(&["--name", "a b", "--role", "viewer"]).code, 2);
    assert_eq!(create(&["--name", "a", "--role", "root"]).code, 2);
    assert_eq!(create(&["--name", "a", "--role", "viewer", "--expires", "soon"]).code, 2);
    let no_database = create(&["--name", "a", "--role", "viewer", "--direct"]);
    assert!(no_database.code == 78 && no_database.stderr.contains("database.url"), "{no_database:?}");
    let not_migrated = create(&["--name", "a", "--role", "viewer", "--database-url", "sqlite:new.db"]);
    assert!(not_migrated.stderr.contains("run `ruche migrate`"), "{not_migrated:?}");
    migrate(directory.path());
    let reserved = create(&["--name", "configured", "--role", "viewer", "--database-url", "sqlite:new.db"]);
    assert!(reserved.code == 65 && reserved.stderr.contains("is taken"), "{reserved:?}");
    let late = ["--name", "a", "--role", "viewer", "--expires", "600w", "--database-url", "sqlite:new.db"];
    assert_eq!(create(&late).code, 65);
}

#[test]
fn the_audit_log_is_written_before_the_end() {
    let up = Up::start_in(tempfile::tempdir().unwrap(), &["--data-dir", "d"]);
    assert_eq!(up.client(&["keys", "create", "--name", "a", "--role", "viewer"]).code, 0);
    let (code, directory) = up.stop();
    assert_eq!(code, 0);
    let up = Up::start_in(directory, &["--data-dir", "d"]);
    let log = lines(&up.client(&["audit", "--json"]));
    assert_eq!((log.len(), log[0]["actor"].as_str()), (1, Some("anonymous")));
}

/// The answer to a request as it goes over the wire.
fn exchange(up: &Up, head: &str, body: &str) -> String {
    let address = up.server.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_browser_behind_a_trusted_proxy_is_seen_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("ruche.toml"), "[http]\ntrusted_proxies = ['127.0.0.0/8']\napi_key = '0123456789abcdef'\n")
        .unwrap();
    let up = Up::start_in(directory, &["--data-dir", "d"]);
    let forwarded = "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: ruche.example";
    let login = |head: &str| {
        exchange(
            &up,
            &format!("POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json{head}"),
            r#"{"key":"0123456789abcdef"}"#,
        )
    };
    let answer = login(&format!("\r\n{forwarded}\r\nOrigin: https://ruche.example"));
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    assert!(pair.starts_with("__Host-ruche=rs_"), "{answer}");
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure");
    assert!(login(&format!("\r\n{forwarded}\r\nOrigin: https://evil.example")).starts_with("HTTP/1.1 403 "));
    assert!(login("").contains("set-cookie: ruche_session=rs_"), "plain HTTP has its own name");

    let who = |head: &str| exchange(&up, &format!("GET /api/v1/session HTTP/1.1\r\nCookie: {pair}{head}"), "");
    assert!(who(&format!("\r\n{forwarded}")).contains(r#""name":"configured""#));
    assert!(who("").starts_with("HTTP/1.1 401 "), "it is a cookie of HTTPS only");
    let mut log = Vec::new();
    until("the entries of the logins", || {
        log = lines(&with_key(&up, "0123456789abcdef", &["audit", "--action", "login", "--json"]));
        log.len() >= 2
    });
    let from: Vec<_> = log.iter().map(|entry| entry["address"].as_str().unwrap()).collect();
    assert_eq!(from, ["127.0.0.1", "203.0.113.9"]);
}

fn migrate(directory: &Path) {
    assert_eq!(run(directory, &["migrate", "--database-url", "sqlite:new.db"]).code, 0);
}
