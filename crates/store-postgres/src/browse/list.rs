//! The one query whose text depends on what is asked: put together from the fragments here, never from anybody's text.

use ruche_domain::TaskState;
use ruche_store::{Cursor, TaskFilter};
use sqlx::{Arguments, AssertSqlSafe, Encode, Postgres, Type, postgres::PgArguments, query::Query};

const COLUMNS: &str = "t.id, t.name, t.queue, t.priority, t.state::text as state, t.attempt, t.attempts_used, t.max_attempts,
    t.created_at, t.queued_at, t.due_at, t.started_at, t.finished_at, t.lease_until, t.expires_at, t.worker,
    t.cancel_requested, t.progress, t.error";

/// Which tasks to list, at most `limit`.
///
/// One index range per state, newest first, merged: every index a filter can use begins with what it filters by, then has the
/// state, so a page costs at most its length times the number of states. The limit is part of the text, so that the plan is
/// made for a page and not for a tenth of the table.
pub fn query(filter: &TaskFilter, after: Option<Cursor>, limit: i64) -> Query<'static, Postgres, PgArguments> {
    statement(COLUMNS, filter, &filter.states(), after, limit)
}

/// The same, of tasks in these states, with nothing but what an operation walks by.
pub fn walk(
    filter: &TaskFilter,
    states: &[TaskState],
    after: Option<Cursor>,
    limit: i64,
) -> Query<'static, Postgres, PgArguments> {
    statement("t.id, t.created_at", filter, states, after, limit)
}

/// How many tasks in each of these states pass, counted up to `limit` each, by the same index ranges.
pub fn count(filter: &TaskFilter, states: &[TaskState], limit: i64) -> Query<'static, Postgres, PgArguments> {
    let conditions = Conditions::of(filter, states, None);
    let hint = if names_an_index(filter) { "" } else { " and t.max_attempts > 0" };
    let range = format!(
        "select 1 from tasks t where t.state = s.state{hint}{} order by t.created_at, t.id limit {limit}",
        conditions.text
    );
    let sql = format!(
        "-- task.count\nselect s.state::text as state, n.count from unnest($1::text[]::task_state[]) s (state)
         cross join lateral (select count(*) as count from ({range}) few) n where n.count > 0"
    );
    sqlx::query_with(AssertSqlSafe(sql), conditions.arguments)
}

fn statement(
    columns: &str,
    filter: &TaskFilter,
    states: &[TaskState],
    after: Option<Cursor>,
    limit: i64,
) -> Query<'static, Postgres, PgArguments> {
    let conditions = Conditions::of(filter, states, after);
    let sql = text(columns, filter, &conditions.text, limit);
    sqlx::query_with(AssertSqlSafe(sql), conditions.arguments)
}

/// Whether the filter says by which index it is answered: by another one than that by state.
const fn names_an_index(filter: &TaskFilter) -> bool {
    filter.name.is_some() || filter.queue.is_some() || filter.fingerprint.is_some()
}

fn text(columns: &str, filter: &TaskFilter, conditions: &str, limit: i64) -> String {
    let page = format!("order by t.created_at desc, t.id desc limit {limit}");
    let range = |rule: &str| format!("select * from tasks t where {rule}{conditions} {page}");
    let per_state =
        |rule: &str| format!("select r.* from unnest($1::text[]::task_state[]) s (state) cross join lateral ({}) r", range(rule));
    let ranges = if filter.worker.is_none() {
        // The second condition is what asks for the index by state, see the migration.
        per_state(if !names_an_index(filter) { "t.state = s.state and t.max_attempts > 0" } else { "t.state = s.state" })
    } else {
        // Running tasks are not in the index by worker, but they are few: a branch of their own reads them all.
        let others = per_state("t.state = s.state and t.state <> 'running'");
        let running = range("t.state = 'running' and t.max_attempts > 0 and 'running' = any($1::text[])");
        format!("({others}) union all ({running})")
    };
    format!("-- task.list\nselect {columns} from ({ranges}) t {page}")
}

/// What every range is held to, with its parameters; the first is the states.
struct Conditions {
    text: String,
    arguments: PgArguments,
}

impl Conditions {
    fn of(filter: &TaskFilter, states: &[TaskState], after: Option<Cursor>) -> Self {
        // What is said of the state, `states` says.
        let TaskFilter { state: _, name, queue, worker, created_from, created_before, fingerprint } = filter;
        let mut conditions = Self { text: String::new(), arguments: PgArguments::default() };
        conditions.bind(states.iter().map(|state| state.as_str()).collect::<Vec<_>>());
        conditions.and("t.name =", name.as_ref().map(|name| name.as_str().to_owned()));
        conditions.and("t.queue =", queue.as_ref().map(|queue| queue.as_str().to_owned()));
        conditions.and("t.worker =", worker.as_ref().map(|worker| worker.as_str().to_owned()));
        // The words of the partial index.
        let print = fingerprint.as_ref().map(|print| print.as_str().to_owned());
        conditions.and("t.state = 'failed' and t.fingerprint is not null and t.fingerprint =", print);
        conditions.and("t.created_at >=", *created_from);
        // A cursor before that time says it already, and PostgreSQL would begin at whichever of the two it sees first.
        let before = created_before.filter(|before| after.is_none_or(|cursor| cursor.created_at >= *before));
        conditions.and("t.created_at <", before);
        if let Some(Cursor { created_at, id }) = after {
            let (time, id) = (conditions.bind(created_at), conditions.bind(id.as_uuid()));
            conditions.text += &format!(" and (t.created_at, t.id) < (${time}, ${id})");
        }
        conditions
    }

    fn and<T>(&mut self, rule: &str, value: Option<T>)
    where
        T: for<'q> Encode<'q, Postgres> + Type<Postgres>,
    {
        if let Some(value) = value {
            let position = self.bind(value);
            self.text += &format!(" and {rule} ${position}");
        }
    }

    /// Adds a parameter; its position.
    fn bind<T>(&mut self, value: T) -> usize
    where
        T: for<'q> Encode<'q, Postgres> + Type<Postgres>,
    {
        self.arguments.add(value).expect("text, times and ids always encode");
        self.arguments.len()
    }
}
