//! The tasks a worker can run.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};
use ruche_domain::{InvalidJson, InvalidName, RawJson, TaskDefinition, TaskName};
use schemars::schema_for;

use crate::{Task, TaskContext, TaskError, arguments};

/// Runs one attempt of a registered task on raw arguments.
pub(crate) type Run = Arc<dyn Fn(RawJson, RawJson, TaskContext) -> BoxFuture<'static, Result<RawJson, TaskError>> + Send + Sync>;

/// What tasks share, by type.
pub(crate) type Resources = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// One registered task.
#[derive(Clone)]
pub(crate) struct Registered {
    pub(crate) definition: TaskDefinition,
    pub(crate) run: Run,
}

/// The tasks a worker can run, and what they share.
#[derive(Clone, Default)]
pub struct Registry {
    tasks: BTreeMap<TaskName, Registered>,
    resources: Arc<Resources>,
}

/// Two tasks have the same name, or a name breaks the rule.
#[derive(Debug, thiserror::Error)]
pub enum DuplicateTask {
    /// The name is taken.
    #[error("two tasks are registered as {0}")]
    Taken(TaskName),
    /// The name is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The schema has no JSON form.
    #[error("the task's schema cannot be written")]
    Schema(#[from] InvalidJson),
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task.
    ///
    /// # Errors
    /// When its name is taken or invalid.
    pub fn task<T: Task>(mut self) -> Result<Self, DuplicateTask> {
        let name = TaskName::new(T::NAME)?;
        let fields = arguments::fields_of::<T>();
        let run: Run = Arc::new(move |args, kwargs, context| run::<T>(args, kwargs, context, fields).boxed());
        let registered = Registered { definition: definition::<T>(&name)?, run };
        if self.tasks.insert(name.clone(), registered).is_some() {
            return Err(DuplicateTask::Taken(name));
        }
        Ok(self)
    }

    /// Adds something tasks share, found by its type; see [`TaskContext::resource`].
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, resource: T) -> Self {
        Arc::make_mut(&mut self.resources).insert(TypeId::of::<T>(), Arc::new(resource));
        self
    }

    /// The task registered under a name.
    pub(crate) fn get(&self, name: &TaskName) -> Option<&Registered> {
        self.tasks.get(name)
    }

    /// The names of the registered tasks.
    pub(crate) fn names(&self) -> impl Iterator<Item = &TaskName> {
        self.tasks.keys()
    }

    /// What the tasks share.
    pub(crate) fn resources(&self) -> Arc<Resources> {
        Arc::clone(&self.resources)
    }

    /// The definitions, by name.
    #[must_use]
    pub fn definitions(&self) -> Vec<TaskDefinition> {
        self.tasks.values().map(|task| task.definition.clone()).collect()
    }
}

fn definition<T: Task>(name: &TaskName) -> Result<TaskDefinition, DuplicateTask> {
    let arguments = schema_for!(T);
    let description = arguments.get("description").and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    let defaults = T::defaults();
    Ok(TaskDefinition {
        name: name.clone(),
        description,
        arguments: RawJson::of(&arguments)?,
        result: RawJson::of(&schema_for!(T::Output))?,
        queue: defaults.queue,
        priority: defaults.priority,
        retry: defaults.retry,
        timeout: defaults.timeout,
    })
}

async fn run<T: Task>(
    args: RawJson,
    kwargs: RawJson,
    context: TaskContext,
    fields: &[&'static str],
) -> Result<RawJson, TaskError> {
    let task: T = arguments::decode(&args, &kwargs, fields).map_err(|error| TaskError::fail(error).kind("invalid_arguments"))?;
    let output = task.run(&context).await?;
    RawJson::of(&output).map_err(|error| TaskError::fail(error).kind("invalid_result"))
}
