//! `ruche webhooks` against a real `ruche up` and a real receiver.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use serde_json::Value;

use crate::program::{Ended, Up, until};

fn json(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(ended.stdout.trim()).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

/// What a receiver heard: header lines in lower case, and the body.
struct Heard {
    head: String,
    body: Value,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        let found = self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }
}

/// Answers the first requests with 500 and the others with 204.
fn receiver(refuses: usize) -> (String, mpsc::Receiver<Heard>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, heard) = mpsc::channel();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or_default() == 0 || line == "\r\n" {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = if number < refuses { "500 Oops" } else { "204 No Content" };
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            drop(sender.send(Heard { head, body: serde_json::from_slice(&body).unwrap() }));
        }
    });
    (url, heard)
}

/// May reach this machine.
fn up() -> Up {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("ruche.toml"), "[tasks.http]\nallowed_networks = ['127.0.0.1']\n").unwrap();
    Up::start_in(directory, &[])
}

#[test]
fn an_event_goes_all_the_way_to_its_receiver_and_is_tried_again() {
    let (url, heard) = receiver(1);
    let up = up();
    let events = ["--events", "task.succeeded,task.failed", "--include", "kwargs", "--json"];
    let created = json(&up.client(&[&["webhooks", "create", "billing", &url][..], &events].concat()));
    assert!(created["secret"].as_str().unwrap().starts_with("whsec_"));
    let id = up.client(&["enqueue", "ruche.sleep", "milliseconds=1"]).stdout.trim().to_owned();
    let (first, second) = (heard.recv().unwrap(), heard.recv().unwrap());
    assert_eq!(first.body["type"], "task.succeeded");
    assert_eq!(first.body["data"]["id"], id.as_str());
    assert_eq!(first.body["data"]["kwargs"]["milliseconds"], 1);
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    assert!(second.header("webhook-signature").starts_with("v1,"));
    until("the delivery told of", || {
        up.client(&["webhooks", "deliveries", "billing", "--state", "delivered"]).stdout.contains(first.header("webhook-id"))
    });
    let delivery = json(&up.client(&["webhooks", "deliveries", "billing", "--json"]));
    assert_eq!((&delivery["tries"], &delivery["last_status"]), (&2.into(), &204.into()), "delivering makes no events");
    let replayed = up.client(&["webhooks", "replay", "billing", first.header("webhook-id")]);
    assert_eq!(replayed.code, 0, "{replayed:?}");
    assert_eq!(heard.recv().unwrap().header("webhook-id"), first.header("webhook-id"));
    assert_eq!(up.client(&["webhooks", "test", "billing"]).code, 0);
    assert_eq!(heard.recv().unwrap().body["type"], "webhook.test");
}

#[test]
fn a_webhook_is_looked_at_changed_paused_and_deleted() {
    let up = up();
    let create =
        ["webhooks", "create", "w", "https://example.com/hook", "--events", "task.failed", "--queues", "a,b", "--paused"];
    let created = up.client(&create);
    assert!(created.stdout.contains("whsec_") && created.stdout.contains("not shown again"), "{created:?}");
    assert_ne!(up.client(&create).code, 0, "the name is taken");
    assert_ne!(up.client(&["webhooks", "create", "x", "https://example.com/", "--events", "task.begun"]).code, 0);
    let listed = up.client(&["webhooks"]).stdout;
    assert!(listed.contains("https://example.com/hook") && listed.contains("paused"), "{listed}");
    let updated = json(&up.client(&["webhooks", "update", "w", "--events", "task.expired", "--all-queues", "--json"]));
    assert_eq!((&updated["events"][0], &updated["queues"]), (&"task.expired".into(), &serde_json::json!([])));
    assert_eq!((&updated["url"], &updated["revision"]), (&"https://example.com/hook".into(), &2.into()));
    assert_ne!(up.client(&["webhooks", "test", "w"]).code, 0, "it is paused");
    assert_eq!(up.client(&["webhooks", "resume", "w"]).stdout.trim(), "w: active");
    assert_eq!(up.client(&["webhooks", "pause", "w"]).stdout.trim(), "w: paused");
    let rotated = json(&up.client(&["webhooks", "rotate", "w", "--previous-valid", "60", "--json"]));
    assert!(!created.stdout.contains(rotated["secret"].as_str().unwrap()));
    let shown = up.client(&["webhooks", "show", "w"]).stdout;
    assert!(shown.contains("the one before signs too") && !shown.contains("whsec_"), "{shown}");
    let replay = ["webhooks", "replay", "w", "--failed-since", "2026-01-01T00:00:00Z"];
    assert!(up.client(&replay).stdout.starts_with("0 deliveries"));
    assert_ne!(up.client(&["webhooks", "replay", "w"]).code, 0);
    assert_eq!(up.client(&["webhooks", "delete", "w"]).code, 0);
    assert_ne!(up.client(&["webhooks", "show", "w"]).code, 0);
}
