//! Which crate may depend on which: `DESIGN`, "Layout and direction".

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::program::repository;

/// What each crate may depend on here. A crate that is not named is not part of Ruche's programs (`xtask`, benchmarks).
const ALLOWED: [(&str, &[&str]); 13] = [
    ("ruche-domain", &[]),
    ("ruche-metrics", &[]),
    ("ruche-api", &["ruche-domain"]),
    ("ruche-store", &["ruche-domain"]),
    ("ruche-broker", &["ruche-domain"]),
    ("ruche-store-postgres", &["ruche-domain", "ruche-metrics", "ruche-store"]),
    ("ruche-store-sqlite", &["ruche-domain", "ruche-metrics", "ruche-store"]),
    ("ruche-artifacts", &["ruche-domain", "ruche-metrics", "ruche-store"]),
    (
        "ruche-bootstrap",
        &[
            "ruche-domain",
            "ruche-metrics",
            "ruche-store",
            "ruche-artifacts",
            "ruche-store-postgres",
            "ruche-store-sqlite",
            "ruche-broker",
        ],
    ),
    ("ruche-client", &["ruche-domain", "ruche-api"]),
    (
        "ruche-server",
        &["ruche-domain", "ruche-metrics", "ruche-api", "ruche-store", "ruche-artifacts", "ruche-broker", "ruche-bootstrap"],
    ),
    ("ruche-worker", &["ruche-domain", "ruche-metrics", "ruche-store", "ruche-artifacts", "ruche-broker", "ruche-bootstrap"]),
    ("ruche", &["ruche-domain", "ruche-api", "ruche-store", "ruche-broker", "ruche-bootstrap", "ruche-server", "ruche-worker"]),
];

/// Crates that tools and measurements may depend on, and nobody else.
const TOOLS: [&str; 7] =
    ["xtask", "ruche-bench", "ruche-client-bundler", "ruche-container", "ruche-monitoring", "ruche-nix-tests", "ruche-stack"];

fn metadata() -> Value {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(repository());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Name and dependencies within the workspace, those of tests left out: a test may use any backend.
fn crates(metadata: &Value) -> Vec<(String, BTreeSet<String>)> {
    let packages = metadata["packages"].as_array().unwrap();
    let members: BTreeSet<_> = packages.iter().map(|package| package["name"].as_str().unwrap().to_owned()).collect();
    let dependencies = |package: &Value| {
        let normal = package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"] != "dev");
        normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).filter(|name| members.contains(name)).collect()
    };
    packages.iter().map(|package| (package["name"].as_str().unwrap().to_owned(), dependencies(package))).collect()
}

#[test]
fn crates_depend_only_on_what_the_design_allows() {
    for (name, dependencies) in crates(&metadata()) {
        if TOOLS.contains(&name.as_str()) {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{name} is new: say in cli/tests/it/architecture.rs what it may depend on"));
        for dependency in dependencies {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn what_is_shared_with_browsers_does_no_input_or_output() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().unwrap() {
        if !["ruche-domain", "ruche-api"].contains(&package["name"].as_str().unwrap()) {
            continue;
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            let optional = dependency["optional"] == true || dependency["kind"] == "dev";
            let forbidden = ["tokio", "sqlx", "lapin", "reqwest", "poem", "poem-openapi"].contains(&name);
            assert!(optional || !forbidden, "{} must not depend on {name}", package["name"]);
        }
    }
}
