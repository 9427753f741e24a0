//! Tables good and bad, and one larger than it may take memory.

mod memory;

use ruche_artifacts::Limits;
use ruche_domain::{LogLevel, RetryDecision};
use serde_json::json;

use super::*;
use crate::tasks::workbench::Workbench;

const SOME: &str = "id,name,note\r\n1,Ann,\"a, \"\"quoted\"\" one\"\r\n2,Bea,\"two\nlines\"\r\n3,,\r\n";

async fn convert(
    bench: &Workbench,
    input: impl Into<bytes::Bytes>,
    more: serde_json::Value,
) -> Result<TableConverted, TaskError> {
    let id = bench.upload("table.txt", input).await;
    let mut asked = json!({"input": id, "from": "csv", "to": "ndjson"});
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value::<TableConvert>(asked).unwrap().run(&bench.test).await
}

async fn converted(input: impl Into<bytes::Bytes>, more: serde_json::Value) -> String {
    let bench = Workbench::new().await;
    let made = convert(&bench, input, more).await.unwrap();
    String::from_utf8(bench.read(made.artifact).await).unwrap()
}

async fn refused(input: impl Into<bytes::Bytes>, more: serde_json::Value) -> TaskError {
    let bench = Workbench::new().await;
    let error = convert(&bench, input, more).await.unwrap_err();
    assert!(bench.made().await.is_empty(), "nothing is left of a conversion that failed");
    error
}

