//! temporary
use std::{sync::Arc, time::{Duration, Instant}};
use ruche_broker::{SharedBroker, in_process::InProcessBroker};
use ruche_domain::*;
use ruche_server::{App, ServerOptions, ServerState, enqueuer::Enqueuer, publisher::Publisher};
use ruche_store::SharedStore;
use ruche_store_sqlite::SqliteStore;
use poem::{Endpoint, Request};

fn def(name: &str, schema: &str) -> TaskDefinition {
    TaskDefinition { name: TaskName::new(name).unwrap(), description: "Does a thing.\n\nReally.".into(), arguments: RawJson::parse(schema).unwrap(), result: RawJson::parse("{}").unwrap(), queue: QueueName::default_queue(), priority: Priority::default(), retry: RetryPolicy::STANDARD, timeout: Some(Duration::from_secs(5)) }
}
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let v: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect(); (v[11].parse::<f64>().unwrap() + v[12].parse::<f64>().unwrap()) * 0.01 }

#[tokio::main]
async fn main() {
    let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
    let broker: SharedBroker = Arc::new(InProcessBroker::default());
    let clock = Arc::new(SystemClock);
    store.register(&[def("http.request", r#"{"type":"object","properties":{"url":{"type":"string","maxLength":2000,"minLength":1},"method":{"enum":["GET","POST"]},"n":{"type":["integer","null"],"minimum":0}},"required":["url"],"additionalProperties":false}"#), def("math.add", r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}"#)], clock.now()).await.unwrap();
    let registry = prometheus::Registry::new();
    let publisher = Publisher::start(store.clone(), broker.clone(), &registry).unwrap();
    let enqueuer = Enqueuer::start(store.clone(), publisher.clone(), clock.clone());
    let options = ServerOptions { accept_unregistered_tasks: true, api_key: std::env::var("KEY").ok().map(Into::into), ..Default::default() };
    let state = ServerState { store: store.clone(), broker, clock, enqueuer, publisher, registry, options, shutdown: Default::default() };
    let app = App::new(state).unwrap();
    if std::env::args().nth(1).as_deref() == Some("measure") {
        let post = |path: &str, body: String| Request::builder().method(poem::http::Method::POST).uri(path.parse().unwrap()).content_type("application/json").body(body);
        let tasks: Vec<String> = (0..10_000).map(|n| format!(r#"{{"task":"http.request","kwargs":{{"url":"https://example.com/orders/{n}","method":"POST","n":{n}}}}}"#)).collect();
        // refused at the very end: parse + validate of 9,999 tasks without the store
        for _ in 0..3 {
            let mut refused = tasks.clone(); refused[9_999] = r#"{"task":"math.add","kwargs":{"a":"x","b":1}}"#.into();
            let body = format!(r#"{{"tasks":[{}]}}"#, refused.join(",")); let len = body.len();
            let (t, c) = (Instant::now(), cpu());
            let r = app.call(post("/api/v1/tasks/batch", body)).await.unwrap();
            println!("batch parse+validate {len} bytes: {:?} wall, {:.0} ms cpu, {}", t.elapsed(), (cpu() - c) * 1e3, r.status());
        }
        let (t, c) = (Instant::now(), cpu());
        let r = app.call(post("/api/v1/tasks/batch", format!(r#"{{"tasks":[{}]}}"#, tasks.join(",")))).await.unwrap();
        println!("batch in full: {:?} wall, {:.0} ms cpu, {}", t.elapsed(), (cpu() - c) * 1e3, r.status());
        tokio::time::sleep(Duration::from_secs(1)).await;
        // HTTP side of one POST: refused by validation after everything but the store
        for (name, body) in [("refused by a bound", r#"{"task":"http.request","kwargs":{"url":"https://example.com/orders/1","method":"POST","n":1},"priority":77}"#), ("refused by the schema", r#"{"task":"http.request","kwargs":{"url":"https://example.com/orders/1","method":"POST","n":-1}}"#)] {
            let (t, c) = (Instant::now(), cpu());
            for _ in 0..20_000 { app.call(post("/api/v1/tasks", body.into())).await.unwrap(); }
            println!("POST {name}: {:.1} us wall, {:.1} us cpu", t.elapsed().as_secs_f64() / 0.02, (cpu() - c) / 0.02);
        }
        let (t, c) = (Instant::now(), cpu());
        for _ in 0..20_000 { app.call(Request::builder().uri("/livez".parse().unwrap()).finish()).await.unwrap(); }
        println!("GET /livez: {:.1} us wall, {:.1} us cpu", t.elapsed().as_secs_f64() / 0.02, (cpu() - c) / 0.02);
        return;
    }
    poem::Server::new(poem::listener::TcpListener::bind(std::env::args().nth(1).unwrap())).run(app).await.unwrap();
}
