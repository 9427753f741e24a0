//! A form made from a JSON Schema: a field for each property, with its description, bounds and default; what a form cannot say is written as
//! JSON. The server remains the judge.

mod control;
pub mod schema;

use std::rc::Rc;

use crate::prelude::*;
use serde_json::{Map, Value};

use self::{
    control::control,
    schema::{Field, Kind},
};

/// What is filled in: one JSON object.
#[derive(Clone, Copy)]
pub struct Filled(pub Signal<Value>);

impl Filled {
    /// With a first value.
    pub fn new(value: Value) -> Self {
        Self(create_signal(if value.is_object() { value } else { Value::Object(Map::new()) }))
    }

    /// The value at a place, tracked.
    fn at(self, place: &[Step]) -> Option<Value> {
        self.0.with(|value| find(value, place).cloned())
    }

    /// Puts a value at a place, or takes it away.
    fn put(self, place: &[Step], value: Option<Value>) {
        self.0.update(|whole| put(whole, place, value));
    }
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
}

fn find<'a>(value: &'a Value, place: &[Step]) -> Option<&'a Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

fn put(whole: &mut Value, place: &[Step], value: Option<Value>) {
    let Some((first, rest)) = place.split_first() else {
        *whole = value.unwrap_or(Value::Null);
        return;
    };
    match first {
        Step::Key(key) => {
            if !whole.is_object() {
                *whole = Value::Object(Map::new());
            }
            let Some(map) = whole.as_object_mut() else { return };
            match (rest.is_empty(), value) {
                (true, None) => drop(map.remove(key)),
                (_, value) => put(map.entry(key.clone()).or_insert(Value::Null), rest, value),
            }
        }
        Step::Index(index) => {
            let Some(list) = whole.as_array_mut().filter(|list| *index < list.len()) else { return };
            match (rest.is_empty(), value) {
                (true, None) => drop(list.remove(*index)),
                (_, value) => put(&mut list[*index], rest, value),
            }
        }
    }
}

/// What is wrong with the field at a JSON pointer, as the server says.
pub type Problems = Rc<dyn Fn(&str) -> Option<String>>;

/// Draws the form. `prefix` begins the fields' ids; `problems` is asked with pointers below `/kwargs`, say, as `pointer` has it.
pub fn schema_form(prefix: &'static str, fields: &[Field], filled: Filled, pointer: &'static str, problems: Problems) -> View {
    let fields: Vec<View> =
        fields.iter().map(|field| field_view(prefix, field, filled, Vec::new(), pointer, &problems)).collect();
    html! { div(class="schema-form") { (fields) } }
}

fn field_view(
    prefix: &'static str,
    field: &Field,
    filled: Filled,
    mut place: Vec<Step>,
    pointer: &'static str,
    problems: &Problems,
) -> View {
    place.push(Step::Key(field.name.clone()));
    if let Kind::Group(inner) = &field.kind {
        let inner: Vec<View> =
            inner.iter().map(|inner| field_view(prefix, inner, filled, place.clone(), pointer, problems)).collect();
        let (title, told) = (field.title.clone(), field.told.clone());
        return html! { fieldset(class="group") { legend { (title) } p(class="hint") { (told) } (inner) } };
    }
    let id = id_of(prefix, &place);
    let at = pointer_of(pointer, &place);
    let problems = Rc::clone(problems);
    let error = create_signal(None::<String>);
    create_effect(move || error.set(problems(&at)));
    let mut shown = super::field::Field::new(id.clone(), field.title.clone()).error(error);
    let hint = field.hint();
    if !hint.is_empty() {
        shown = shown.hint(hint);
    }
    if field.required {
        shown = shown.required();
    }
    let (kind, title) = (field.kind.clone(), field.title.clone());
    let required = field.required;
    shown.control(move |of| control(id, title, &kind, required, filled, place, of))
}

fn id_of(prefix: &str, place: &[Step]) -> String {
    place.iter().fold(prefix.to_owned(), |id, step| match step {
        Step::Key(key) => format!("{id}-{}", super::layout::slug(key)),
        Step::Index(index) => format!("{id}-{index}"),
    })
}

fn pointer_of(pointer: &str, place: &[Step]) -> String {
    place.iter().fold(pointer.to_owned(), |pointer, step| match step {
        Step::Key(key) => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("{pointer}/{index}"),
    })
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;
    use serde_json::json;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn values_are_put_where_they_belong_and_taken_away() {
        let mut value = json!({"a": {"b": 1}, "list": [1, 2, 3]});
        let key = |key: &str| Step::Key(key.to_owned());
        put(&mut value, &[key("a"), key("c")], Some(json!("x")));
        put(&mut value, &[key("list"), Step::Index(1)], None);
        put(&mut value, &[key("new"), key("deep")], Some(json!(true)));
        put(&mut value, &[key("a"), key("b")], None);
        assert_eq!(value, json!({"a": {"c": "x"}, "list": [1, 3], "new": {"deep": true}}));
    }

    #[test]
    fn a_field_has_its_label_its_hint_and_what_the_server_says_of_it() {
        let schema = r#"{"type":"object","properties":{"url":{"type":"string","description":"Where to."}},"required":["url"]}"#;
        let fields = schema::fields(schema);
        let problems: Problems = Rc::new(|pointer| (pointer == "/kwargs/url").then(|| "not a URL".to_owned()));
        let html = rendered("/", Role::Operator, || schema_form("input", &fields, Filled::new(json!({})), "/kwargs", problems));
        for part in ["for=\"input-url\"", "id=\"input-url\"", "Where to.", "not a URL", "aria-invalid=\"true\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
