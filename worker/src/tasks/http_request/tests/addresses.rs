//! Addresses that must not be reached, in every spelling.

use super::{server::Server, *};

/// Spellings of hosts that are, or lead to, this machine or its neighbours.
const SPELLINGS: [&str; 30] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "127\u{3002}0\u{3002}0\u{3002}1",
    "\u{2460}\u{2461}\u{2466}.0.0.1",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00::1]",
    "localhost",
    "LOCALHOST",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.0.1",
];

#[tokio::test]
async fn private_addresses_are_refused_in_every_spelling() {
    let (server, test) = (Server::saying("HTTP/1.1 200 OK\r\n\r\n").await, configured(json!({})));
    for host in SPELLINGS {
        let url = format!("http://{host}:{}/", server.port);
        assert_eq!(fails(&test, json!({"url": url})).await, for_good("blocked_address"), "{host}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_allowed_address_is_reached() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await;
    let response = run(&worker(), json!({"url": server.url("/")})).await.unwrap();
    assert_eq!((response.status, response.body.as_str(), response.truncated), (200, "hi", false));
    assert!(run(&configured(json!({"allow_private_addresses": true})), json!({"url": server.url("/")})).await.is_ok());
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n").await;
    for address in ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"] {
        let (test, names) = worker_with_names(&[&[address]]);
        let url = format!("http://innocent.example:{}/", server.port);
        assert_eq!(fails(&test, json!({"url": url})).await, for_good("blocked_address"), "{address}");
        assert_eq!(names.times_asked(), 1);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_ones_are_tried() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n").await;
    let (test, _) = worker_with_names(&[&["127.0.0.2", "::1", "127.0.0.1"]]);
    let url = format!("http://mixed.example:{}/", server.port);
    assert_eq!(run(&test, json!({"url": url})).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_a_name_says_first_is_what_is_connected_to() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await;
    let (test, names) = worker_with_names(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let url = format!("http://rebinding.example:{}/", server.port);
    assert!(run(&test, json!({"url": url})).await.is_ok());
    assert_eq!(names.times_asked(), 1, "a second question would be a second chance");
    // The name has changed its mind: the next connection is checked anew.
    assert_eq!(fails(&test, json!({"url": url})).await, for_good("blocked_address"));
    assert_eq!((names.times_asked(), server.connections()), (2, 1));
}

#[tokio::test]
async fn a_name_that_changes_between_redirects_is_refused() {
    let server = Server::saying("HTTP/1.1 302 Found\r\nLocation: /next\r\nConnection: close\r\n\r\n").await;
    let (test, names) = worker_with_names(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let url = format!("http://rebinding.example:{}/", server.port);
    assert_eq!(fails(&test, json!({"url": url, "follow_redirects": 5})).await, for_good("blocked_address"));
    assert_eq!((names.times_asked(), server.connections()), (2, 1));
}

#[tokio::test]
async fn an_unknown_name_is_tried_again() {
    let (test, _) = worker_with_names(&[]);
    assert_eq!(fails(&test, json!({"url": "http://nowhere.example/"})).await, retried("resolve"));
    let (test, _) = worker_with_names(&[&[]]);
    assert_eq!(fails(&test, json!({"url": "http://empty.example/"})).await, retried("resolve"));
}

#[tokio::test]
async fn urls_that_are_none_or_carry_credentials_are_refused() {
    let test = worker();
    let long = format!("http://127.0.0.1/{}", "a".repeat(8_192));
    for url in [
        "",
        "/",
        "example.com",
        "http://",
        "http:///",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:,x",
        "javascript:x",
        "http://user@127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://:secret@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        &long,
    ] {
        assert_eq!(fails(&test, json!({"url": url})).await, for_good("invalid_url"), "{url}");
    }
}

#[tokio::test]
async fn a_failure_does_not_tell_what_the_url_holds() {
    let (test, _) = worker_with_names(&[]);
    for url in [
        "http://user:hush@a.example/",
        "http://a.example/hush?token=hush",
        "http://127.0.0.2/hush",
        "http://127.0.0.1:1/hush?hush",
    ] {
        let error = run(&test, json!({"url": url, "headers": {"x": "hush"}})).await.unwrap_err();
        assert!(!format!("{error} {error:?} {:?}", test.lines()).contains("hush"), "{error:?}");
    }
}
