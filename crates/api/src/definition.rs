//! Task definitions.

use serde::{Deserialize, Serialize};

use crate::{AnyJson, Retry};

/// What is registered under a task name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Definition {
    /// The name tasks are enqueued under.
    pub name: String,
    /// What it does, in a line.
    pub summary: String,
    /// What it does; Markdown.
    pub description: String,
    /// JSON Schema (2020-12) of the keyword arguments.
    pub arguments: AnyJson,
    /// JSON Schema (2020-12) of the result.
    pub result: AnyJson,
    /// Queue of tasks that name none.
    pub queue: String,
    /// Priority of tasks that name none.
    pub priority: u8,
    /// How failed attempts are retried.
    pub retry: Retry,
    /// Longest time one attempt may run, in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// Task definitions, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct DefinitionList {
    /// The definitions.
    pub data: Vec<Definition>,
}
