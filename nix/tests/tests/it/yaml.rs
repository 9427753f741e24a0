//! The YAML that is written is read back as what it was.

use ruche_nix_tests::{expression, rendered};
use serde_json::{Value, json};

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn what_is_written_is_read_back() {
    let value = json!({
        "texts": ["plain", "yes", "No", "null", "~", "12", "1.5", "0x10", "", " ", "a: b", "a #b", "- a", "${A:-b}", "*", "&a", "!a",
            "%a", "@a", "`a`", "a\nb\n", "tab\there", "\"quoted\"", "it's", "é ü 漢", "{a}", "[a]", "5s", "1:30", "2026-01-01", "/a/b.c"],
        "numbers": [0, -1, 12, 1.5],
        "flags": [true, false, null],
        "empty": {"set": {}, "list": []},
        "lists": [[1, 2], [{"a": 1, "b": [1, {"c": {}}]}], []],
        "keys": {"yes": 1, "a b": 2, "": 3, "x-y.z/1": 4, "12": 5},
        "deep": {"a": {"b": {"c": {"d": ["e", {"f": {"g": "h"}}]}}}},
    });
    let nix = format!("(import ./nix/render/yaml.nix).document (builtins.fromJSON {})", quoted(&value.to_string()));
    let text = expression(&nix).unwrap();
    assert_eq!(read(text.as_str().unwrap()), value);
}

#[test]
fn the_compose_text_is_the_compose_value() {
    let text = rendered("compose", "test").unwrap();
    assert_eq!(read(text.as_str().unwrap()), rendered("composeAttributes", "test").unwrap());
}

#[test]
fn the_kubernetes_text_is_the_kubernetes_objects() {
    use serde::Deserialize as _;
    let text = rendered("kubernetes", "test").unwrap();
    let documents: Vec<Value> = serde_yaml::Deserializer::from_str(text.as_str().unwrap())
        .map(|document| Value::deserialize(document).unwrap())
        .collect();
    assert_eq!(Value::from(documents), rendered("kubernetesObjects", "test").unwrap());
}

/// As a text of Nix.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${"))
}
