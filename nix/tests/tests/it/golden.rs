//! The rendered files are committed; `RUCHE_UPDATE_GOLDEN=1` (or `nix run .#update-golden`) rewrites them.

use std::{env, fs};

use ruche_nix_tests::{rendered, repository};

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn holds(attribute: &str, file: &str) {
    let value = rendered(attribute, &version()).unwrap();
    let text = value.as_str().expect("it is rendered as text");
    let path = repository().join(file);
    if env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{file} is out of date: run the tests with RUCHE_UPDATE_GOLDEN=1 and look at the difference");
}

#[test]
fn the_compose_file_is_what_the_model_says() {
    holds("compose", "nix/rendered/compose.yaml");
}

#[test]
fn the_kubernetes_manifests_are_what_the_model_says() {
    holds("kubernetes", "nix/rendered/kubernetes.yaml");
}

#[test]
fn the_process_compose_file_is_what_the_model_says() {
    holds("processCompose", "nix/rendered/process-compose.yaml");
}

#[test]
fn the_table_of_ports_is_what_the_model_says() {
    holds("ports", "nix/rendered/ports.md");
}
