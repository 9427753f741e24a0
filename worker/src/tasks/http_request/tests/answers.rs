//! Answers: what statuses mean, and bodies that are huge, endless, slow, broken off or no HTTP at all.

use std::time::Instant;

use super::{server::Server, *};
use tokio::io::AsyncWriteExt;

async fn answering(status: u16, headers: &str) -> Server {
    Server::saying(format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")).await
}

/// Says `head`, then `part` again and again until the other end has had enough, with a pause in between.
async fn endless(head: &'static str, part: Vec<u8>, pause: Duration) -> Server {
    let part = Arc::new(part);
    Server::doing(move |_, mut stream| {
        let part = Arc::clone(&part);
        async move {
            stream.write_all(head.as_bytes()).await.unwrap();
            while stream.write_all(&part).await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn statuses_are_failures_for_good_or_for_now() {
    for status in [408, 425, 429, 500, 501, 502, 503, 504, 599] {
        let server = answering(status, "").await;
        assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, retried("http_status"), "{status}");
    }
    for status in [300, 304, 400, 401, 403, 404, 409, 410, 422, 451] {
        let server = answering(status, "").await;
        assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, for_good("http_status"), "{status}");
        let listed = json!({"url": server.url("/"), "retry_statuses": [status]});
        assert_eq!(fails(&worker(), listed).await, retried("http_status"), "{status}");
        let expected = json!({"url": server.url("/"), "expected_statuses": [status]});
        assert_eq!(run(&worker(), expected).await.unwrap().status, status);
    }
    let server = answering(200, "").await;
    assert_eq!(fails(&worker(), json!({"url": server.url("/"), "expected_statuses": [204]})).await, for_good("http_status"));
}

#[tokio::test]
async fn retry_after_is_honoured_where_the_answer_is_tried_again() {
    let server = answering(429, "Retry-After: 17\r\n").await;
    let expected = ("http_status".to_owned(), RetryDecision::After(Duration::from_secs(17)));
    assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, expected);
    let server = answering(404, "Retry-After: 17\r\n").await;
    assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, for_good("http_status"));
}

#[tokio::test]
async fn only_headers_that_are_no_credentials_are_kept() {
    let server = answering(200, "Set-Cookie: hush\r\nETag: \"x\"\r\nAuthorization: hush\r\nX-Other: y\r\n").await;
    let headers = run(&worker(), json!({"url": server.url("/")})).await.unwrap().headers;
    assert_eq!(headers.into_iter().collect::<Vec<_>>(), [("content-length".into(), "0".into()), ("etag".into(), "\"x\"".into())]);
}

#[tokio::test]
async fn a_body_that_is_no_text_becomes_text() {
    let server = Server::saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na\xff\0b".to_vec()).await;
    assert_eq!(run(&worker(), json!({"url": server.url("/")})).await.unwrap().body, "a\u{fffd}\u{fffd}b");
}

#[tokio::test]
async fn an_endless_body_is_cut_or_refused() {
    let server =
        endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nabcde\r\n".repeat(1000), Duration::ZERO).await;
    let response = run(&worker(), json!({"url": server.url("/"), "max_response_bytes": 12})).await.unwrap();
    assert_eq!((response.body.as_str(), response.truncated), ("abcdeabcdeab", true));
    let refused = json!({"url": server.url("/"), "on_large_body": "fail"});
    assert_eq!(fails(&worker(), refused).await, for_good("body_too_large"));
}

#[tokio::test]
async fn a_body_that_fits_exactly_is_whole() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde").await;
    for (limit, body, truncated) in [(5, "abcde", false), (4, "abcd", true), (0, "", true)] {
        let response = run(&worker(), json!({"url": server.url("/"), "max_response_bytes": limit})).await.unwrap();
        assert_eq!((response.body.as_str(), response.truncated), (body, truncated));
    }
}

#[tokio::test]
async fn the_configuration_limits_what_a_caller_may_keep() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde").await;
    let test = configured(json!({"allowed_networks": ["127.0.0.1"], "max_response_bytes": 2}));
    let response = run(&test, json!({"url": server.url("/"), "max_response_bytes": 1_000_000_000})).await.unwrap();
    assert_eq!((response.body.as_str(), response.truncated), ("ab", true));
}

#[tokio::test]
async fn an_announced_giant_is_refused_unread_and_takes_no_memory() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n";
    let silent = endless(head, b"x".to_vec(), Duration::from_secs(3600)).await;
    assert_eq!(fails(&worker(), json!({"url": silent.url("/"), "on_large_body": "fail"})).await, for_good("body_too_large"));
    let server = endless(head, vec![b'x'; 65_536], Duration::ZERO).await;
    let response = run(&worker(), json!({"url": server.url("/"), "max_response_bytes": 10})).await.unwrap();
    assert_eq!((response.body.len(), response.truncated), (10, true));
}

#[tokio::test]
async fn a_compressed_bomb_is_not_unpacked() {
    // 67 bytes of gzip that unpack to more than the limit; here their being gzip doesn't matter, only that nobody unpacks.
    let packed = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &[0x42; 57]].concat();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
    let server = Server::saying([head.as_bytes(), &packed].concat()).await;
    let response = run(&worker(), json!({"url": server.url("/")})).await.unwrap();
    assert_eq!(response.body, String::from_utf8_lossy(&packed).replace('\0', "\u{fffd}"));
    assert_eq!(server::header(&server.heard()[0], "accept-encoding"), None);
}

#[tokio::test]
async fn slow_and_silent_servers_are_out_of_time() {
    for (head, drip) in [("", ""), ("HTTP/1.1 200 OK\r\nX: ", "x"), ("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x")] {
        let server = endless(head, drip.into(), Duration::from_millis(10)).await;
        let started = Instant::now();
        assert_eq!(fails(&worker(), json!({"url": server.url("/"), "timeout_ms": 150})).await, retried("timeout"), "{head}");
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[tokio::test]
async fn the_tasks_own_time_limit_holds_too() {
    let server = endless("", Vec::new(), Duration::from_secs(3600)).await;
    let test = worker().with_time_limit(Duration::from_millis(50));
    assert_eq!(fails(&test, json!({"url": server.url("/"), "timeout_ms": 3_600_000})).await, retried("timeout"));
}

#[tokio::test]
async fn cancelling_ends_a_request_at_once() {
    let test = Arc::new(worker());
    let cancel = Arc::clone(&test);
    let server = Server::doing(move |_, stream| {
        cancel.cancel();
        async move {
            std::future::pending::<()>().await;
            drop(stream);
        }
    })
    .await;
    assert_eq!(fails(&test, json!({"url": server.url("/"), "timeout_ms": 3_600_000})).await, retried("cancelled"));
}

#[tokio::test]
async fn connections_that_break_or_speak_something_else_are_tried_again() {
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(10_000));
    let long_header = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(10_000_000));
    for broken in [
        "",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 200",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        &many_headers,
        &long_header,
    ] {
        let server = Server::saying(broken).await;
        let outcome = fails(&worker(), json!({"url": server.url("/")})).await;
        assert_eq!(outcome, retried("protocol"), "{}", &broken[..broken.len().min(60)]);
    }
}

#[tokio::test]
async fn a_connection_reset_in_the_body_is_tried_again() {
    let server = Server::doing(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc").await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, retried("protocol"));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_tried_again() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(fails(&worker(), json!({"url": format!("http://127.0.0.1:{closed}/")})).await, retried("connect"));
}
