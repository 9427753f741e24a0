use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Send {
    to: String,
    copies: u8,
    #[serde(default)]
    about: Option<String>,
    #[serde(default, rename = "type")]
    kind: Kind,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Plain,
    Rich,
}

fn sent(args: &str, kwargs: &str) -> Result<Send, String> {
    let (args, kwargs) = (RawJson::parse(args).unwrap(), RawJson::parse(kwargs).unwrap());
    decode(&args, &kwargs, fields_of::<Send>()).map_err(|error| error.to_string())
}

#[test]
fn fields_are_known_in_the_order_of_declaration() {
    assert_eq!(fields_of::<Send>(), ["to", "copies", "about", "type", "headers"]);
    assert!(fields_of::<BTreeMap<String, String>>().is_empty());
}

#[test]
fn positions_and_keywords_mix_as_in_python() {
    let expected = sent("[]", r#"{"to":"a","copies":2,"type":"rich"}"#).unwrap();
    assert_eq!(sent(r#"["a",2]"#, r#" { "type" : "rich" } "#).unwrap(), expected);
    assert_eq!(sent(r#"["a",2,null,"rich"]"#, "{}").unwrap(), expected);
    assert_eq!(sent(" [ ] ", r#"{"to":"a","copies":2,"type":"rich"}"#).unwrap(), expected);
}

#[test]
fn too_many_and_repeated_arguments_are_refused() {
    assert_eq!(
        sent(r#"["a",1,null,"rich",{},"secret"]"#, "{}").unwrap_err(),
        "takes at most 5 positional arguments (to, copies, about, type, headers), got 6"
    );
    assert_eq!(
        sent(r#"["a",1]"#, r#"{"copies":7}"#).unwrap_err(),
        "argument `copies` is given twice: by position and by keyword"
    );
    let none: Result<BTreeMap<String, u8>, _> = decode(&RawJson::parse("[1]").unwrap(), &RawJson::empty_object(), &[]);
    assert_eq!(none.unwrap_err(), InvalidArguments::KeywordsOnly { got: 1 });
}

#[test]
fn errors_name_the_argument_and_never_its_value() {
    let cases = [
        (r#"["a","secret"]"#, "{}", "argument `copies`: invalid type: string, expected u8"),
        ("[]", r#"{"to":"a","copies":-5}"#, "argument `copies`: invalid value: integer, expected u8"),
        ("[]", r#"{"to":"a"}"#, "missing field `copies`"),
        (
            "[]",
            r#"{"to":"a","copies":1,"headers":{"accept":1}}"#,
            "argument `headers.accept`: invalid type: integer, expected a string",
        ),
        ("[]", r#"{"to":"a","copies":1,"type":"secret"}"#, "argument `type`: unknown variant, expected `plain` or `rich`"),
        (r#"["a",1]"#, r#"[1]"#, "keyword arguments must be a JSON object"),
        (r#"{"a":1}"#, "{}", "positional arguments must be a JSON array"),
    ];
    for (args, kwargs, expected) in cases {
        assert_eq!(sent(args, kwargs).unwrap_err(), expected, "{args} {kwargs}");
    }
    assert!(sent("[]", r#"{"to":"a","copies":1,"bcc":"secret"}"#).unwrap_err().contains("unknown field `bcc`"));
}

#[test]
fn big_numbers_keep_every_digit() {
    #[derive(Deserialize)]
    struct Big {
        n: RawJson,
    }
    let args = RawJson::parse("[123456789012345678901234567890]").unwrap();
    let big: Big = decode(&args, &RawJson::empty_object(), fields_of::<Big>()).unwrap();
    assert_eq!(big.n.as_str(), "123456789012345678901234567890");
}
