//! The real Alertmanager with our configuration, and who is told by it.

use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use poem::{
    EndpointExt, Request, Route, Server, handler,
    listener::{Acceptor, Listener, TcpListener},
    post,
    web::{Data, Json},
};
use ruche_bench::stack::free_address;
use serde_json::Value;
use xtask::services::MONITORING;

use super::deployment::{Deployment, Running, answers, run};
use crate::files;

const PATIENCE: Duration = Duration::from_secs(60);

/// What the pager's webhook is to be shown.
const TOKEN: &str = "known-to-the-pager";

/// Messages of Alertmanager: the path they came to, what they showed, what they say.
type Messages = Arc<Mutex<Vec<(String, Option<String>, Value)>>>;

pub struct Alertmanager {
    pub address: String,
    messages: Messages,
    _running: Running,
}

#[handler]
fn take(request: &Request, Data(messages): Data<&Messages>, Json(message): Json<Value>) {
    let shown = request.header("authorization").map(str::to_owned);
    let message = (request.uri().path().to_owned(), shown, message);
    messages.lock().unwrap_or_else(PoisonError::into_inner).push(message);
}

impl Alertmanager {
    pub async fn start(deployment: &Deployment) -> Result<Self> {
        let (address, folder) = (free_address()?, deployment.folder.path().join("alertmanager"));
        fs::create_dir_all(&folder)?;
        let messages = Messages::default();
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
        let receiver = acceptor.local_addr()[0].as_socket_addr().context("it listens on TCP")?.to_string();
        let takes = Route::new().at("/:receiver", post(take)).data(messages.clone());
        tokio::spawn(Server::new_with_acceptor(acceptor).run(takes));
        fs::write(folder.join("token"), TOKEN)?;
        fs::write(folder.join("alertmanager.yml"), configuration(&receiver)?)?;
        let running = run(MONITORING[6], &folder, |command| {
            command.args(["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]);
            command.arg(format!("--web.listen-address={address}"));
        })?;
        answers(&format!("http://{address}/-/ready")).await?;
        Ok(Self { address, messages, _running: running })
    }

    /// Waits until a receiver was told that an alert is `firing` or `resolved`.
    pub async fn tells(&self, receiver: &str, alert: &str, status: &str) {
        let start = Instant::now();
        while !self.told(receiver, alert, status) {
            assert!(start.elapsed() < PATIENCE, "{receiver} is not told that {alert} is {status}; told: {:?}", self.messages);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn told(&self, receiver: &str, alert: &str, status: &str) -> bool {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let to_it = messages.iter().filter(|(path, ..)| path.strip_prefix('/') == Some(receiver));
        let alerts = to_it.inspect(|(_, shown, _)| assert_eq!(shown.as_deref(), secret_of(receiver).as_deref(), "{receiver}"));
        alerts
            .flat_map(|(.., message)| message["alerts"].as_array().into_iter().flatten())
            .any(|told| told["labels"]["alertname"] == alert && told["status"] == status && is_complete(told))
    }

    /// Waits until an alert is held back because of another.
    pub async fn holds_back(&self, alert: &str) {
        let start = Instant::now();
        loop {
            let all: Value = reqwest::get(format!("http://{}/api/v2/alerts", self.address)).await.unwrap().json().await.unwrap();
            let held = |one: &Value| {
                one["labels"]["alertname"] == alert && one["status"]["inhibitedBy"].as_array().is_some_and(|by| !by.is_empty())
            };
            if all.as_array().unwrap().iter().any(held) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{alert} is not held back: {all}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn secret_of(receiver: &str) -> Option<String> {
    (receiver == "page").then(|| format!("Bearer {TOKEN}"))
}

/// Whoever is called finds what it is about, and what to do.
fn is_complete(told: &Value) -> bool {
    ["summary", "description", "runbook_url"]
        .iter()
        .all(|key| told["annotations"][key].as_str().is_some_and(|text| !text.is_empty()))
}

/// Ours, with the test's receiver and its secret, sixty times faster, and without mail.
fn configuration(receiver: &str) -> Result<String> {
    let mut file: serde_yaml::Value = serde_yaml::from_str(&files::text("alertmanager/alertmanager.yml"))?;
    file["global"]["smtp_smarthost"] = "127.0.0.1:9".into();
    let route = file["route"].as_mapping_mut().context("there is a route")?;
    for key in ["group_wait", "group_interval"] {
        route[key] = "1s".into();
    }
    for route in route["routes"].as_sequence_mut().context("there are routes")? {
        for key in ["group_wait", "group_interval"] {
            if route.get(key).is_some() {
                route[key] = "1s".into();
            }
        }
    }
    for one in file["receivers"].as_sequence_mut().context("there are receivers")? {
        let name = one["name"].as_str().context("a receiver has a name")?.to_owned();
        for webhook in one.get_mut("webhook_configs").and_then(serde_yaml::Value::as_sequence_mut).into_iter().flatten() {
            webhook["url"] = format!("http://{receiver}/{name}").into();
            if let Some(http) = webhook.get_mut("http_config") {
                http["authorization"]["credentials_file"] = "token".into();
            }
        }
    }
    Ok(serde_yaml::to_string(&file)?)
}
