//! Files in and out, against a real `ruche up`.

use std::{fs, io::Write, process::Stdio};

use serde_json::Value;

use crate::program::Up;

fn json(text: &str) -> Value {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_file_is_uploaded_converted_listed_downloaded_and_deleted() {
    let up = Up::start();
    let place = tempfile::tempdir().unwrap();
    let table = place.path().join("orders.csv");
    fs::write(&table, "id,name\n1,Ann\n2,Bea\n").unwrap();
    let uploaded = up.client(&["artifacts", "upload", table.to_str().unwrap()]);
    assert_eq!(uploaded.code, 0, "{uploaded:?}");
    let input = uploaded.stdout.trim().to_owned();

    let arguments = [&*format!("input={input}"), "from=csv", "to=ndjson"];
    let ended = up.client(&[&["enqueue", "table.convert"], &arguments[..], &["--wait", "30", "--json"]].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    let task = json(&ended.stdout);
    let output = task["result"]["artifact"].as_str().unwrap();
    let listed = up.client(&["artifacts", "list", "--task", task["id"].as_str().unwrap(), "--json"]);
    let facts = json(&listed.stdout);
    assert_eq!((facts["id"].as_str(), facts["name"].as_str()), (Some(output), Some("orders.ndjson")));
    assert_eq!(up.client(&["artifacts", "list"]).stdout.lines().count(), 3);

    let expected = "{\"id\":\"1\",\"name\":\"Ann\"}\n{\"id\":\"2\",\"name\":\"Bea\"}\n";
    assert_eq!(up.client(&["artifacts", "get", output, "-o", "-"]).stdout, expected);
    let file = place.path().join("out.ndjson");
    let get = ["artifacts", "get", output, "-o", file.to_str().unwrap()];
    assert_eq!(up.client(&get).code, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(up.client(&get).code, 73, "nothing is written over");
    assert_eq!(up.client(&[&get[..], &["--force"]].concat()).code, 0);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "no part is left");

    assert_eq!(up.client(&["artifacts", "delete", output, &input]).code, 0);
    assert_eq!(up.client(&["artifacts", "get", output, "-o", "-"]).code, 3);
    assert_eq!(up.client(&["artifacts", "delete", output]).code, 3);
    assert_eq!(up.client(&["artifacts", "list"]).stdout, "");
}

#[test]
fn standard_input_is_uploaded_and_needs_a_name() {
    let up = Up::start();
    let upload = ["artifacts", "upload", "-", "--name", "a.png", "--json"];
    let mut child = up.command(&upload).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"hello").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let facts = json(&String::from_utf8(output.stdout).unwrap());
    assert_eq!((facts["size"].as_u64(), facts["content_type"].as_str()), (Some(5), Some("image/png")));
    assert_eq!(up.client(&["artifacts", "upload", "-"]).code, 2);
    assert_eq!(up.client(&["artifacts", "upload", "-", "--name", "a/b"]).code, 2);
    assert_eq!(up.client(&["artifacts", "upload", "/nonexistent"]).code, 1);
}
