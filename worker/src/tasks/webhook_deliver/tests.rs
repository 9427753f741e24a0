use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use ruche_domain::{
    AttemptOutcome, Clock, NewTask, Priority, RawJson, RetryDecision, SystemClock, TaskFailure, TaskId, TaskName, TaskOptions,
    WorkerName,
    webhook::{Delivery, DeliveryState, EventKind, Webhook, WebhookDefinition, WebhookSecret},
};
use ruche_store::{
    AttemptRef, ClaimRequest, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Store, WebhookChange, WebhookCreation, Webhooks,
};
use ruche_store_sqlite::SqliteStore;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::AsyncWriteExt;

use super::{
    super::http_request::tests::server::{Server, header},
    *,
};
use crate::TestContext;

/// A store with a webhook to `url` and one event: a task failed.
struct World {
    store: Arc<SqliteStore>,
    hook: Webhook,
    secret: WebhookSecret,
    failed: TaskId,
}

impl World {
    async fn with(url: &str) -> Self {
        let store = Arc::new(SqliteStore::temporary().await.unwrap());
        let definition = WebhookDefinition {
            description: String::new(),
            url: url.parse().unwrap(),
            events: EventKind::SUBSCRIBABLE.to_vec(),
            queues: Vec::new(),
            tasks: Vec::new(),
            include: Vec::new(),
        };
        let id = SystemClock.new_task_id().as_uuid().into();
        let hook = Webhook::begin(id, "billing".parse().unwrap(), definition, false, SystemClock.now());
        let secret = WebhookSecret::new(&SystemClock.secret());
        assert_eq!(store.create_webhook(&hook, &secret).await.unwrap(), WebhookCreation::Created);
        let failed = fail_one(&store).await;
        Self { store, hook, secret, failed }
    }

    /// A worker that the delivery is given to.
    async fn worker(&self, config: Value) -> TestContext {
        let client = Client::new(serde_json::from_value(config).unwrap()).unwrap();
        let context = TaskContext::for_tests().with(client).with(Ledger(self.store.clone(), Deliveries::default()));
        let by = context.id();
        let make = |id: DeliveryId| NewTask { id: by, kwargs: RawJson::of(&json!({"delivery": id})).unwrap(), ..task(DELIVER) };
        self.store.dispatch_webhooks(SystemClock.now(), 10, &make).await.unwrap();
        context
    }

    async fn run(&self, context: &TestContext) -> Result<WebhookDelivered, TaskError> {
        WebhookDeliver { delivery: self.delivery().await.id.to_string() }.run(context).await
    }

    /// Gives the delivery to a worker that may reach this machine, which tries once; also its context, to look at the log.
    async fn deliver(&self) -> (Result<WebhookDelivered, TaskError>, TestContext) {
        let context = self.worker(json!({"allowed_networks": ["127.0.0.1"]})).await;
        (self.run(&context).await, context)
    }

    async fn delivery(&self) -> Delivery {
        let page = self.store.deliveries(self.hook.id, None, None, 10).await.unwrap();
        page.rows.into_iter().next().unwrap()
    }

    async fn change(&self, change: WebhookChange) {
        self.store.change_webhook(&self.hook.name, None, &change, SystemClock.now()).await.unwrap();
    }

    async fn stands(&self) -> Webhook {
        self.store.webhook(&self.hook.name).await.unwrap().unwrap()
    }
}

