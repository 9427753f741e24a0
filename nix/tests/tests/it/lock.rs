//! `flake.lock` pins what `flake.nix` names.

use std::fs;

use ruche_nix_tests::{expression, repository};
use serde_json::Value;

fn lock() -> Value {
    serde_json::from_str(&fs::read_to_string(repository().join("flake.lock")).unwrap()).unwrap()
}

#[test]
fn the_lock_has_every_input_and_no_other() {
    let lock = lock();
    assert_eq!(lock["version"], 7);
    let inputs = expression("(import ./flake.nix).inputs").unwrap();
    let locked = lock["nodes"]["root"]["inputs"].as_object().unwrap();
    assert_eq!(inputs.as_object().unwrap().keys().collect::<Vec<_>>(), locked.keys().collect::<Vec<_>>());
    assert_eq!(lock["nodes"].as_object().unwrap().len(), locked.len() + 1);
    for (name, input) in inputs.as_object().unwrap() {
        let original = &lock["nodes"][name]["original"];
        let url = ["owner", "repo", "ref"].iter().filter_map(|part| original[part].as_str()).collect::<Vec<_>>().join("/");
        assert_eq!(input["url"], format!("github:{url}"), "{name}");
    }
}

#[test]
fn every_input_is_pinned_to_a_revision_and_its_hash() {
    let lock = lock();
    for name in lock["nodes"]["root"]["inputs"].as_object().unwrap().keys() {
        let locked = &lock["nodes"][name]["locked"];
        let revision = locked["rev"].as_str().unwrap();
        assert!(revision.len() == 40 && revision.bytes().all(|b| b.is_ascii_hexdigit()), "{name}: {revision}");
        let hash = locked["narHash"].as_str().unwrap();
        assert!(hash.starts_with("sha256-") && hash.len() == 51 && hash.ends_with('='), "{name}: {hash}");
        assert!(locked["lastModified"].as_u64().unwrap() > 1_700_000_000, "{name}");
    }
}
