//! The flake's own files, evaluated with stand-ins for nixpkgs and crane (`nix/tests/stand-in`) in a store of their own. Nothing is built.

use std::{
    collections::BTreeSet,
    process::Command,
    sync::{LazyLock, Mutex},
};

use ruche_nix_tests::{rendered, repository};
use serde_json::Value;

static LINUX: LazyLock<Value> = LazyLock::new(|| outputs("x86_64-linux"));

/// Nix before 2.20 cannot make one store twice at once.
static ONE: Mutex<()> = Mutex::new(());

fn outputs(system: &str) -> Value {
    let _one = ONE.lock();
    let store = tempfile::tempdir().unwrap();
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "nix/tests/stand-in/flake.nix", "--argstr", "system", system])
        .arg("--store")
        .arg(store.path())
        .env("NIX_STATE_DIR", store.path().join("state"))
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_output_evaluates_on_linux() {
    assert!(names(&LINUX["packages"]).is_superset(&BTreeSet::from([
        "client",
        "compose",
        "default",
        "images",
        "kubernetes",
        "monitoring",
        "proxy",
        "ruche",
        "ruche-container",
        "ruche-server",
        "ruche-worker",
    ])));
    assert_eq!(names(&LINUX["apps"]), BTreeSet::from(["load-images", "push-images", "up", "update-golden"]));
    let checks = ["clippy", "deny", "format", "golden", "nextest", "packages", "vm-compose", "vm-module"];
    assert_eq!(names(&LINUX["checks"]), BTreeSet::from(checks));
    assert_eq!(names(&LINUX["shells"]), BTreeSet::from(["default", "release"]));
}

#[test]
fn on_macos_everything_evaluates_but_images_and_virtual_machines() {
    let outputs = outputs("aarch64-darwin");
    assert!(names(&outputs["images"]).is_empty());
    assert_eq!(names(&outputs["apps"]), BTreeSet::from(["up", "update-golden"]));
    assert!(!names(&outputs["checks"]).contains("vm-compose"));
    assert!(names(&outputs["packages"]).contains("ruche"));
}

#[test]
fn every_image_starts_what_the_model_says_as_a_numbered_account() {
    let layout = rendered("layout", "test").unwrap();
    let images = LINUX["images"].as_object().unwrap();
    assert_eq!(images.len(), layout.as_object().unwrap().len());
    for (name, plan) in layout.as_object().unwrap() {
        let config = &images[&format!("image-{name}")];
        assert_eq!(config["Entrypoint"], plan["entryPoint"], "{name}");
        assert_eq!(config["User"], "10001:10001", "{name}");
        assert_eq!(config["Healthcheck"].is_object(), plan["health"].is_array(), "{name}");
        assert!(config["Labels"]["org.opencontainers.image.revision"].is_string(), "{name}");
    }
}

#[test]
fn the_module_hands_secrets_over_by_systemd_and_locks_the_units_up() {
    for (name, unit) in LINUX["module"]["units"].as_object().unwrap() {
        let service = &unit["serviceConfig"];
        assert_eq!(service["LoadCredential"][0], "api-key:/run/secrets/key", "{name}");
        assert_eq!(service["ProtectSystem"], "strict", "{name}");
        assert_eq!(service["CapabilityBoundingSet"], "", "{name}");
        assert!(service["ExecStart"].as_str().unwrap().contains("-checked.toml"), "{name}");
    }
    assert!(LINUX["module"]["units"]["ruche-server"]["serviceConfig"]["ExecStartPre"].as_str().unwrap().contains(" migrate "));
}

#[test]
fn the_module_refuses_secrets_that_everybody_could_read() {
    let module = &LINUX["module"];
    assert_eq!(module["sound"], serde_json::json!([]));
    assert!(module["secretInStore"][0].as_str().unwrap().contains("is in the store"));
    assert!(module["unknownSecret"][0].as_str().unwrap().contains("there is no such secret"));
    assert!(module["keyInSettings"][0].as_str().unwrap().contains("would be in the store"));
}
