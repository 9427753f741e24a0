//! Evaluating this repository's Nix files, with nothing but Nix itself: no store, no nixpkgs, no network.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The repository's root.
///
/// # Panics
/// Never: this crate is two folders below it.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate is two folders below the root").to_owned()
}

/// The value of `attribute` of nix/render.nix, rendered with this tag.
///
/// # Errors
/// What Nix says of it.
///
/// # Panics
/// When there is no Nix.
pub fn rendered(attribute: &str, tag: &str) -> Result<Value, String> {
    evaluate(&["nix/render.nix", "-A", attribute, "--argstr", "tag", tag])
}

/// The value of an expression, evaluated in the repository's root.
///
/// # Errors
/// As [`rendered`].
///
/// # Panics
/// As [`rendered`].
pub fn expression(text: &str) -> Result<Value, String> {
    evaluate(&["--expr", text])
}

fn evaluate(arguments: &[&str]) -> Result<Value, String> {
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "--store", "dummy://"])
        .args(arguments)
        .current_dir(repository())
        .output()
        .expect("nix-instantiate is there: `cargo xtask test` installs Debian's nix-bin, or says what is missing");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("Nix wrote something else than JSON: {error}"))
}
