//! Mail servers that misbehave, and callers that try to smuggle headers and recipients.

mod server;

use ruche_domain::RetryDecision;
use serde_json::{Value, json};
use server::{MailServer, Step};

use super::*;
use crate::TestContext;

fn worker(port: u16) -> TestContext {
    configured(json!({"host": "127.0.0.1", "port": port, "tls": "none", "from": "Shop <shop@example.com>", "timeout_ms": 300}))
}

fn configured(config: Value) -> TestContext {
    TaskContext::for_tests().with(Mailer::new(Some(serde_json::from_value(config).unwrap())).unwrap())
}

fn message() -> Value {
    json!({"to": ["Ada <ada@example.com>"], "subject": "Hello", "text": "Hi Ada"})
}

async fn run(test: &TestContext, arguments: Value) -> Result<EmailSent, TaskError> {
    serde_json::from_value::<EmailSend>(arguments).unwrap().run(test).await
}

async fn fails(test: &TestContext, arguments: Value) -> (String, RetryDecision) {
    let error = run(test, arguments).await.unwrap_err();
    (error.failure.kind, error.decision)
}

fn for_good(kind: &str) -> (String, RetryDecision) {
    (kind.to_owned(), RetryDecision::Never)
}

fn retried(kind: &str) -> (String, RetryDecision) {
    (kind.to_owned(), RetryDecision::Backoff)
}

fn with(key: &str, value: Value) -> Value {
    let mut arguments = message();
    arguments[key] = value;
    arguments
}

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let server = MailServer::good().await;
    let test = worker(server.port);
    let arguments = json!({
        "to": ["Ada <ada@example.com>", "bob@example.com"], "cc": ["carol@example.com"], "bcc": ["eve@example.com"],
        "reply_to": "help@example.com", "subject": "Prêt ?", "text": "plain", "html": "<b>rich</b>", "headers": {"auto-submitted": "auto-generated"},
    });
    let sent = run(&test, arguments).await.unwrap();
    assert_eq!((sent.recipients, sent.message_id.clone()), (4, format!("<{}@example.com>", test.id())));
    let heard = server.heard();
    for line in [
        "MAIL FROM:<shop@example.com>",
        "RCPT TO:<ada@example.com>",
        "RCPT TO:<eve@example.com>",
        "From: Shop <shop@example.com>",
        "To: Ada <ada@example.com>, bob@example.com",
        "Cc: carol@example.com",
        "Reply-To: help@example.com",
        "Auto-Submitted: auto-generated",
        "plain",
        "<b>rich</b>",
    ] {
        assert!(heard.iter().any(|heard| heard.starts_with(line)), "{line} is missing in {heard:#?}");
    }
    assert!(heard.contains(&format!("Message-ID: {}", sent.message_id)));
    assert!(!heard.iter().any(|line| line.starts_with("Bcc") || line.contains("eve@example.com") && !line.starts_with("RCPT")));
}

#[tokio::test]
async fn every_attempt_sends_the_same_message() {
    let server = MailServer::good().await;
    let test = worker(server.port);
    let of = |heard: Vec<String>, what: &str| heard.into_iter().filter(|line| line.starts_with(what)).collect::<Vec<_>>();
    run(&test, message()).await.unwrap();
    run(&test, message()).await.unwrap();
    for header in ["Message-ID: ", "Date: "] {
        let lines = of(server.heard(), header);
        assert!(lines.len() == 2 && lines[0] == lines[1], "{lines:?}");
    }
}

#[tokio::test]
async fn a_dot_alone_does_not_end_the_message() {
    let server = MailServer::good().await;
    let body = "before\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\n";
    run(&worker(server.port), with("text", json!(body))).await.unwrap();
    assert_eq!(server.commands("MAIL"), ["MAIL FROM:<shop@example.com>"]);
    assert_eq!(server.commands("RCPT"), ["RCPT TO:<ada@example.com>"]);
}

