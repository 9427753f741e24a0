//! What is sent: headers, bodies, signatures; and arguments that are refused.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    server::{Server, header},
    *,
};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const OLD: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What one request looks like to its receiver.
async fn sent(test: &TestContext, mut arguments: Value) -> String {
    let server = Server::saying(OK).await;
    arguments["url"] = server.url("/path?query=1#fragment").into();
    run(test, arguments).await.unwrap();
    server.heard().pop().unwrap()
}

fn signing_worker() -> TestContext {
    let secrets = json!([{"value": format!("whsec_{NEW}")}, {"value": OLD}]);
    configured(json!({"allowed_networks": ["127.0.0.1"], "signing_secrets": {"orders": secrets}}))
}

/// The signature as a receiver computes it from the specification's text.
fn expected(key: &str, request: &str) -> String {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(key).unwrap()).unwrap();
    let signed = [header(request, "webhook-id").unwrap(), header(request, "webhook-timestamp").unwrap(), body].join(".");
    mac.update(signed.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_receiver_can_verify_a_webhook_with_either_secret() {
    let test = signing_worker();
    let request = sent(&test, json!({"json": {"test": 2_432_232_314_u32}, "sign": {"secret": "orders"}})).await;
    let signatures = header(&request, "webhook-signature").unwrap();
    assert_eq!(signatures, format!("{} {}", expected(NEW, &request), expected(OLD, &request)));
    let timestamp: i64 = header(&request, "webhook-timestamp").unwrap().parse().unwrap();
    assert!((test.clock().now().timestamp() - timestamp).abs() < 60);
}

#[tokio::test]
async fn every_attempt_has_the_same_webhook_id() {
    let test = signing_worker();
    for _ in 0..2 {
        let request = sent(&test, json!({"body": "x", "sign": {"secret": "orders"}})).await;
        assert_eq!(header(&request, "webhook-id"), Some(test.id().to_string().as_str()));
    }
}

#[tokio::test]
async fn json_is_sent_as_it_was_written() {
    let server = Server::saying(OK).await;
    let body = r#"{"z":1, "a":123456789012345678901234567890.10,  "e":"\u00e9"}"#;
    let task: HttpRequest = serde_json::from_str(&format!(r#"{{"url":"{}","json":{body}}}"#, server.url("/"))).unwrap();
    task.run(&worker()).await.unwrap();
    let request = server.heard().pop().unwrap();
    assert!(request.starts_with("POST / HTTP/1.1\r\n") && request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    assert_eq!(header(&request, "content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_request_carries_the_trace_and_no_more_than_it_should() {
    let test = worker();
    let request = sent(&test, json!({})).await;
    assert!(request.starts_with("GET /path?query=1 HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "traceparent"), Some(test.trace().unwrap().as_str()));
    assert_eq!(header(&request, "user-agent"), Some(concat!("Ruche/", env!("CARGO_PKG_VERSION"))));
    let mut names: Vec<_> = request.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0.to_lowercase())).collect();
    names.sort();
    assert_eq!(names, ["accept", "host", "traceparent", "user-agent"]);
}

#[tokio::test]
async fn a_callers_headers_win_over_defaults() {
    let headers = json!({"User-Agent": "mine", "Content-Type": "application/cloudevents+json", "X-A": "1"});
    let request = sent(&worker(), json!({"json": {}, "headers": headers, "method": "PATCH"})).await;
    assert!(request.starts_with("PATCH "));
    for (name, value) in [("user-agent", "mine"), ("content-type", "application/cloudevents+json"), ("x-a", "1")] {
        assert_eq!(header(&request, name), Some(value));
    }
}

#[tokio::test]
async fn headers_that_could_split_or_redirect_a_request_are_refused() {
    let (server, test) = (Server::saying(OK).await, worker());
    for (name, value) in [
        ("X-A", "1\r\nX-B: 2"),
        ("X-A", "1\nX-B: 2"),
        ("X-A", "1\0"),
        ("X-A: 1\r\nX-B", "2"),
        ("", "1"),
        ("Host", "other.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
        ("webhook-signature", "v1,forged"),
    ] {
        let arguments = json!({"url": server.url("/"), "headers": {name: value}});
        assert_eq!(fails(&test, arguments).await, for_good("invalid_header"), "{name:?}: {value:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_line_break_in_the_url_does_not_reach_the_server() {
    let server = Server::saying(OK).await;
    run(&worker(), json!({"url": server.url("/a b\r\nX-Injected: 1\u{0}é")})).await.unwrap();
    let request = server.heard().pop().unwrap();
    assert_eq!(header(&request, "x-injected"), None, "{request}");
}

#[tokio::test]
async fn a_signing_secret_has_to_be_configured() {
    let test = signing_worker();
    let arguments = json!({"url": "http://127.0.0.1/", "sign": {"secret": "other"}});
    assert_eq!(fails(&test, arguments).await, for_good("not_configured"));
}

#[tokio::test]
async fn arguments_out_of_bounds_are_refused() {
    let test = worker();
    for (key, value) in [
        ("timeout_ms", json!(0)),
        ("timeout_ms", json!(u64::MAX)),
        ("follow_redirects", json!(6)),
        ("expected_statuses", json!([])),
        ("body", json!("and json")),
    ] {
        let arguments = json!({"url": "http://127.0.0.1/", "json": {}, key: value});
        assert_eq!(fails(&test, arguments).await, for_good("invalid_arguments"), "{key}");
    }
}

#[test]
fn arguments_of_the_wrong_shape_are_refused() {
    for bad in [
        r#"{}"#,
        r#"{"url":1}"#,
        r#"{"url":"x","method":"TRACE"}"#,
        r#"{"url":"x","method":"CONNECT"}"#,
        r#"{"url":"x","method":"get"}"#,
        r#"{"url":"x","proxy":"y"}"#,
        r#"{"url":"x","timeout_ms":-1}"#,
        r#"{"url":"x","sign":{}}"#,
        r#"{"url":"x","sign":{"secret":"a","key":"b"}}"#,
        r#"{"url":"x","expected_statuses":["1xx","nope"]}"#,
        r#"{"url":"x","headers":{"a":["b"]}}"#,
        r#"{"url":"x","max_response_bytes":-1}"#,
    ] {
        assert!(serde_json::from_str::<HttpRequest>(bad).is_err(), "{bad}");
    }
}

#[test]
fn broken_configurations_are_refused() {
    for bad in [
        json!({"signing_secrets": {"a": []}}),
        json!({"signing_secrets": {"a": [{"value": "short"}]}}),
        json!({"signing_secrets": {"a": [{"file": "/no/such/file"}]}}),
        json!({"ca_file": "/no/such/file"}),
        json!({"user_agent": "a\nb"}),
    ] {
        let config = serde_json::from_value(bad.clone()).unwrap();
        assert!(Client::new(config).is_err(), "{bad}");
    }
}
