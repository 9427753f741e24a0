//! An image for each name of the model.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use ruche_nix_tests::{rendered, repository};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Options, command, debian, engine::Engine};

const BASE: &str = "ruche-stand-in-base";

/// What a stand-in for Grafana says; its health, its pages and its metrics are where the real one has them.
const GRAFANA: &str = include_str!("../stand-ins/grafana.conf");

/// What is copied into an image: from where, to where.
type Files = Vec<(PathBuf, &'static str)>;

/// Builds all images with the model's version as their tag.
///
/// # Errors
/// When something is missing that goes into one.
pub async fn build(engine: &Engine, options: &Options, version: &str) -> Result<()> {
    base(engine, options).await?;
    let layout = rendered("layout", version).map_err(anyhow::Error::msg)?;
    let layout = layout.as_object().context("the layout is a set")?;
    for (name, image) in layout {
        let tag = format!("ruche-{name}:{version}");
        one(engine, options, name, image, &tag).await.with_context(|| format!("couldn't build {tag}"))?;
    }
    println!("{} images built", layout.len());
    Ok(())
}

/// Loads all images of `archive`, and gives them the model's version as their tag.
///
/// # Errors
/// When one of the model's is not in it.
pub async fn load(engine: &Engine, archive: &Path, version: &str) -> Result<()> {
    let said = command::output(engine.docker().args(["load", "--input"]).arg(archive)).await?;
    let loaded: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("Loaded image: ")).collect();
    let layout = rendered("layout", version).map_err(anyhow::Error::msg)?;
    for name in layout.as_object().context("the layout is a set")?.keys() {
        let repository = format!("ruche-{name}");
        let image = loaded.iter().find(|image| image.split(':').next() == Some(&*repository));
        let image = image.with_context(|| format!("{} has no {repository}", archive.display()))?;
        command::output(engine.docker().args(["tag", image, &format!("{repository}:{version}")])).await?;
    }
    println!("{} images loaded", loaded.len());
    Ok(())
}

async fn base(engine: &Engine, options: &Options) -> Result<()> {
    let root = debian::root(&options.folder).await?;
    let script = format!("tar --create --directory {:?} . | docker import - {BASE} >/dev/null", root);
    let mut command = tokio::process::Command::new("sh");
    command.args(["-c", &script]).env("DOCKER_HOST", engine.host());
    command::output(&mut command).await.map(drop).context("couldn't import Debian's programs")
}

async fn one(engine: &Engine, options: &Options, name: &str, image: &Value, tag: &str) -> Result<()> {
    let context = TempDir::new_in(&options.folder)?;
    let root = context.path().join("root");
    for (from, to) in files(name, options)? {
        copy(&from, &root.join(to.trim_start_matches('/')))?;
    }
    if name == "grafana" {
        copy_text(GRAFANA, &root.join("etc/grafana-stand-in.conf"))?;
    }
    fs::write(context.path().join("Dockerfile"), dockerfile(name, image)?)?;
    let mut build = engine.docker();
    build.args(["build", "--quiet", "--network", "none", "--tag", tag]).arg(context.path());
    command::output(&mut build).await.map(drop)
}

