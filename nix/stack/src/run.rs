//! The whole trial, in order.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use ruche_bench::{
    api::Api,
    demo::{
        self, orders,
        receiver::{Receiver, secret_of},
    },
};
use ruche_nix_tests::repository;
use serde_json::{Value, json};

use crate::{
    Options, command,
    compose::Deployment,
    engine::Engine,
    images, order,
    pages::{self, Page},
    restarts,
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where tasks may call the demonstration's receiver: the networks of containers.
const NETWORKS: &str = "[\"172.16.0.0/12\", \"192.168.0.0/16\", \"10.0.0.0/8\"]";

/// Ports on this machine, by service: the model's own where they are free.
struct Ports(Vec<(&'static str, u16)>);

impl Ports {
    fn choose() -> Result<Self> {
        let wanted = [
            ("proxy", 80),
            ("proxy-tls", 443),
            ("server", 8000),
            ("client", 5134),
            ("grafana", 3000),
            ("prometheus", 9090),
            ("rabbitmq", 15672),
        ];
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).ok();
        let choose = |(service, port)| -> Result<(&'static str, u16)> {
            let listener = free(port).or_else(|| free(0)).context("there is no free port")?;
            Ok((service, listener.local_addr()?.port()))
        };
        Ok(Self(wanted.into_iter().map(choose).collect::<Result<_>>()?))
    }

    fn of(&self, service: &str) -> String {
        let port = self.0.iter().find(|(name, _)| *name == service).map_or(0, |(_, port)| *port);
        format!("127.0.0.1:{port}")
    }

    fn environment(&self) -> Vec<(String, String)> {
        let ports = self.0.iter().map(|(service, port)| (variable(service, "PORT"), port.to_string()));
        let loopback = ["proxy", "proxy-tls"].map(|service| (variable(service, "ADDRESS"), "127.0.0.1".to_owned()));
        ports.chain(loopback).collect()
    }
}

/// The compose file's variable for one thing of a service.
fn variable(service: &str, what: &str) -> String {
    format!("RUCHE_{}_{what}", service.to_uppercase().replace('-', "_"))
}

/// # Errors
/// When anything is not as promised.
pub async fn all(options: &Options) -> Result<()> {
    fs::create_dir_all(&options.folder)?;
    let start = Instant::now();
    let engine = Engine::start(&options.folder).await?;
    match &options.images {
        Some(archive) => images::load(&engine, archive, VERSION).await?,
        None => images::build(&engine, options, VERSION).await?,
    }
    println!("  after {:.0} s", start.elapsed().as_secs_f64());

    let ports = Ports::choose()?;
    let key = signing_key()?;
    let changes = changes(&options.folder, &secret_of(&key))?;
    let mut environment = ports.environment();
    environment.push((variable("proxy-tls", "FOLDER"), certificate(&options.folder).await?));
    let deployment = Deployment::new(&engine, &options.compose, &changes, environment);
    let done = try_all(&engine, &deployment, &ports, options, &key).await;
    if let (Ok(()), true) = (&done, options.keep) {
        println!("http://{} until Ctrl-C", ports.of("proxy"));
        std::future::pending::<()>().await;
    }
    deployment.run(&["down", "--volumes", "--timeout", "5"]).await?;
    done?;
    println!("the stack holds: {:.0} s in all", start.elapsed().as_secs_f64());
    Ok(())
}

async fn try_all(engine: &Engine, deployment: &Deployment<'_>, ports: &Ports, options: &Options, signing: &[u8]) -> Result<()> {
    // What a run before may have left.
    deployment.run(&["down", "--volumes", "--timeout", "5"]).await?;
    let watch = order::Watch::start(engine)?;
    let start = Instant::now();
    deployment.up().await?;
    println!("up and well after {:.1} s", start.elapsed().as_secs_f64());
    watch.check(VERSION)?;
    order::held(deployment).await?;

    let key = deployment.run(&["run", "--rm", "--no-deps", "setup", "show", "api-key"]).await?;
    let (door, server) = (Api::with_key(&ports.of("proxy"), key.trim())?, Api::with_key(&ports.of("server"), key.trim())?);
    ensure!(Api::new(&ports.of("proxy"))?.get("/api/v1/stats").await.is_err(), "the API answers without a key");
    let tasks = deployment.run(&["--profile", "tools", "run", "--rm", "--no-deps", "cli", "tasks"]).await?;
    ensure!(!tasks.contains("error"), "the command within the deployment says {tasks}");

    deliver(engine, &door, options, signing).await.context("the demonstration through the door")?;
    scraped(&Api::new(&ports.of("prometheus"))?).await?;
    pages::look(&pages_of(ports), &options.folder.join("pages")).await?;
    // More workers, the rest as it is.
    deployment.run(&["up", "--detach", "--wait", "--no-recreate", "--scale", "worker=2"]).await?;
    restarts::all(deployment, &door, &server, options.rate).await?;
    // Nothing is started by this any more: it waits until all are well again.
    deployment.up().await?;
    order::held(deployment).await.context("after the restarts")?;
    down_and_up(deployment, &server).await
}

/// The key by which workers sign and the demonstration's receiver verifies.
fn signing_key() -> Result<Vec<u8>> {
    let mut key = vec![0; 32];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut key)?;
    Ok(key)
}

/// What the demonstration needs and a deployment does not have: workers may call this machine.
fn changes(folder: &Path, secret: &str) -> Result<PathBuf> {
    let path = folder.join("changes.yaml");
    let environment = json!({
        "RUCHE_TASKS__HTTP__ALLOWED_NETWORKS": NETWORKS,
        "RUCHE_TASKS__HTTP__SIGNING_SECRETS": format!("{{demo=[{{value=\"{secret}\"}}]}}"),
    });
    fs::write(&path, json!({ "services": { "worker": { "environment": environment } } }).to_string())?;
    Ok(path)
}

/// A folder with a certificate for a while, and its key.
async fn certificate(folder: &Path) -> Result<String> {
    let tls = folder.join("tls");
    fs::create_dir_all(&tls)?;
    let mut command = tokio::process::Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    command.args(["-subj", "/CN=localhost", "-keyout", "tls-key", "-out", "tls-certificate"]).current_dir(&tls);
    command::output(&mut command).await?;
    for file in ["tls-key", "tls-certificate"] {
        fs::set_permissions(tls.join(file), PermissionsExt::from_mode(0o644))?;
    }
    Ok(tls.display().to_string())
}

async fn deliver(engine: &Engine, door: &Api, options: &Options, signing: &[u8]) -> Result<()> {
    let mut orders = orders::read(&repository().join("bench/demo/orders.csv"))?;
    orders.truncate(options.orders);
    let receiver = Receiver::start_on(&gateway(engine, "ruche_app").await?, signing.to_vec()).await?;
    demo::deliver(&orders, door, &receiver).await
}

/// This machine's own address on one of the deployment's networks.
async fn gateway(engine: &Engine, network: &str) -> Result<String> {
    let text = command::output(engine.docker().args(["network", "inspect", network])).await?;
    let networks: Value = serde_json::from_str(&text)?;
    let gateway = networks[0]["IPAM"]["Config"][0]["Gateway"].as_str();
    gateway.map(str::to_owned).with_context(|| format!("the network {network} has no gateway"))
}

/// Prometheus reaches everybody it is told to scrape.
async fn scraped(prometheus: &Api) -> Result<()> {
    let start = Instant::now();
    loop {
        let answer = prometheus.get("/prometheus/api/v1/targets?state=active").await?;
        let targets = answer["data"]["activeTargets"].as_array().cloned().unwrap_or_default();
        let down: Vec<String> = targets
            .iter()
            .filter(|target| target["health"] != "up")
            .map(|target| format!("{} {}", target["scrapeUrl"], target["lastError"]))
            .collect();
        if down.is_empty() && targets.len() >= 7 {
            println!("Prometheus scrapes {} services", targets.len());
            return Ok(());
        }
        // Two rounds of scraping, and a slow machine.
        ensure!(start.elapsed() < Duration::from_secs(60), "Prometheus has {} targets and cannot scrape {down:?}", targets.len());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn pages_of(ports: &Ports) -> Vec<Page> {
    let page = |name, service, path: &str, text| Page { name, url: format!("http://{}{path}", ports.of(service)), text };
    let by_tls = Page { name: "door-tls", url: format!("https://{}/", ports.of("proxy-tls")), text: "Log in" };
    vec![
        by_tls,
        page("door-client", "proxy", "/", "Log in"),
        page("door-welcome", "proxy", "/welcome/", "/rabbitmq/"),
        page("door-docs", "proxy", "/docs", "/api/v1/tasks/{id}"),
        page("door-grafana", "proxy", "/grafana/", "Grafana"),
        page("door-rabbitmq", "proxy", "/rabbitmq/", "RabbitMQ Management"),
        page("client", "client", "/", "Log in"),
        page("server-docs", "server", "/docs", "/api/v1/tasks/{id}"),
        page("grafana", "grafana", "/grafana/", "Grafana"),
        page("prometheus", "prometheus", "/prometheus/graph", "Prometheus"),
        page("rabbitmq", "rabbitmq", "/rabbitmq/", "RabbitMQ Management"),
    ]
}

/// Everything is taken away but the volumes, and comes back with all it knew.
async fn down_and_up(deployment: &Deployment<'_>, server: &Api) -> Result<()> {
    let before = counts(server).await?;
    let start = Instant::now();
    deployment.run(&["down"]).await?;
    let down = start.elapsed();
    ensure!(deployment.containers().await.unwrap_or_default().is_empty(), "containers are left after `down`");
    deployment.up().await?;
    tokio::time::timeout(Duration::from_secs(60), async {
        while !server.is_ready().await {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .context("the server is not ready after `up`")?;
    let after = counts(server).await?;
    ensure!(before == after, "before `down` there were {before}, after `up` there are {after}");
    println!("down in {:.1} s and up again: nothing is lost ({after})", down.as_secs_f64());
    Ok(())
}

/// How many tasks there are in each state.
async fn counts(server: &Api) -> Result<Value> {
    Ok(server.get("/api/v1/stats").await?["tasks"].take())
}
