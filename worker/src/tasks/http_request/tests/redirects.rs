//! Redirects: to private addresses, in circles, to other hosts.

use super::{
    server::{Server, header},
    *,
};
use tokio::io::AsyncWriteExt;

async fn redirecting(status: u16, location: &str) -> Server {
    Server::saying(format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        .await
}

/// Redirects everything but `/end`, where it says "arrived".
async fn redirecting_to_end(status: u16) -> Server {
    Server::doing(move |path, mut stream| async move {
        let answer = match path.as_str() {
            "/end" => "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\narrived".to_owned(),
            _ => format!("HTTP/1.1 {status} Moved\r\nLocation: /end\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let target = Server::saying("HTTP/1.1 200 OK\r\n\r\n").await;
    for host in ["127.0.0.2", "0x7f.2", "[::1]", "[::ffff:127.0.0.1]", "0", "169.254.169.254", "10.0.0.1"] {
        let server = redirecting(307, &format!("http://{host}:{}/", target.port)).await;
        assert_eq!(
            fails(&worker(), json!({"url": server.url("/"), "follow_redirects": 5})).await,
            for_good("blocked_address"),
            "{host}"
        );
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_or_with_credentials_is_refused() {
    for location in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://user:secret@127.0.0.1/"] {
        let server = redirecting(302, location).await;
        assert_eq!(
            fails(&worker(), json!({"url": server.url("/"), "follow_redirects": 1})).await,
            for_good("invalid_url"),
            "{location}"
        );
    }
    for location in ["http://", "http://[", "//:0:0"] {
        let server = redirecting(302, location).await;
        assert_eq!(
            fails(&worker(), json!({"url": server.url("/"), "follow_redirects": 1})).await,
            for_good("redirect"),
            "{location}"
        );
    }
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let server = redirecting(302, "/again").await;
    assert_eq!(fails(&worker(), json!({"url": server.url("/"), "follow_redirects": 5})).await, for_good("redirect"));
    assert_eq!(server.heard().len(), 6);
}

#[tokio::test]
async fn redirects_are_not_followed_unless_asked_for() {
    let server = redirecting(302, "/end").await;
    assert_eq!(fails(&worker(), json!({"url": server.url("/")})).await, for_good("http_status"));
    let response = run(&worker(), json!({"url": server.url("/"), "expected_statuses": ["3xx"]})).await.unwrap();
    assert_eq!((response.status, response.headers["location"].as_str(), response.redirects), (302, "/end", 0));
}

#[tokio::test]
async fn the_method_and_the_body_follow_as_http_says() {
    for (status, method, method_after) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
        (302, "PUT", "PUT"),
    ] {
        let server = redirecting_to_end(status).await;
        let arguments = json!({"url": server.url("/"), "method": method, "json": {"a": 1}, "follow_redirects": 1});
        let response = run(&worker(), arguments).await.unwrap();
        assert_eq!((response.body.as_str(), response.redirects), ("arrived", 1));
        let last = server.heard().pop().unwrap();
        assert!(last.starts_with(&format!("{method_after} /end ")), "{status} {last}");
        assert_eq!(last.ends_with(r#"{"a":1}"#), method_after != "GET", "{status}");
        assert_eq!(header(&last, "content-type").is_some(), method_after != "GET", "{status}");
    }
}

#[tokio::test]
async fn credentials_and_signatures_do_not_follow_to_another_origin() {
    let secret = json!({"value": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    let test = configured(json!({"allowed_networks": ["127.0.0.1"], "signing_secrets": {"s": [secret]}}));
    let target = Server::saying("HTTP/1.1 200 OK\r\n\r\n").await;
    let (elsewhere, here) = (redirecting(307, &target.url("/")).await, redirecting_to_end(307).await);
    let headers = json!({"Authorization": "Bearer hush", "Cookie": "hush", "X-Api-Key": "hush", "Accept": "text/plain"});
    for server in [&elsewhere, &here] {
        let arguments =
            json!({"url": server.url("/"), "headers": headers, "body": "x", "sign": {"secret": "s"}, "follow_redirects": 1});
        run(&test, arguments).await.unwrap();
    }
    let there = target.heard().pop().unwrap();
    assert!(
        !there.contains("hush")
            && header(&there, "webhook-signature").is_none()
            && header(&there, "accept") == Some("text/plain"),
        "{there}"
    );
    let same = here.heard().pop().unwrap();
    assert!(same.contains("Bearer hush") && header(&same, "webhook-signature").is_some(), "{same}");
}
