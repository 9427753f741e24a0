//! New tasks as one array per column.

use ruche_domain::{ConcurrencyKey, NewTask, Timestamp};
use ruche_store::StoreError;
use sqlx::{Postgres, postgres::PgArguments, query::Query};
use uuid::Uuid;

use crate::row::{JsonText, encode, signed};

/// The arrays that `task.insert` and `task.insert_foreign` begin with.
#[derive(Default)]
pub struct TaskColumns<'a> {
    ids: Vec<Uuid>,
    created_at: Vec<Timestamp>,
    expires_at: Vec<Option<Timestamp>>,
    eta: Vec<Option<Timestamp>>,
    scheduled: Vec<bool>,
    max_attempts: Vec<i32>,
    priority: Vec<i16>,
    names: Vec<&'a str>,
    queues: Vec<&'a str>,
    args: Vec<Option<JsonText<'a>>>,
    kwargs: Vec<Option<JsonText<'a>>>,
    options: Vec<Option<String>>,
    keys: Vec<Option<&'a str>>,
}

impl<'a> TaskColumns<'a> {
    /// Of tasks, each with whether it starts as `scheduled` rather than `queued`.
    pub fn of(tasks: impl Iterator<Item = (&'a NewTask, bool)>) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        for (task, scheduled) in tasks {
            columns.push(task, scheduled)?;
        }
        Ok(columns)
    }

    fn push(&mut self, task: &'a NewTask, scheduled: bool) -> Result<(), StoreError> {
        let NewTask { id, name, queue, priority, args, kwargs, max_attempts, created_at, eta, expires_at, options } = task;
        self.ids.push(id.as_uuid());
        self.created_at.push(*created_at);
        self.expires_at.push(*expires_at);
        self.eta.push(*eta);
        self.scheduled.push(scheduled);
        self.max_attempts.push(signed((*max_attempts).max(1)));
        self.priority.push(priority.get().into());
        self.names.push(name.as_str());
        self.queues.push(queue.as_str());
        self.args.push(unless(args.as_str(), "[]"));
        self.kwargs.push(unless(kwargs.as_str(), "{}"));
        self.keys.push(options.concurrency_key.as_ref().map(ConcurrencyKey::as_str));
        self.options.push(if options.is_empty() { None } else { Some(encode(options)?) });
        Ok(())
    }

    /// A query with these as its first thirteen parameters.
    pub fn bind<'q>(&self, sql: &'static str) -> Query<'q, Postgres, PgArguments> {
        let options: Vec<_> = self.options.iter().map(|text| text.as_deref().map(JsonText)).collect();
        sqlx::query(sql)
            .bind(&self.ids)
            .bind(&self.created_at)
            .bind(&self.expires_at)
            .bind(&self.eta)
            .bind(&self.scheduled)
            .bind(&self.max_attempts)
            .bind(&self.priority)
            .bind(&self.names)
            .bind(&self.queues)
            .bind(&self.args)
            .bind(&self.kwargs)
            .bind(options)
            .bind(&self.keys)
    }
}

/// Null stands for what most tasks have.
fn unless<'a>(text: &'a str, usual: &str) -> Option<JsonText<'a>> {
    (text != usual).then_some(JsonText(text))
}
