//! What can be enqueued.

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{Definition, DefinitionList};

use super::{Tag, names};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Common, Refusal, Refuses},
    state::Shared,
    views,
};

/// Task definitions.
pub struct Definitions;

/// The statuses only `getTaskDefinition` has.
struct Get;

impl Refuses for Get {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Definitions")]
impl Definitions {
    /// List task definitions
    ///
    /// Every task name that a worker has registered, with the JSON Schemas of its arguments and result and what applies to
    /// tasks that say nothing else.
    #[oai(path = "/task-definitions", method = "get", operation_id = "listTaskDefinitions")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_task_definitions(&self, shared: Data<&Shared>) -> Result<Document<DefinitionList>, Refusal<Common>> {
        let known = shared.definitions.current().await?;
        Ok(Document(DefinitionList { data: known.sorted().into_iter().map(views::definition).collect() }))
    }

    /// Get a task definition
    ///
    /// What is registered under one task name.
    #[oai(path = "/task-definitions/:name", method = "get", operation_id = "getTaskDefinition")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_task_definition(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Document<Definition>, Refusal<Get>> {
        let name = names::task_name("name", &name)?;
        let known = shared.definitions.with(name.as_str()).await?;
        let known = known.get(name.as_str()).ok_or_else(|| Problem::new(Code::DefinitionNotFound))?;
        Ok(Document(views::definition(&known.definition)))
    }
}