/// The model's account, folders and entry point; where Debian has programs elsewhere, links are where the model expects them.
fn dockerfile(name: &str, image: &Value) -> Result<String> {
    let user = format!("{}:{}", image["user"]["uid"], image["user"]["gid"]);
    let folders: Vec<&str> = image["folders"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut steps: Vec<String> = links(name).iter().map(|(from, to)| format!("ln -sf {from} {to}")).collect();
    // initdb wants a name for its account.
    steps.push(format!("echo 'ruche:x:{user}::/tmp:/nonexistent' >> /etc/passwd"));
    if !folders.is_empty() {
        let folders = folders.join(" ");
        steps.push(format!("rm -rf {folders} && mkdir -p {folders} && chown {user} {folders}"));
    }
    let entry = match name {
        "grafana" => serde_json::json!(["/bin/nginx", "-p", "/tmp", "-e", "/dev/stderr", "-c", "/etc/grafana-stand-in.conf"]),
        _ => image["entryPoint"].clone(),
    };
    Ok(format!(
        "FROM {BASE}\nCOPY root/ /\nRUN {}\nENV PATH=/usr/lib/rabbitmq/bin:/usr/lib/postgresql/bin:/bin:/sbin LANG=C.UTF-8\n\
         USER {user}\nENTRYPOINT {entry}\n",
        steps.join(" && ")
    ))
}

fn links(name: &str) -> Vec<(&'static str, &'static str)> {
    let mut links = match name {
        "postgres" => vec![("/usr/lib/postgresql/bin/pg_isready", "/bin/pg_isready")],
        "postgres-exporter" => vec![("/usr/bin/prometheus-postgres-exporter", "/bin/postgres_exporter")],
        "nginx-exporter" => vec![("/usr/bin/prometheus-nginx-exporter", "/bin/nginx-prometheus-exporter")],
        "client" | "proxy" | "grafana" => vec![("/usr/sbin/nginx", "/bin/nginx")],
        _ => Vec::new(),
    };
    links.push(("/usr/bin/mawk", "/bin/awk"));
    links.push(("/usr/lib/postgresql/*/bin", "/usr/lib/postgresql/bin"));
    links
}

fn files(name: &str, options: &Options) -> Result<Files> {
    let repository = repository();
    let own = |path: &str| repository.join("nix/images/files").join(path);
    let program = |name: &str| -> Result<PathBuf> {
        let beside = std::env::current_exe()?.with_file_name(name);
        anyhow::ensure!(beside.is_file(), "{} is missing: run this as `cargo xtask stack`", beside.display());
        Ok(beside)
    };
    let mut files = match name {
        "server" => vec![(program("ruche-server")?, "/usr/bin/ruche-server")],
        "worker" => vec![(program("ruche-worker")?, "/usr/bin/ruche-worker")],
        "cli" => vec![(program("ruche")?, "/usr/bin/ruche")],
        "postgres" => vec![
            (own("postgres/entrypoint.sh"), "/usr/bin/ruche-postgres"),
            (own("postgres/postgresql.conf"), "/etc/postgresql/postgresql.conf"),
            (own("postgres/pg_hba.conf"), "/etc/postgresql/pg_hba.conf"),
        ],
        "rabbitmq" => vec![
            (own("rabbitmq/entrypoint.sh"), "/usr/bin/ruche-rabbitmq"),
            (own("rabbitmq/rabbitmq.conf"), "/etc/rabbitmq/rabbitmq.conf"),
            (own("rabbitmq/enabled_plugins"), "/etc/rabbitmq/enabled_plugins"),
        ],
        "client" => vec![
            (repository.join("proxy/client.conf"), "/etc/proxy/client.conf"),
            (repository.join("proxy/conf"), "/etc/proxy/conf"),
            (repository.join("proxy/deployment"), "/etc/proxy/deployment"),
            (options.client.clone(), "/srv/client"),
        ],
        "proxy" => vec![
            (repository.join("proxy/door.conf"), "/etc/proxy/door.conf"),
            (repository.join("proxy/conf"), "/etc/proxy/conf"),
            (repository.join("proxy/deployment"), "/etc/proxy/deployment"),
            (repository.join("proxy/door.conf"), "/etc/proxy-tls/door.conf"),
            (repository.join("proxy/conf"), "/etc/proxy-tls/conf"),
            (repository.join("proxy/deployment"), "/etc/proxy-tls/deployment"),
            (repository.join("proxy/deployment/door-tls/listen.conf"), "/etc/proxy-tls/deployment/door/listen.conf"),
            (repository.join("proxy/pages"), "/srv/proxy/pages"),
        ],
        "prometheus" => vec![(repository.join("monitoring/prometheus"), "/etc/prometheus")],
        _ => Vec::new(),
    };
    files.push((program("ruche-container")?, "/usr/bin/ruche-container"));
    Ok(files)
}

/// A file, or a folder with all in it; readable by every account, as in the images of the flake.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let about = || format!("couldn't copy {}", from.display());
    fs::create_dir_all(to.parent().context("it goes somewhere")?)?;
    if !from.is_dir() {
        fs::copy(from, to).with_context(about)?;
        let executable = fs::metadata(from)?.permissions().mode() & 0o100 != 0;
        return Ok(fs::set_permissions(to, fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 }))?);
    }
    for entry in fs::read_dir(from).with_context(about)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn copy_text(text: &str, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("it goes somewhere")?)?;
    Ok(fs::write(to, text)?)
}
