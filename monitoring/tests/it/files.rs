//! The files below `monitoring/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_yaml::Value;

/// A file or folder below `monitoring/`.
pub fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

pub fn text(below: &str) -> String {
    fs::read_to_string(path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
}

/// The names of the files in a folder, in order.
pub fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A rule as written.
#[derive(Debug, Clone)]
pub struct Rule {
    pub alert: Option<String>,
    pub record: Option<String>,
    pub expression: String,
    pub whole: Value,
}

/// All rules of all files.
pub fn rules() -> Vec<Rule> {
    let mut rules = Vec::new();
    for name in names("prometheus/rules") {
        let file: Value = serde_yaml::from_str(&text(&format!("prometheus/rules/{name}"))).unwrap();
        for group in file["groups"].as_sequence().unwrap() {
            for rule in group["rules"].as_sequence().unwrap() {
                let told = |key: &str| rule[key].as_str().map(str::to_owned);
                rules.push(Rule {
                    alert: told("alert"),
                    record: told("record"),
                    expression: told("expr").unwrap(),
                    whole: rule.clone(),
                });
            }
        }
    }
    rules
}
