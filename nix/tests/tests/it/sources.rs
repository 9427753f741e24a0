//! What Nix gives to the compiler.

use std::{fs, path::PathBuf};

use ruche_nix_tests::{expression, repository};

/// A build by Nix sees files of the kinds that `nix/taken.nix` lists, and Rust and TOML: another one is missing there, and only there.
#[test]
fn every_file_that_rust_takes_in_is_given_to_a_build_by_nix() {
    let kinds: Vec<String> = serde_json::from_value(expression("import ./nix/taken.nix").unwrap()).unwrap();
    let mut found = 0;
    for file in rust_files() {
        let text = fs::read_to_string(&file).unwrap();
        for taken in taken_in(&text) {
            found += 1;
            let path = file.parent().unwrap().join(taken);
            let kind = path.extension().unwrap_or_default().to_str().unwrap();
            assert!(path.is_file(), "{} takes in {taken}, which is not there", file.display());
            assert!(kind == "rs" || kind == "toml" || kinds.iter().any(|known| known == kind), "{}: {taken}", file.display());
            let path = fs::canonicalize(path).unwrap();
            let hidden = ["client/assets", "client/e2e", "docs", "monitoring/grafana", "proxy"];
            assert!(hidden.iter().all(|folder| !path.starts_with(repository().join(folder))), "{}: {taken}", file.display());
        }
    }
    assert!(found > 100, "{found} files");
}

/// The literal paths of `include_str!` and `include_bytes!`.
fn taken_in(text: &str) -> impl Iterator<Item = &str> {
    ["include_str!(\"", "include_bytes!(\""]
        .into_iter()
        .flat_map(move |start| text.split(start).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)))
        .filter(|path| path.starts_with('.') || path.contains('/'))
}

fn rust_files() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["bench", "cli", "client", "crates", "monitoring", "nix", "server", "worker", "xtask"]
        .map(|name| repository().join(name))
        .into();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("nix/tests/tests/it/sources.rs")
            {
                files.push(path);
            }
        }
    }
    files
}