fn task(name: &str) -> NewTask {
    NewTask {
        id: SystemClock.new_task_id(),
        name: TaskName::new(name).unwrap(),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::trusted(r#"{"password":"hush"}"#),
        max_attempts: 1,
        created_at: SystemClock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    }
}

async fn fail_one(store: &SqliteStore) -> TaskId {
    let (task, now) = (task("orders.pay"), SystemClock.now());
    let id = task.id;
    store.enqueue(&[EnqueueRequest { tasks: vec![task], idempotency: None }], now).await.unwrap();
    let worker = WorkerName::new("ruche@test").unwrap();
    let claimed =
        store.claim(&worker, vec![ClaimRequest { id, foreign: None }], now, now + TimeDelta::seconds(30)).await.unwrap();
    let outcome = AttemptOutcome::Failed { failure: TaskFailure::new("boom", "it went wrong") };
    let attempt = AttemptRef { id, attempt: claimed[0].attempt };
    assert_eq!(
        store.finish(&[FinishedAttempt { attempt, outcome, finished_at: now, of_workflow: false }]).await.unwrap(),
        [true]
    );
    id
}

fn answer(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// By the specification's words, from the bytes that were heard.
fn verifies(request: &str, secret: &WebhookSecret) -> bool {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let [id, timestamp, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| header(request, name).unwrap());
    let key = STANDARD.decode(secret.expose().trim_start_matches("whsec_")).unwrap();
    let content = [id, timestamp, body].join(".");
    signatures.split(' ').any(|signature| {
        let given = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(content.as_bytes());
        mac.verify_slice(&given).is_ok()
    })
}

#[tokio::test]
async fn an_event_is_told_signed_and_entered() {
    let server = Server::saying(answer("204 No Content")).await;
    let world = World::with(&server.url("/hook?key=1")).await;
    let (outcome, context) = world.deliver().await;
    assert_eq!(outcome.unwrap(), WebhookDelivered { outcome: DeliveryOutcome::Delivered, status: Some(204) });
    let heard = server.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].starts_with("POST /hook?key=1 HTTP/1.1\r\n") && verifies(&heard[0], &world.secret), "{}", heard[0]);
    assert!(!verifies(&heard[0], &WebhookSecret::new(&[7; 32])), "the check can fail");
    let delivery = world.delivery().await;
    assert_eq!(header(&heard[0], "webhook-id"), Some(delivery.id.to_string().as_str()));
    assert_eq!(header(&heard[0], "content-type"), Some("application/json"));
    let body: Value = serde_json::from_str(heard[0].split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["type"], &body["data"]["id"]), (&json!("task.failed"), &json!(world.failed)));
    assert!(!heard[0].contains("hush"), "payloads are told only to who asked");
    assert_eq!((delivery.state, delivery.tries, delivery.last_status), (DeliveryState::Delivered, 1, Some(204)));
    let log = format!("{:?}", context.lines());
    assert!(log.contains("answered 204") && !log.contains("key=1") && !log.contains("whsec_"), "{log}");
}

#[tokio::test]
async fn while_a_secret_is_replaced_the_old_and_the_new_one_verify() {
    let server = Server::saying(answer("200 OK")).await;
    let world = World::with(&server.url("/")).await;
    let secret = WebhookSecret::new(&SystemClock.secret());
    let until = SystemClock.now() + TimeDelta::hours(1);
    world.change(WebhookChange::Rotate { secret: secret.clone(), until }).await;
    world.deliver().await.0.unwrap();
    let heard = &server.heard()[0];
    assert!(verifies(heard, &world.secret) && verifies(heard, &secret));
    assert_eq!(header(heard, "webhook-signature").unwrap().split(' ').count(), 2);
}

