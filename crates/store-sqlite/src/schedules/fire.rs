//! What makes tasks: ticks, runs by hand, backfills. Each is one transaction.

use std::collections::HashSet;

use chrono::TimeDelta;
use ruche_domain::{Change, ChangeKind, NewTask, Overlap, ScheduleName, TaskId, TaskState, Tick, Timestamp};
use ruche_store::{BackfillAnswer, Fired, Firing, HISTORY, Handover, RunAnswer, StoreError, TaskMaker};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{get, row};
use crate::{
    SqliteStore,
    batch::{Hex, json, micros},
    enqueue::{begun, insert, note},
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, change, state},
};

const TAKE_DUE: &str = include_str!("../../queries/schedule/take_due.sql");
const MOVE_ON: &str = include_str!("../../queries/schedule/move_on.sql");
const PUT_OFF: &str = include_str!("../../queries/schedule/put_off.sql");
const INSERT: &str = include_str!("../../queries/tick/insert.sql");
const PRUNE: &str = include_str!("../../queries/tick/prune.sql");
const LAST_MANUAL: &str = include_str!("../../queries/tick/last_manual.sql");
const STATE: &str = include_str!("../../queries/task/state.sql");
const CANCEL: &str = include_str!("../../queries/task/cancel.sql");

impl SqliteStore {
    pub(super) async fn fire(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(TAKE_DUE).bind(micros(now)).bind(limit);
        let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        let (mut written, mut fired) = (Written::default(), Fired::default());
        for row in &rows {
            let schedule = match row::schedule(row) {
                Err(StoreError::Corrupt { .. }) => {
                    put_off(&mut transaction, row, now).await?;
                    fired.unreadable += 1;
                    continue;
                }
                read => read?,
            };
            fired.decided += 1;
            let live = match Firing::task_before(&schedule) {
                Some(task) => is_live(&mut transaction, task).await?,
                None => false,
            };
            let firing = Firing::of(schedule, now, live, maker);
            written.add(&mut transaction, firing, now).await?;
        }
        fired.made.clone_from(&written.tasks);
        fired.handover = written.enqueue(&mut transaction, now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(written.changes);
        Ok(fired)
    }

    pub(super) async fn run(&self, name: &ScheduleName, now: Timestamp, maker: &dyn TaskMaker) -> Result<RunAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(schedule) = get(&mut transaction, name).await? else { return Ok(RunAnswer::NotFound) };
        let mut before = Firing::task_before(&schedule);
        if let Some(task) = before {
            before = is_live(&mut transaction, task).await?.then_some(task);
        }
        if let (Some(task), Overlap::Skip) = (before, schedule.definition.overlap) {
            return Ok(RunAnswer::Overlap(task));
        }
        let query = sqlx::query_scalar(LAST_MANUAL).bind(name.as_str()).bind(micros(now));
        let last: Option<i64> = query.fetch_one(&mut *transaction).await.map_err(refused)?;
        let last = last.and_then(Timestamp::from_timestamp_micros);
        let tick_at = last.map_or(now, |last| last + TimeDelta::microseconds(1));
        let task = match maker.make(&schedule, tick_at) {
            Ok(task) => task,
            Err(reason) => return Ok(RunAnswer::Refused(reason)),
        };
        let mut written = Written::default();
        let firing = Firing::by_hand(schedule, now, tick_at, before.is_some(), task.clone());
        written.add(&mut transaction, firing, now).await?;
        let handover = written.enqueue(&mut transaction, now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(written.changes);
        Ok(RunAnswer::Ran { task: Box::new(task), handover })
    }

    pub(super) async fn backfill(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(schedule) = get(&mut transaction, name).await? else { return Ok(BackfillAnswer::NotFound) };
        // What is still to be decided is the ticker's.
        let undecided = schedule.next_tick_at;
        let past = ticks.iter().copied().filter(|tick| undecided.is_none_or(|next| *tick < next));
        let firing = match Firing::backfill(schedule, now, past, maker) {
            Ok(firing) => firing,
            Err(reason) => return Ok(BackfillAnswer::Refused(reason)),
        };
        let rows = firing.ticks.clone();
        let mut written = Written::default();
        let instants = written.add(&mut transaction, firing, now).await?;
        let handover = written.enqueue(&mut transaction, now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(written.changes);
        let made = rows.into_iter().filter(|tick| instants.contains(&tick.tick_at));
        let made = made.filter_map(|tick| Some((tick.tick_at, tick.task?))).collect();
        Ok(BackfillAnswer::Filled { made, handover })
    }
}

/// What a transaction has written.
#[derive(Default)]
struct Written {
    tasks: Vec<NewTask>,
    changes: Vec<Change>,
}

impl Written {
    /// Writes history and the schedule, and keeps the tasks for [`Self::enqueue`]; the instants of the rows that are new.
    async fn add(
        &mut self,
        connection: &mut SqliteConnection,
        firing: Firing,
        now: Timestamp,
    ) -> Result<HashSet<Timestamp>, StoreError> {
        let new = insert_ticks(connection, &firing.schedule.name, &firing.ticks).await?;
        let cancel = firing.cancel;
        let (schedule, tasks) = firing.settle(&new);
        if let Some(before) = cancel.filter(|_| !tasks.is_empty()) {
            self.changes.extend(cancel_before(connection, before, now).await?);
        }
        self.changes.extend(tasks.iter().map(|task| begun(task, now)));
        self.tasks.extend(tasks);
        let query = sqlx::query(MOVE_ON)
            .bind(schedule.name.as_str())
            .bind(schedule.next_tick_at.map(micros))
            .bind(schedule.due_at.map(micros))
            .bind(schedule.last_tick_at.map(micros))
            .bind(schedule.last_task.map(|id| id.as_uuid()));
        query.execute(&mut *connection).await.map_err(refused)?;
        sqlx::query(PRUNE).bind(schedule.name.as_str()).bind(HISTORY).execute(connection).await.map_err(refused)?;
        Ok(new)
    }

    async fn enqueue(&mut self, connection: &mut SqliteConnection, now: Timestamp) -> Result<Handover, StoreError> {
        let tasks = std::mem::take(&mut self.tasks);
        insert(connection, &tasks.iter().collect::<Vec<_>>()).await?;
        let tasks: Vec<_> = tasks.into_iter().filter(|task| task.initial_state() == TaskState::Queued).collect();
        let outbox = note(connection, tasks.iter(), now).await?;
        Ok(Handover { tasks, outbox: outbox.into_iter().collect() })
    }
}

/// Leaves a schedule that cannot be read for later; what it is to do is not touched.
async fn put_off(connection: &mut SqliteConnection, row: &SqliteRow, now: Timestamp) -> Result<(), StoreError> {
    let name: &str = Record::new("schedules", row).get("name")?;
    let query = sqlx::query(PUT_OFF).bind(name).bind(micros(now + Fired::PUT_OFF));
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

async fn insert_ticks(
    connection: &mut SqliteConnection,
    name: &ScheduleName,
    ticks: &[Tick],
) -> Result<HashSet<Timestamp>, StoreError> {
    let row = |tick: &Tick| {
        let Tick { tick_at, kind, decided_at, task, skipped, through, detail } = tick.clone();
        let (task, skipped) = (task.map(Hex), skipped.map(|why| why.as_str()));
        (micros(tick_at), kind.as_str(), micros(decided_at), task, skipped, through.map(micros), detail)
    };
    let rows: Vec<_> = ticks.iter().map(row).collect();
    let query = sqlx::query_scalar(INSERT).bind(name.as_str()).bind(json(&rows));
    let new: Vec<i64> = query.fetch_all(connection).await.map_err(refused)?;
    Ok(new.into_iter().filter_map(Timestamp::from_timestamp_micros).collect())
}

async fn is_live(connection: &mut SqliteConnection, task: TaskId) -> Result<bool, StoreError> {
    let row = sqlx::query(STATE).bind(task.as_uuid()).fetch_optional(connection).await.map_err(refused)?;
    Ok(row.as_ref().map(state).transpose()?.is_some_and(|state| !state.is_terminal()))
}

/// The guarded transition of `Control::cancel`; what it changed, unless the task has ended meanwhile.
async fn cancel_before(connection: &mut SqliteConnection, task: TaskId, now: Timestamp) -> Result<Option<Change>, StoreError> {
    let query = sqlx::query(CANCEL).bind(task.as_uuid()).bind(micros(now));
    let Some(row) = query.fetch_optional(connection).await.map_err(refused)? else { return Ok(None) };
    let kind = match state(&row)? {
        TaskState::Running => ChangeKind::CancelRequested,
        state => ChangeKind::State(state),
    };
    change(&row, now, kind).map(Some)
}
