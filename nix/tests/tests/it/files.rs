//! Every Nix file of the repository.

use std::{fs, path::PathBuf, process::Command};

use ruche_nix_tests::repository;

fn nix_files() -> Vec<PathBuf> {
    let mut folders = vec![repository().join("nix")];
    let mut files = vec![repository().join("flake.nix")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "nix") {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn every_nix_file_can_be_parsed() {
    let files = nix_files();
    assert!(files.len() > 30, "{} files", files.len());
    let output =
        Command::new("nix-instantiate").args(["--parse", "--store", "dummy://"]).args(files).output().expect("nix-instantiate");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_nix_file_begins_by_saying_what_it_is() {
    for file in nix_files() {
        let text = fs::read_to_string(&file).unwrap();
        let said = text.starts_with("# ") || text.starts_with("{\n  description = ");
        assert!(said, "{} has no sentence at its top", file.display());
    }
}