#[tokio::test]
async fn what_is_refused_is_tried_again_and_told_once_more_under_its_id() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = Server::doing(move |_, mut stream| {
        let refuses = counted.fetch_add(1, Ordering::SeqCst) < 2;
        async move {
            let text = answer(if refuses { "500 Oops" } else { "200 OK" });
            let _ = stream.write_all(text.as_bytes()).await;
        }
    })
    .await;
    let world = World::with(&server.url("/")).await;
    let (first, context) = world.deliver().await;
    let second = world.run(&context).await;
    assert!(world.stands().await.failing_since.is_some());
    let third = world.run(&context).await;
    let waits = [first, second].map(|failed| match failed.unwrap_err().decision {
        RetryDecision::After(wait) => wait.as_secs_f64(),
        other => panic!("{other:?}"),
    });
    assert!((4.5..=5.5).contains(&waits[0]) && (270.0..=330.0).contains(&waits[1]), "{waits:?}");
    assert_eq!(third.unwrap().outcome, DeliveryOutcome::Delivered);
    let ids: Vec<_> = server.heard().iter().map(|request| header(request, "webhook-id").unwrap().to_owned()).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]));
    assert_eq!((world.delivery().await.tries, world.stands().await.failing_since), (3, None));
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_gets_it() {
    let text = "HTTP/1.1 429 Slow Down\r\nRetry-After: 1000\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = Server::saying(text).await;
    let world = World::with(&server.url("/")).await;
    let error = world.deliver().await.0.unwrap_err();
    assert_eq!(error.decision, RetryDecision::After(Duration::from_secs(1_000)));
    assert_eq!(error.failure, TaskFailure::new("http_status", "the answer was 429"));
    let delivery = world.delivery().await;
    assert_eq!((delivery.state, delivery.last_error.as_deref()), (DeliveryState::Sending, Some("the answer was 429")));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone() {
    let server = Server::saying(answer("410 Gone")).await;
    let world = World::with(&server.url("/")).await;
    let (outcome, context) = world.deliver().await;
    assert_eq!(outcome.unwrap_err().failure.kind, "gone");
    assert!(world.stands().await.paused.is_some());
    assert_eq!(world.run(&context).await.unwrap().outcome, DeliveryOutcome::NothingToDo);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_last_try_is_the_last() {
    let server = Server::saying(answer("500 Oops")).await;
    let world = World::with(&server.url("/")).await;
    let (_, context) = world.deliver().await;
    for _ in 2..MAX_TRIES {
        assert!(matches!(world.run(&context).await.unwrap_err().decision, RetryDecision::After(_)));
    }
    assert_eq!(world.run(&context).await.unwrap_err().decision, RetryDecision::Never);
    assert_eq!(world.delivery().await.state, DeliveryState::Failed);
    assert_eq!(world.run(&context).await.unwrap().outcome, DeliveryOutcome::NothingToDo);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let inner = Server::saying(answer("200 OK")).await;
    let location = inner.url("/private");
    let moved = format!("HTTP/1.1 307 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let server = Server::saying(moved).await;
    let world = World::with(&server.url("/")).await;
    assert_eq!(world.deliver().await.0.unwrap_err().failure, TaskFailure::new("http_status", "the answer was 307"));
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn private_addresses_are_not_reached_unless_allowed() {
    let server = Server::saying(answer("200 OK")).await;
    let world = World::with(&server.url("/")).await;
    let context = world.worker(json!({})).await;
    let error = world.run(&context).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), server.connections()), ("unreachable", 0));
    assert!(world.delivery().await.last_error.unwrap().contains("private"));
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_not_waited_for_for_ever() {
    // Holds the connection, so that nothing but the limit ends the wait.
    let server = Server::doing(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let world = World::with(&server.url("/")).await;
    let context = world.worker(json!({"allowed_networks": ["127.0.0.1"]})).await;
    let id = world.delivery().await.id;
    let DeliveryTarget::Send(shipment) = world.store.delivery_target(id, context.id(), SystemClock.now()).await.unwrap() else {
        panic!("it is to be sent");
    };
    let answered = send(&context, id, &shipment, Duration::from_millis(50)).await.unwrap();
    assert!(matches!(answered, Err(HttpError::Timeout)) && server.connections() == 1);
    let ledger = context.resource::<Ledger>();
    let error = enter(&context, &ledger, id, &shipment, answered).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), error.failure.message.as_str()), ("unreachable", "no complete answer in time"));
    assert!(matches!(error.decision, RetryDecision::After(_)));
}

#[tokio::test]
async fn of_a_paused_webhook_nothing_is_sent_until_it_is_resumed() {
    let server = Server::saying(answer("200 OK")).await;
    let world = World::with(&server.url("/")).await;
    let context = world.worker(json!({"allowed_networks": ["127.0.0.1"]})).await;
    world.change(WebhookChange::Pause).await;
    assert_eq!(world.run(&context).await.unwrap().outcome, DeliveryOutcome::Paused);
    world.change(WebhookChange::Resume).await;
    assert_eq!(world.run(&context).await.unwrap().outcome, DeliveryOutcome::NothingToDo, "another task gets it");
    assert_eq!(world.deliver().await.0.unwrap().outcome, DeliveryOutcome::Delivered);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn without_a_database_nothing_is_sent() {
    let server = Server::saying(answer("200 OK")).await;
    let world = World::with(&server.url("/")).await;
    let (id, context) = (world.delivery().await.id, world.worker(json!({"allowed_networks": ["127.0.0.1"]})).await);
    world.store.close().await;
    let error = WebhookDeliver { delivery: id.to_string() }.run(&context).await.unwrap_err();
    assert_eq!((error.decision, error.failure.kind.as_str()), (RetryDecision::Backoff, "store"));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn hostile_arguments_are_refused() {
    let world = World::with("http://127.0.0.1:9/").await;
    let context = world.worker(json!({})).await;
    for bad in ["", "7", "../..", "01890a5dac96774bbcceb302099a8057", "{01890a5d-ac96-774b-bcce-b302099a8057}"] {
        let error = WebhookDeliver { delivery: bad.into() }.run(&context).await.unwrap_err();
        assert_eq!((error.decision, error.failure.kind.as_str()), (RetryDecision::Never, "invalid_arguments"), "{bad}");
    }
    let unknown = WebhookDeliver { delivery: "01890a5d-ac96-774b-bcce-b302099a8057".into() };
    assert_eq!(unknown.run(&context).await.unwrap().outcome, DeliveryOutcome::NothingToDo);
    assert!(serde_json::from_str::<WebhookDeliver>(r#"{"delivery":"x","url":"http://10.0.0.1"}"#).is_err());
}
