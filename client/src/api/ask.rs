//! A request as a value.

use std::{fmt::Display, marker::PhantomData};

use serde::Serialize;

use crate::{browser::clock, router::place::encode};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request whose answer is a `T`.
pub struct Ask<T> {
    pub method: Method,
    /// Path and query.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Option<String>,
    answer: PhantomData<fn() -> T>,
}

impl<T> Clone for Ask<T> {
    fn clone(&self) -> Self {
        let Self { method, path, headers, body, answer } = self;
        Self { method: *method, path: path.clone(), headers: headers.clone(), body: body.clone(), answer: *answer }
    }
}

impl<T> Ask<T> {
    fn new(method: Method, segments: &[&str], body: Option<String>) -> Self {
        let path = segments.iter().fold("/api/v1".to_owned(), |path, segment| path + "/" + &encode(segment));
        let mut headers = Vec::new();
        if method != Method::Get {
            // A change that is sent once more because no answer came is done once all the same.
            headers.push(("idempotency-key", clock::fresh_id().to_string()));
        }
        Self { method, path, headers, body, answer: PhantomData }
    }

    /// Reads what is at a path below `/api/v1`, given by its segments.
    pub fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments, None)
    }

    /// Does something without a body.
    pub fn post(segments: &[&str]) -> Self {
        Self::new(Method::Post, segments, None)
    }

    /// Does something with a body.
    pub fn post_json(segments: &[&str], body: &impl Serialize) -> Self {
        Self::new(Method::Post, segments, Some(json(body)))
    }

    /// Replaces something.
    pub fn put(segments: &[&str], body: &impl Serialize) -> Self {
        Self::new(Method::Put, segments, Some(json(body)))
    }

    /// Changes something.
    pub fn patch(segments: &[&str], body: &impl Serialize) -> Self {
        Self::new(Method::Patch, segments, Some(json(body)))
    }

    /// Removes something.
    pub fn delete(segments: &[&str]) -> Self {
        Self::new(Method::Delete, segments, None)
    }

    /// With a parameter of the query; without one where there is no value.
    #[must_use]
    pub fn query(mut self, name: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value.map(|value| value.to_string()).filter(|value| !value.is_empty()) {
            self.path.push(if self.path.contains('?') { '&' } else { '?' });
            self.path.push_str(&format!("{name}={}", encode(&value)));
        }
        self
    }

    /// Only if the thing is still as it was at this revision.
    #[must_use]
    pub fn if_match(mut self, revision: u64) -> Self {
        self.headers.push(("if-match", format!("\"{revision}\"")));
        self
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("the API's types have a JSON form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_encoded() {
        let ask = Ask::<()>::get(&["queues", "a/b"]).query("q", Some("x&y")).query("none", None::<u8>).query("limit", Some(20));
        assert_eq!(ask.path, "/api/v1/queues/a%2Fb?q=x%26y&limit=20");
        assert!(ask.headers.is_empty());
    }

    #[test]
    fn a_change_has_a_key_that_stays_when_it_is_sent_again() {
        let ask = Ask::<()>::post(&["tasks"]);
        assert_eq!(ask.headers[0].0, "idempotency-key");
        assert_eq!(ask.clone().headers, ask.headers);
    }
}