#[tokio::test]
async fn what_could_become_a_header_or_a_recipient_is_refused() {
    let server = MailServer::good().await;
    let test = worker(server.port);
    for (key, value) in [
        ("subject", json!("Hi\r\nBcc: victim@example.com")),
        ("subject", json!("Hi\nX: y")),
        ("subject", json!("Hi\0")),
        ("subject", json!("\u{2028}")),
        ("subject", json!("x".repeat(999))),
        ("to", json!(["a@example.com\r\nBcc: victim@example.com"])),
        ("to", json!(["a@example.com\nRCPT TO:<b@c>"])),
        ("to", json!(["\"a\r\nb\"@example.com"])),
        ("to", json!(["a@example.com, b@example.com"])),
        ("to", json!(["a@example.com> SIZE=1"])),
        ("to", json!([""])),
        ("to", json!(["\"a@example.com\"@evil.org"])),
        ("to", json!(["nobody"])),
        ("to", json!(["@example.com"])),
        ("to", json!(["a@"])),
        ("to", json!([])),
        ("to", json!(vec!["a@example.com"; 51])),
        ("cc", json!(["x\0@example.com"])),
        ("bcc", json!(["two words"])),
        ("reply_to", json!("a@b\r\nX: y")),
        ("headers", json!({"Bcc": "victim@example.com"})),
        ("headers", json!({"From": "boss@example.com"})),
        ("headers", json!({"Message-ID": "<1@x>"})),
        ("headers", json!({"X-Mine: 1\r\nX": "y"})),
        ("headers", json!({"References": "a\r\nBcc: victim@example.com"})),
        ("text", json!(null)),
    ] {
        assert_eq!(fails(&test, with(key, value.clone())).await, for_good("invalid_arguments"), "{key}: {value}");
    }
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn only_the_configured_domains_are_written_to() {
    let server = MailServer::good().await;
    let test = configured(json!({
        "host": "127.0.0.1", "port": server.port, "tls": "none", "from": "shop@example.com", "allowed_recipient_domains": ["Example.com"],
    }));
    run(&test, with("cc", json!(["a@EXAMPLE.COM"]))).await.unwrap();
    for (key, address) in [("to", "a@example.org"), ("cc", "a@sub.example.com"), ("bcc", "a@example.com.evil.org")] {
        assert_eq!(fails(&test, with(key, json!([address]))).await, for_good("recipient_not_allowed"), "{address}");
    }
}

#[tokio::test]
async fn refusals_for_now_are_tried_again_and_others_are_not() {
    for step in Step::ALL {
        for (answer, expected) in [
            ("451 4.3.0 later ada@example.com", retried("smtp_status")),
            ("550 5.1.1 no such ada@example.com", for_good("smtp_status")),
        ] {
            let server = MailServer::answering(step, answer).await;
            let error = run(&worker(server.port), message()).await.unwrap_err();
            assert_eq!((error.failure.kind.clone(), error.decision), expected, "{step:?} {answer}");
            assert!(error.failure.message.contains(&answer[..3]) && !format!("{error:?}").contains("ada"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn garbage_is_tried_again() {
    for step in Step::ALL {
        for garbage in ["HTTP/1.1 200 OK", "999 what", "", "\u{0}\u{1}", "25"] {
            let server = MailServer::answering(step, garbage).await;
            let (kind, decision) = fails(&worker(server.port), message()).await;
            assert!(["protocol", "connect", "timeout"].contains(&kind.as_str()), "{step:?} {garbage:?}: {kind}");
            assert_eq!(decision, RetryDecision::Backoff);
        }
    }
}

#[tokio::test]
async fn silence_is_out_of_time() {
    for step in Step::ALL {
        let server = MailServer::silent(step).await;
        assert_eq!(fails(&worker(server.port), message()).await, retried("timeout"), "{step:?}");
    }
}

#[tokio::test]
async fn cancelling_ends_a_delivery_at_once() {
    let server = MailServer::silent(Step::Data).await;
    let test = configured(
        json!({"host": "127.0.0.1", "port": server.port, "tls": "none", "from": "shop@example.com", "timeout_ms": 3_600_000}),
    );
    let (outcome, ()) = tokio::join!(fails(&test, message()), async {
        server.reached(Step::Data).await;
        test.cancel();
    });
    assert_eq!(outcome, retried("cancelled"));
}

#[tokio::test]
async fn a_server_without_the_tls_that_was_asked_for_gets_no_password_and_no_message() {
    let password = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(password.path(), "hush\n").unwrap();
    for tls in ["starttls", "implicit"] {
        let server = MailServer::good().await;
        let test = configured(json!({
            "host": "127.0.0.1", "port": server.port, "tls": tls, "from": "shop@example.com", "timeout_ms": 300,
            "username": "shop", "password_file": password.path(),
        }));
        let error = run(&test, message()).await.unwrap_err();
        assert_eq!(error.decision, RetryDecision::Backoff, "{tls}: {error}");
        assert!(!format!("{error:?}").contains("hush"));
        assert!(server.commands("AUTH").is_empty() && server.commands("MAIL").is_empty(), "{tls}: {:?}", server.heard());
    }
}

#[tokio::test]
async fn without_a_mail_server_the_task_fails_for_good() {
    let test = TaskContext::for_tests().with(Mailer::new(None).unwrap());
    assert_eq!(fails(&test, message()).await, for_good("not_configured"));
}

#[test]
fn broken_configurations_are_refused() {
    for bad in [
        json!({"host": "h", "from": "nobody"}),
        json!({"host": "h", "from": "a@b.example", "username": "u"}),
        json!({"host": "h", "from": "a@b.example", "password_file": "/dev/null"}),
        json!({"host": "h", "from": "a@b.example", "username": "u", "password_file": "/no/such/file"}),
        json!({"host": "h", "from": "a@b.example", "username": "u", "password_file": "/dev/null", "tls": "none"}),
        json!({"host": "h", "from": "a@b.example", "ca_file": "/no/such/file"}),
    ] {
        let config = serde_json::from_value(bad.clone()).unwrap();
        assert!(Mailer::new(Some(config)).is_err(), "{bad}");
    }
}
