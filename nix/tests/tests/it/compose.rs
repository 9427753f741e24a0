//! What must hold of every container of the compose file.

use std::process::Command;

use ruche_nix_tests::{rendered, repository};
use serde_json::{Map, Value};

/// Where the door with TLS has its certificate from.
const CERTIFICATE: &str = "${RUCHE_PROXY_TLS_FOLDER:-./tls}:/run/secrets:ro";

fn compose() -> Value {
    rendered("composeAttributes", "test").unwrap()
}

/// Calls `check` with each service's name and definition, and collects what it finds wrong.
fn each(check: impl Fn(&str, &Value) -> Vec<String>) {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    assert!(services.len() > 10, "{} services", services.len());
    let faults: Vec<String> = services
        .iter()
        .flat_map(|(name, service)| check(name, service).into_iter().map(move |fault| format!("{name}: {fault}")))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn unless(holds: bool, fault: &str) -> Vec<String> {
    if holds { Vec::new() } else { vec![fault.to_owned()] }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn no_container_runs_as_root_or_can_become_it() {
    each(|_, service| {
        let uid = service["user"].as_str().and_then(|user| user.split(':').next()?.parse::<u32>().ok());
        [
            unless(uid.is_some_and(|uid| uid >= 10_000), "its user is not a number of 10000 or more"),
            unless(texts(&service["cap_drop"]) == ["ALL"], "it keeps capabilities"),
            unless(service["cap_add"].is_null(), "it adds capabilities"),
            unless(service["privileged"].is_null(), "it is privileged"),
            unless(texts(&service["security_opt"]).contains(&"no-new-privileges:true"), "it may gain privileges"),
        ]
        .concat()
    });
}

#[test]
fn no_container_writes_but_to_volumes_and_small_scratch_folders() {
    each(|name, service| {
        let mounts = texts(&service["volumes"]);
        [
            unless(service["read_only"] == true, "its file system can be written to"),
            unless(!texts(&service["tmpfs"]).is_empty(), "it has no scratch folder"),
            unless(
                texts(&service["tmpfs"])
                    .iter()
                    .all(|mount| ["size=", "noexec", "nosuid"].iter().all(|option| mount.contains(option))),
                "a scratch folder has no limit, or programs in it can be run",
            ),
            // But for the certificate that whoever runs it brings along.
            unless(
                mounts.iter().all(|mount| !mount.starts_with(['/', '.', '~', '$']) || *mount == CERTIFICATE),
                "it mounts a folder of the host",
            ),
            unless(mounts.iter().all(|mount| !mount.contains("docker.sock")), "it holds the engine's socket"),
            // The setup alone writes secrets.
            unless(
                name == "setup" || mounts.iter().filter(|mount| mount.starts_with("secrets")).all(|mount| mount.ends_with(":ro")),
                "it can write to its secrets",
            ),
        ]
        .concat()
    });
}

#[test]
fn no_container_sees_the_secrets_of_another() {
    each(|name, service| {
        let wanted = format!("secrets-{name}:/run/secrets:ro");
        let foreign = |mount: &&&str| mount.starts_with("secrets") && **mount != wanted;
        unless(name == "setup" || texts(&service["volumes"]).iter().filter(foreign).count() == 0, "it mounts foreign secrets")
    });
}

#[test]
fn no_password_is_in_the_file() {
    let compose = compose();
    for (name, service) in compose["services"].as_object().unwrap() {
        for (variable, value) in service["environment"].as_object().unwrap_or(&Map::new()) {
            let about = variable.to_ascii_uppercase();
            let secret = ["PASSWORD", "PASS", "SECRET", "TOKEN", "API_KEY", "URL"]
                .iter()
                .any(|word| about.split("__").last().unwrap().split('_').collect::<Vec<_>>().join("_").contains(word));
            let value = value.as_str().unwrap();
            let is_file = value.contains("/run/secrets/");
            let harmless = ["GF_SERVER_ROOT_URL"].contains(&variable.as_str());
            assert!(!secret || is_file || harmless, "{name}: {variable} says {value}");
        }
    }
    let text = compose.to_string();
    for template in ["{random}", "{postgres-password}", "{rabbitmq-password}"] {
        assert!(text.contains(template), "the setup makes {template}");
    }
}

#[test]
fn every_container_has_limits_and_bounded_logs() {
    each(|_, service| {
        let limits = &service["deploy"]["resources"]["limits"];
        [
            unless(limits["memory"].is_string() && limits["cpus"].is_string() && limits["pids"].is_u64(), "it has no limits"),
            unless(service["ulimits"]["nofile"].is_u64(), "its open files have no limit"),
            unless(service["logging"]["options"]["max-size"].is_string(), "its log grows without end"),
            unless(service["logging"]["options"]["max-file"].is_string(), "its logs grow without end"),
            unless(service["init"] == true, "nobody reaps its orphans"),
        ]
        .concat()
    });
}

#[test]
fn every_container_that_goes_on_says_whether_it_is_well_and_starts_again() {
    each(|_, service| {
        if service["restart"] == "no" {
            return Vec::new();
        }
        [
            unless(texts(&service["healthcheck"]["test"]).first() == Some(&"CMD"), "it has no health check without a shell"),
            unless(service["restart"] == "unless-stopped", "it stays away when it ends"),
        ]
        .concat()
    });
}

#[test]
fn who_needs_somebody_waits_until_that_one_is_well_or_has_done_its_work() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    for (name, service) in services {
        for (other, wait) in service["depends_on"].as_object().unwrap_or(&Map::new()) {
            let ends = services[other]["restart"] == "no";
            let wanted = if ends { "service_completed_successfully" } else { "service_healthy" };
            assert_eq!(wait["condition"], wanted, "{name} waits for {other}");
        }
    }
    for name in ["server", "worker"] {
        for other in ["migrate", "postgres", "rabbitmq", "setup"] {
            assert!(services[name]["depends_on"][other].is_object(), "{name} waits for {other}");
        }
    }
}

#[test]
fn only_the_proxy_can_be_reached_from_other_machines() {
    each(|name, service| {
        texts(&service["ports"])
            .iter()
            .flat_map(|port| {
                let open = port.contains("0.0.0.0");
                unless(
                    open == ["proxy", "proxy-tls"].contains(&name),
                    "its port is published to the world, or the proxy's is not",
                )
            })
            .collect()
    });
}

#[test]
fn the_data_is_on_a_network_without_a_way_out() {
    let compose = compose();
    assert_eq!(compose["networks"]["data"]["internal"], true);
    assert_eq!(texts(&compose["services"]["postgres"]["networks"]), ["data"]);
    assert!(compose["services"]["postgres"]["ports"].is_null());
    assert!(!texts(&compose["services"]["proxy"]["networks"]).contains(&"data"));
}

#[test]
fn a_container_gets_the_time_its_program_takes_to_stop() {
    let compose = compose();
    let seconds = |value: &Value| value.as_str().unwrap().trim_end_matches('s').parse::<u32>().unwrap();
    let grace = |name: &str| seconds(&compose["services"][name]["stop_grace_period"]);
    let said = |name: &str, variable: &str| seconds(&compose["services"][name]["environment"][variable]);
    assert!(grace("worker") > said("worker", "RUCHE_WORKER__DRAIN_SECONDS"));
    assert!(grace("server") > said("server", "RUCHE_SERVER__SHUTDOWN_SECONDS"));
}

/// By SIGTERM it waits for clients, which do not go.
#[test]
fn postgresql_is_asked_to_end_at_once() {
    assert_eq!(compose()["services"]["postgres"]["stop_signal"], "SIGINT");
}

#[test]
fn the_ports_are_those_people_know() {
    let compose = compose();
    for (name, port) in [
        ("proxy", "80"),
        ("server", "8000"),
        ("client", "5134"),
        ("grafana", "3000"),
        ("prometheus", "9090"),
        ("rabbitmq", "15672"),
    ] {
        let ports = texts(&compose["services"][name]["ports"]).join(" ");
        assert!(ports.ends_with(&format!(":-{port}}}:{port}")), "{name}: {ports}");
    }
}

/// Docker's own reading of the file; `cargo xtask test` says where Compose is.
#[test]
fn compose_itself_accepts_the_file_with_every_profile() {
    let program = std::env::var_os("RUCHE_TEST_COMPOSE").expect("`cargo xtask test` says where Compose is");
    let output = Command::new(program)
        .args(["--file", "nix/rendered/compose.yaml", "--profile", "*", "config", "--quiet"])
        .current_dir(repository())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}
