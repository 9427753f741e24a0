//! Values that never appear in logs, errors and dumps.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// What is shown in a secret's place.
const HIDDEN: &str = "***";

/// A secret. Shown as `***` wherever it is printed or serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself. Hand it to what needs it, never to a formatter.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The address of a service, perhaps with a password in it; shown with `***` in the password's place.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceUrl(String);

impl ServiceUrl {
    /// Wraps an address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address with its password. Hand it to what connects, never to a formatter.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The part before the first colon, lower case.
    #[must_use]
    pub fn scheme(&self) -> String {
        self.0.split(':').next().unwrap_or_default().to_ascii_lowercase()
    }
}

impl fmt::Display for ServiceUrl {
    /// Shows scheme, user, host and path; no password, and no query, as both clients take passwords there too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, query) = match self.0.split_once(['?', '#']) {
            Some((address, _)) => (address, "?***"),
            None => (self.0.as_str(), ""),
        };
        let Some((scheme, rest)) = address.split_once("://") else {
            // No authority, so no password; `sqlite:path`, `memory:`. Anything else is not shown.
            let known = ["sqlite:", "memory:"].iter().any(|scheme| address.starts_with(scheme));
            return if known { write!(f, "{address}") } else { f.write_str(HIDDEN) };
        };
        match rest.rsplit_once('@') {
            Some((credentials, host)) => {
                let user = credentials.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}:{HIDDEN}@{host}{query}")
            }
            None => write!(f, "{scheme}://{rest}{query}"),
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

macro_rules! hidden {
    ($type:ident, $name:literal, $description:literal) => {
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            /// Errors do not say what was found, as serde's own would.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match serde_json::Value::deserialize(deserializer) {
                    Ok(serde_json::Value::String(text)) => Ok(Self(text)),
                    _ => Err(D::Error::custom("expected text in quotes (what was found is not shown)")),
                }
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "writeOnly": true, "description": $description })
            }
        }
    };
}

hidden!(Secret, "Secret", "A secret.");
hidden!(ServiceUrl, "ServiceUrl", "The address of a service, perhaps with a password.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        let cases = [
            ("postgres://ruche:geheim@db:5432/ruche", "postgres://ruche:***@db:5432/ruche"),
            ("postgres://ruche:ge@he:im@db/ruche", "postgres://ruche:***@db/ruche"),
            ("postgres://db/ruche?user=a&password=geheim", "postgres://db/ruche?***"),
            ("amqp://db:5672/%2f", "amqp://db:5672/%2f"),
            ("sqlite:/var/lib/ruche.db", "sqlite:/var/lib/ruche.db"),
            ("geheim", "***"),
            ("postgres:ruche:geheim@db", "***"),
        ];
        for (url, shown) in cases {
            assert_eq!(ServiceUrl::new(url).to_string(), shown);
            assert_eq!(format!("{:?}", ServiceUrl::new(url)), shown);
        }
        assert_eq!(format!("{:?} {}", Secret::new("geheim"), Secret::new("geheim")), "*** ***");
    }

    #[test]
    fn a_secret_of_the_wrong_type_is_not_shown_in_the_error() {
        let error = serde_json::from_str::<Secret>("12345").unwrap_err().to_string();
        assert!(!error.contains("12345"), "{error}");
    }
}
