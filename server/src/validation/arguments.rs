//! Task arguments against the task definition's schema.

use jsonschema::{Validator, error::ValidationErrorKind};
use ruche_api::FieldError;
use ruche_domain::{RawJson, TaskDefinition};
use serde_json::{Map, Value};

use super::errors::field_error;
use crate::problem::MOST_ERRORS;

/// In an arguments schema, the names positional arguments are bound to, in order. Without it they cannot be checked by
/// themselves.
const POSITIONAL: &str = "x-positional";

/// A definition's argument schema, compiled.
pub struct Arguments {
    validator: Option<Validator>,
    positional: Option<Vec<String>>,
}

/// What does not match.
pub type Mismatch = Vec<FieldError>;

impl Arguments {
    /// Compiles the schema; one that is none checks nothing.
    pub fn compile(definition: &TaskDefinition) -> Self {
        let schema: Value = definition.arguments.decode().unwrap_or(Value::Bool(true));
        let positional = schema.get(POSITIONAL).and_then(|names| serde_json::from_value(names.clone()).ok());
        let validator = jsonschema::options().should_validate_formats(true).build(&schema);
        if let Err(error) = &validator {
            tracing::warn!(task = %definition.name, error = %error.masked(), "the arguments' schema cannot be used; they are not checked");
        }
        Self { validator: validator.ok(), positional }
    }

    /// Checks arguments. `args` is a JSON array, `kwargs` a JSON object; errors point below `base`.
    pub fn check(&self, args: Option<&RawJson>, kwargs: Option<&RawJson>, base: &Base<'_>) -> Result<(), Mismatch> {
        let Some(validator) = &self.validator else { return Ok(()) };
        let mut values = match kwargs.map(RawJson::decode::<Map<String, Value>>) {
            None => Map::new(),
            Some(Ok(values)) => values,
            Some(Err(_)) => return Err(vec![base.kwargs_error("type", "not a JSON object with distinct, readable values")]),
        };
        let positional = args.map_or(Ok(Vec::new()), RawJson::decode::<Vec<Value>>);
        let positional = positional.map_err(|_| vec![base.args_error("type", "not a JSON array")])?;
        let given = positional.len();
        let unbound = self.bind(positional, &mut values, base)?;
        let instance = Value::Object(values);
        if validator.is_valid(&instance) {
            return Ok(());
        }
        let mut missing = 0;
        let errors: Mismatch = validator
            .iter_errors(&instance)
            .filter(|error| {
                let root = error.instance_path().as_str().is_empty();
                if unbound && root && matches!(error.kind(), ValidationErrorKind::Required { .. }) {
                    missing += 1;
                    // Any of the positional arguments may be this one.
                    return missing > given;
                }
                true
            })
            .take(MOST_ERRORS)
            .map(|error| field_error(&error, base.kwargs))
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Puts positional arguments in their places; `true` when their places are not known.
    fn bind(&self, positional: Vec<Value>, values: &mut Map<String, Value>, base: &Base<'_>) -> Result<bool, Mismatch> {
        if positional.is_empty() {
            return Ok(false);
        }
        let Some(names) = &self.positional else { return Ok(true) };
        if positional.len() > names.len() {
            return Err(vec![base.args_error("too_many", format!("at most {} positional arguments", names.len()))]);
        }
        for (name, value) in names.iter().zip(positional) {
            if values.insert(name.clone(), value).is_some() {
                return Err(vec![base.args_error("given_twice", format!("{name} is given by position and by name"))]);
            }
        }
        Ok(false)
    }
}

/// Where in the body the arguments stand, as JSON pointers.
pub struct Base<'a> {
    /// The positional ones.
    pub args: &'a str,
    /// The keyword ones.
    pub kwargs: &'a str,
}

impl Base<'_> {
    fn args_error(&self, code: &str, detail: impl Into<String>) -> FieldError {
        at(self.args, code, detail)
    }

    fn kwargs_error(&self, code: &str, detail: impl Into<String>) -> FieldError {
        at(self.kwargs, code, detail)
    }
}

fn at(pointer: &str, code: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: Some(pointer.to_owned()), parameter: None, code: code.to_owned(), detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use ruche_domain::{Priority, QueueName, RetryPolicy, TaskName};
    use serde_json::json;

    use super::*;

    const BASE: Base<'static> = Base { args: "/args", kwargs: "/kwargs" };

    fn arguments(extra: &Value) -> Arguments {
        let mut schema = json!({
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "string", "maxLength": 3}},
            "required": ["a"],
            "additionalProperties": false,
        });
        schema.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Arguments::compile(&TaskDefinition {
            name: TaskName::new("t").unwrap(),
            description: String::new(),
            arguments: RawJson::of(&schema).unwrap(),
            result: RawJson::null(),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            retry: RetryPolicy::STANDARD,
            timeout: None,
        })
    }

    fn check(arguments: &Arguments, args: Value, kwargs: Value) -> Result<(), Vec<(String, String)>> {
        let (args, kwargs) = (RawJson::of(&args).unwrap(), RawJson::of(&kwargs).unwrap());
        let told = |errors: Mismatch| errors.into_iter().map(|e| (e.pointer.unwrap(), e.code)).collect();
        arguments.check(Some(&args), Some(&kwargs), &BASE).map_err(told)
    }

    #[test]
    fn each_violation_is_told_with_its_place_and_without_the_value() {
        let arguments = arguments(&json!({}));
        assert_eq!(check(&arguments, json!([]), json!({"a": 1})), Ok(()));
        let errors = check(&arguments, json!([]), json!({"a": "x", "b": "secret", "c": 1})).unwrap_err();
        let told = |pointer: &str, code: &str| errors.contains(&(pointer.to_owned(), code.to_owned()));
        assert!(told("/kwargs/a", "type") && told("/kwargs/b", "max_length") && told("/kwargs", "unknown_field"), "{errors:?}");
        let kwargs = RawJson::of(&json!({"a": 1, "b": "secret"})).unwrap();
        let errors = arguments.check(None, Some(&kwargs), &BASE).unwrap_err();
        assert!(!errors[0].detail.contains("secret"), "{}", errors[0].detail);
    }

    #[test]
    fn positional_arguments_without_known_places_may_stand_for_missing_ones() {
        let arguments = arguments(&json!({}));
        assert_eq!(check(&arguments, json!([1]), json!({})), Ok(()));
        assert!(check(&arguments, json!([]), json!({})).is_err());
        assert!(check(&arguments, json!([1]), json!({"b": 5})).is_err());
    }

    #[test]
    fn positional_arguments_with_known_places_are_checked() {
        let arguments = arguments(&json!({"x-positional": ["a", "b"]}));
        assert_eq!(check(&arguments, json!([1, "x"]), json!({})), Ok(()));
        assert!(check(&arguments, json!(["no"]), json!({})).is_err());
        assert!(check(&arguments, json!([1]), json!({"a": 1})).is_err());
        assert!(check(&arguments, json!([1, "x", 2]), json!({})).is_err());
    }
}
