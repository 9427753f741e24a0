use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Clock, ManualClock, TaskState};

fn clock() -> ManualClock {
    ManualClock::new(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 7)
}

fn webhook() -> Webhook {
    let definition = WebhookDefinition {
        description: String::new(),
        url: "https://example.com/hook?token=hush".parse().unwrap(),
        events: vec![EventKind::Failed],
        queues: Vec::new(),
        tasks: Vec::new(),
        include: Vec::new(),
    };
    Webhook::begin(clock().new_task_id().as_uuid().into(), "billing".parse().unwrap(), definition, false, clock().now())
}

#[test]
fn the_waits_are_those_of_the_specification() {
    let waits: Vec<_> = (1..MAX_TRIES)
        .map(|tries| match Verdict::of(Answer::Status(500, None), tries, 0.5) {
            Verdict::Again { wait } => wait.as_secs(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(waits, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    assert_eq!(Verdict::of(Answer::None, MAX_TRIES, 0.5), Verdict::GaveUp);
}

#[test]
fn only_2xx_is_delivered_and_only_410_ends_the_subscription() {
    for status in 100..=599 {
        let expected = match status {
            200..=299 => "delivered",
            410 => "gone",
            _ => "again",
        };
        let verdict = match Verdict::of(Answer::Status(status, None), 1, 0.0) {
            Verdict::Delivered => "delivered",
            Verdict::Gone => "gone",
            Verdict::Again { .. } => "again",
            Verdict::GaveUp => "gave up",
        };
        assert_eq!(verdict, expected, "{status}");
    }
}

#[test]
fn a_receiver_can_ask_for_patience_and_not_for_hurry() {
    let wait = |seconds| match Verdict::of(Answer::Status(429, Some(Duration::from_secs(seconds))), 2, 0.5) {
        Verdict::Again { wait } => wait.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!((wait(1), wait(1_000), wait(u64::MAX)), (300, 1_000, 86_400));
}

proptest! {
    #[test]
    fn jitter_stays_within_a_tenth(tries in 1..MAX_TRIES, random in 0.0..1.0f64) {
        let of = |random| match Verdict::of(Answer::None, tries, random) {
            Verdict::Again { wait } => wait.as_secs_f64(),
            other => panic!("{other:?}"),
        };
        let middle = of(0.5);
        prop_assert!((of(random) - middle).abs() <= middle * 0.1 + 1e-6);
    }

    #[test]
    fn an_address_that_is_taken_has_a_host_and_no_credentials(text in "(https?://)?[a-z:@/?#.\\\\ -]{0,20}") {
        if let Ok(url) = text.parse::<WebhookUrl>() {
            let rest = url.as_str().split_once("://").unwrap().1;
            let authority = rest.split(['/', '?']).next().unwrap();
            prop_assert!(!authority.is_empty() && !authority.contains('@') && !rest.contains('#'));
        }
    }
}

#[test]
fn hostile_addresses_are_refused() {
    let long = format!("https://example.com/{}", "a".repeat(WebhookUrl::MAX_LEN));
    for bad in [
        "",
        "example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "HTTP://example.com",
        "http://",
        "http:///path",
        "http://:80/",
        "https://user:password@example.com/",
        "https://user@example.com",
        "https://example.com/#fragment",
        "https://example.com\\@evil.example",
        "https://example.com/a b",
        "https://exämple.com/",
        "https://example.com/\n",
        &long,
    ] {
        assert!(bad.parse::<WebhookUrl>().is_err(), "{bad:?}");
    }
    assert!("http://10.0.0.1:8080/hook?key=1@2".parse::<WebhookUrl>().is_ok());
}

#[test]
fn neither_secrets_nor_paths_are_shown() {
    let secret = WebhookSecret::new(&[7; 32]);
    assert_eq!(secret.expose().parse::<WebhookSecret>().unwrap(), secret);
    let shown = format!("{secret:?} {:?}", webhook());
    assert!(!shown.contains("whsec_") && !shown.contains("hush"), "{shown}");
    for bad in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        assert!(bad.parse::<WebhookSecret>().is_err(), "{bad}");
    }
}

#[test]
fn one_that_fails_for_five_days_is_paused_and_a_success_begins_anew() {
    let (start, again) = (clock().now(), Verdict::Again { wait: Duration::ZERO });
    let failing = webhook().after(again, start).unwrap();
    assert_eq!((failing.failing_since, failing.paused), (Some(start), None));
    assert_eq!(failing.after(Verdict::GaveUp, start + TimeDelta::days(5) - TimeDelta::seconds(1)), None);
    let paused = failing.after(again, start + TimeDelta::days(5)).unwrap();
    assert_eq!(paused.paused.map(|paused| paused.reason), Some(PauseReason::Failing));
    assert_eq!(paused.revision, 2);
    assert_eq!(failing.after(Verdict::Delivered, start).unwrap().failing_since, None);
    assert_eq!(webhook().after(Verdict::Delivered, start), None);
    let resumed = paused.resume(start + TimeDelta::days(6));
    assert_eq!((resumed.failing_since, resumed.paused), (None, None));
}

#[test]
fn one_whose_receiver_is_gone_is_paused_at_once() {
    let gone = webhook().after(Verdict::Gone, clock().now()).unwrap();
    assert_eq!(gone.paused.map(|paused| paused.reason), Some(PauseReason::Gone));
    assert_eq!(gone.after(Verdict::Gone, clock().now()), None);
    let asked = webhook().pause(PauseReason::Asked, clock().now());
    let told = asked.after(Verdict::Gone, clock().now()).unwrap();
    assert_eq!(told.paused, asked.paused, "the first reason stays");
}

fn event(facts: Facts) -> Event {
    let task = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    Event { kind: EventKind::Failed, occurred_at: clock().now(), webhook: "billing".parse().unwrap(), task: Some(task), facts }
}

#[test]
fn the_body_tells_the_facts_and_no_payload_unless_asked() {
    let facts = Facts {
        name: "orders.pay".into(),
        queue: "default".into(),
        attempt: 3,
        max_attempts: 3,
        created_at: 1_789_999_990_000_000,
        started_at: Some(1_789_999_999_000_001),
        finished_at: Some(1_790_000_000_000_000),
        error: Some(r#"{"kind":"http_status","message":"the answer was 500","details":"hush"}"#.into()),
        ..Facts::default()
    };
    let body: Value = serde_json::from_str(&event(facts).body()).unwrap();
    assert_eq!(
        body,
        json!({
            "type": "task.failed", "timestamp": "2026-09-21T14:13:20Z",
            "data": {
                "id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "orders.pay", "queue": "default", "state": "failed",
                "attempt": 3, "max_attempts": 3, "created_at": "2026-09-21T14:13:10Z", "started_at": "2026-09-21T14:13:19.000001Z",
                "finished_at": "2026-09-21T14:13:20Z", "error": {"kind": "http_status", "message": "the answer was 500"},
            },
        })
    );
}

#[test]
fn what_is_included_comes_as_it_was_and_what_is_too_large_is_named() {
    let facts = Facts {
        args: Some(Kept::Text("[123456789012345678901234567890]".into())),
        result: Some(Kept::TooLarge(0)),
        error: Some(json!({"kind": "k", "message": "ä".repeat(2_000)}).to_string()),
        ..Facts::default()
    };
    let body = event(facts).body();
    assert!(body.contains(r#""args":[123456789012345678901234567890]"#) && body.contains(r#""omitted":["result"]"#), "{body}");
    assert!(body.len() < 3_000, "the message is cut");
}

#[test]
fn a_test_tells_of_no_task() {
    let test = Event { kind: EventKind::Test, task: None, ..event(Facts::default()) };
    let body: Value = serde_json::from_str(&test.body()).unwrap();
    assert_eq!((&body["type"], &body["data"]), (&json!("webhook.test"), &json!({"webhook": "billing"})));
}

#[test]
fn words_are_read_back() {
    for kind in EventKind::SUBSCRIBABLE.into_iter().chain([EventKind::Test]) {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(kind.state().map(|state| format!("task.{state}")), kind.state().map(|_| kind.as_str().to_owned()));
    }
    for state in DeliveryState::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    for part in Included::ALL {
        assert_eq!(part.as_str().parse(), Ok(part));
    }
    for reason in [PauseReason::Asked, PauseReason::Gone, PauseReason::Failing] {
        assert_eq!(reason.as_str().parse(), Ok(reason));
    }
    assert!(TaskState::Queued.as_str().parse::<EventKind>().is_err());
}
