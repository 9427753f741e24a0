//! The list query: a merge of one part per state, each read from one index in the order of the page.
//!
//! Built from fixed fragments; every value is bound.

use ruche_domain::TaskState;
use ruche_store::{Cursor, TaskFilter};
use sqlx::{AssertSqlSafe, Sqlite, query::Query, sqlite::SqliteArguments};

use crate::batch::micros;

const PART: &str = include_str!("../../queries/task/list.sql");
const PAGE: &str = "ORDER BY created_at DESC, id DESC LIMIT ?8";

/// What an operation walks by.
const WALK: &str = "-- task.walk\nSELECT id, created_at FROM tasks\n";

/// The statement for one page.
pub fn query(filter: &TaskFilter, after: Option<Cursor>, limit: i64) -> Query<'static, Sqlite, SqliteArguments> {
    page(PART, filter, &filter.states(), after, limit)
}

/// The same, of tasks in these states, with nothing but what an operation walks by.
pub fn walk(
    filter: &TaskFilter,
    states: &[TaskState],
    after: Option<Cursor>,
    limit: i64,
) -> Query<'static, Sqlite, SqliteArguments> {
    page(WALK, filter, states, after, limit)
}

/// How many tasks in each of these states pass, counted up to `limit` each, by the same indexes.
pub fn count(filter: &TaskFilter, states: &[TaskState], limit: i64) -> Query<'static, Sqlite, SqliteArguments> {
    let before = filter.created_before.map(micros);
    let shape = Shape { filter, after: false, before: before.is_some() };
    let mut text = "-- task.count\nSELECT '' AS state, 0 AS count WHERE 0".to_owned();
    for &state in states {
        let few = shape.part("SELECT 1 FROM tasks ", state);
        text += &format!("\nUNION ALL SELECT '{state}', (SELECT count(*) FROM ({few} LIMIT ?8))");
    }
    bind(text, filter, None, before, limit)
}

fn page(
    select: &str,
    filter: &TaskFilter,
    states: &[TaskState],
    after: Option<Cursor>,
    limit: i64,
) -> Query<'static, Sqlite, SqliteArguments> {
    let (after, before) = tighter(after, filter.created_before.map(micros));
    let shape = Shape { filter, after: after.is_some(), before: before.is_some() };
    let mut parts: Vec<String> = states.iter().map(|&state| shape.part(select, state)).collect();
    if parts.is_empty() {
        // No state passes: nothing does.
        parts.push(format!("{select}WHERE 0"));
    }
    bind(format!("{}\n{PAGE}", parts.join("\nUNION ALL\n")), filter, after, before, limit)
}

fn bind(
    text: String,
    filter: &TaskFilter,
    after: Option<Cursor>,
    before: Option<i64>,
    limit: i64,
) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query(AssertSqlSafe(text))
        .bind(filter.name.as_ref().map(|name| name.as_str().to_owned()))
        .bind(filter.worker.as_ref().map(|worker| worker.as_str().to_owned()))
        .bind(filter.queue.as_ref().map(|queue| queue.as_str().to_owned()))
        .bind(filter.created_from.map(micros))
        .bind(before)
        .bind(after.map(|cursor| micros(cursor.created_at)))
        .bind(after.map(|cursor| cursor.id.as_uuid()))
        .bind(limit)
        .bind(filter.fingerprint.as_ref().map(|print| print.as_str().to_owned()))
}

/// Both bounds say where the page begins: the one that says more makes the other needless, so that SQLite seeks to the right one.
fn tighter(after: Option<Cursor>, before: Option<i64>) -> (Option<Cursor>, Option<i64>) {
    match (after, before) {
        (Some(cursor), Some(before)) if micros(cursor.created_at) < before => (Some(cursor), None),
        (Some(_), Some(before)) => (None, Some(before)),
        either => either,
    }
}

/// Which conditions a statement has; the parameters are always bound.
struct Shape<'a> {
    filter: &'a TaskFilter,
    after: bool,
    before: bool,
}

impl Shape<'_> {
    fn part(&self, select: &str, state: TaskState) -> String {
        let filter = self.filter;
        let mut part = format!("{select}INDEXED BY {} WHERE state = '{state}'", self.index(state));
        let conditions = [
            (filter.name.is_some(), " AND name = ?1"),
            (filter.worker.is_some(), " AND worker = ?2"),
            // The index by worker does not hold running tasks; SQLite wants to be told.
            (filter.worker.is_some() && state != TaskState::Running, " AND state <> 'running'"),
            (filter.queue.is_some(), " AND queue = ?3"),
            (filter.created_from.is_some(), " AND created_at >= ?4"),
            (self.before, " AND created_at < ?5"),
            (self.after, " AND (created_at, id) < (?6, ?7)"),
            (filter.fingerprint.is_some(), " AND fingerprint IS NOT NULL AND fingerprint = ?9"),
        ];
        conditions.iter().filter(|(wanted, _)| *wanted).for_each(|(_, condition)| part.push_str(condition));
        part
    }

    /// The index of the condition that most likely leaves the fewest tasks.
    fn index(&self, state: TaskState) -> &'static str {
        match self.filter {
            TaskFilter { fingerprint: Some(_), .. } => "tasks_by_fingerprint",
            TaskFilter { worker: Some(_), .. } if state == TaskState::Running => "tasks_by_state",
            TaskFilter { name: Some(_), .. } => "tasks_by_name",
            TaskFilter { worker: Some(_), .. } => "tasks_by_worker",
            TaskFilter { queue: Some(_), .. } => "tasks_by_queue",
            _ => "tasks_by_state",
        }
    }
}