fn to_csv(more: serde_json::Value) -> serde_json::Value {
    let mut all = json!({"from": "ndjson", "to": "csv"});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_objects_whose_values_are_text() {
    let bench = Workbench::new().await;
    let made = convert(&bench, SOME, json!({})).await.unwrap();
    assert_eq!((made.rows, made.skipped, made.name.as_str()), (3, 0, "table.ndjson"));
    let expected = concat!(
        r#"{"id":"1","name":"Ann","note":"a, \"quoted\" one"}"#,
        "\n",
        r#"{"id":"2","name":"Bea","note":"two\nlines"}"#,
        "\n",
        r#"{"id":"3","name":"","note":""}"#,
        "\n",
    );
    assert_eq!(String::from_utf8(bench.read(made.artifact).await).unwrap(), expected);
    let facts = bench.facts(made.artifact).await;
    assert_eq!((facts.size, facts.content_type.as_str()), (expected.len() as u64, "application/x-ndjson"));
    assert_eq!(bench.made().await, [facts]);
    let progress = bench.test.progress().unwrap();
    assert_eq!((progress.current, progress.total), (SOME.len() as u64, Some(SOME.len() as u64)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_comes_back_as_it_was() {
    let there = converted(SOME, json!({})).await;
    let back = converted(there, to_csv(json!({}))).await;
    assert_eq!(back, SOME.replace("\r\n", "\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_guessed_only_if_asked() {
    let table = "a,b,c,d,e\n1,-2.50,true,,007\n12345678901234567890123,1e3,false,x,\"1,5\"\n";
    let text = converted(table, json!({})).await;
    assert!(text.starts_with(r#"{"a":"1","b":"-2.50","c":"true","d":"","e":"007"}"#), "{text}");
    let guessed = converted(table, json!({"types": "guess"})).await;
    let expected = concat!(
        r#"{"a":1,"b":-2.50,"c":true,"d":null,"e":"007"}"#,
        "\n",
        r#"{"a":12345678901234567890123,"b":1e3,"c":false,"d":"x","e":"1,5"}"#,
        "\n",
    );
    assert_eq!(guessed, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn delimiters_headers_and_column_names_are_as_asked() {
    assert_eq!(converted("a;b\n1;2\n", json!({"delimiter": ";"})).await, "{\"a\":\"1\",\"b\":\"2\"}\n");
    assert_eq!(
        converted("1\t2\n", json!({"delimiter": "\t", "header": false})).await,
        "{\"column_1\":\"1\",\"column_2\":\"2\"}\n"
    );
    let named = json!({"header": false, "columns": ["x", "y"]});
    assert_eq!(converted("1,2\n", named).await, "{\"x\":\"1\",\"y\":\"2\"}\n");
    assert_eq!(converted("\u{feff}a,b\n1,2", json!({})).await, "{\"a\":\"1\",\"b\":\"2\"}\n");
    let objects = "{\"b\": 1.50, \"a\": [1, {\"c\": null}], \"d\": null}\n\n{\"a\": \"x;y\"}";
    assert_eq!(
        converted(objects, to_csv(json!({"delimiter": ";"}))).await,
        "b;a;d\n1.50;\"[1, {\"\"c\"\": null}]\";\n;\"x;y\";\n"
    );
    let chosen = json!({"columns": ["d", "a"], "header": false});
    assert_eq!(converted("{\"a\":\"é\",\"b\":2}\n{\"d\":true}", to_csv(chosen)).await, ",é\ntrue,\n");
    assert_eq!(converted("", to_csv(json!({"columns": ["a", "b"]}))).await, "a,b\n");
    assert_eq!(converted("", json!({"header": false})).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_does_not_fit_is_told_with_its_line() {
    let table = "a,b\n1,2\n\"x\ny\",2\n1,2,3\n1\n";
    let error = refused(table, json!({})).await;
    assert_eq!((error.failure.kind.as_str(), error.decision), ("bad_table", RetryDecision::Never));
    assert_eq!(error.failure.message, "line 5: 3 fields where there are 2 columns");
    let bench = Workbench::new().await;
    let made = convert(&bench, table, json!({"bad_rows": "skip"})).await.unwrap();
    assert_eq!((made.rows, made.skipped), (2, 2));
    let warnings: Vec<_> =
        bench.test.lines().into_iter().filter(|(level, _)| *level == LogLevel::Warn).map(|(_, line)| line).collect();
    assert_eq!(
        warnings,
        ["line 5: 3 fields where there are 2 columns; left out", "line 6: 1 fields where there are 2 columns; left out"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_no_objects_are_told_too() {
    for (lines, line, why) in [
        ("{\"a\":1}\n[1]", 2, "no JSON object"),
        ("{\"a\":1}\n\n{\"a\":", 3, "no JSON object"),
        ("{\"a\":1}\n{\"b\":1}", 2, "a field that the first object does not have"),
        ("{\"a\":1,\"a\":2}", 1, "there twice"),
        ("{}", 1, "1 to 1000 fields"),
    ] {
        let error = refused(lines, to_csv(json!({}))).await;
        assert!(error.failure.message.starts_with(&format!("line {line}: ")) && error.failure.message.contains(why), "{error}");
    }
    let error = refused(&b"{\"a\":\"\xff\"}"[..], to_csv(json!({}))).await;
    assert!(error.failure.message.starts_with("line 1: "), "{error}");
    let kept = converted("{\"a\":1}\nx\n{\"a\":2}", to_csv(json!({"bad_rows": "skip"}))).await;
    assert_eq!(kept, "a\n1\n2\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused() {
    for (table, why) in [
        (&b""[..], "no header"),
        (b"a,a\n1,2\n", "column 2 twice"),
        (b"a,b\n1,\xff\n", "line 2: field 2 is not UTF-8"),
        (b"\xff\n1\n", "line 1: the header is not UTF-8"),
    ] {
        let error = refused(table, json!({})).await;
        assert!(error.failure.message.contains(why), "{error}");
    }
    let mut endless = b"a,b\n1,\"".to_vec();
    endless.resize(17 * 1024 * 1024 + 100_000, b'x');
    let error = refused(endless.clone(), json!({})).await;
    assert!(error.failure.message.contains("longer than 16 MiB"), "{error}");
    let error = refused(endless, to_csv(json!({"bad_rows": "skip"}))).await;
    assert_eq!(error.failure.message, "line 2: the row is longer than 16 MiB; perhaps a quote is not closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_out_of_bounds_are_refused() {
    for bad in [
        json!({"delimiter": ""}),
        json!({"delimiter": ",,"}),
        json!({"delimiter": "é"}),
        json!({"delimiter": "\""}),
        json!({"delimiter": "\n"}),
        json!({"columns": []}),
        json!({"columns": ["a"]}),
        json!({"columns": ["a", "a"], "header": false}),
        json!({"to": "csv"}),
        json!({"name": "../a"}),
    ] {
        let error = refused(SOME, bad.clone()).await;
        assert_eq!((error.failure.kind.as_str(), error.decision), ("invalid_arguments", RetryDecision::Never), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_is_not_there_and_an_output_too_large_fail_for_good() {
    let bench = Workbench::within(Limits { bytes: 200, ..Limits::default() }).await;
    let asked = json!({"input": Uuid::nil(), "from": "csv", "to": "ndjson"});
    let error = serde_json::from_value::<TableConvert>(asked).unwrap().run(&bench.test).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), error.decision), ("artifact_not_found", RetryDecision::Never));
    let long = format!("a_long_name_of_a_column\n{}", "1\n".repeat(20));
    let error = convert(&bench, long, json!({})).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), error.decision), ("artifact_too_large", RetryDecision::Never));
    assert!(bench.made().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_conversion_leaves_nothing() {
    let bench = Workbench::new().await;
    bench.test.cancel();
    let error = convert(&bench, SOME, json!({})).await.unwrap_err();
    assert_eq!(error.failure.kind, "cancelled");
    assert!(bench.made().await.is_empty());
}
