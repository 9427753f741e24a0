//! What makes tasks: ticks, runs by hand, backfills. Each is one transaction that holds the schedule's row.

use std::collections::HashSet;

use chrono::TimeDelta;
use ruche_domain::{Change, ChangeKind, NewTask, Overlap, ScheduleName, TaskId, TaskState, Tick, Timestamp};
use ruche_store::{BackfillAnswer, Fired, Firing, HISTORY, Handover, RunAnswer, StoreError, TaskMaker};
use sqlx::{PgConnection, postgres::PgRow};

use super::{lock, row};
use crate::{
    PgStore,
    enqueue::{born, insert_chunks},
    error::refine,
    row::{count, get, parse},
};

impl PgStore {
    pub(super) async fn fire_once(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/schedule/take_due.sql")).bind(now).bind(i64::from(limit));
        let rows = query.fetch_all(&mut *transaction).await.map_err(refine)?;
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
        transaction.commit().await.map_err(refine)?;
        self.feed.announce(written.changes);
        Ok(fired)
    }

    pub(super) async fn run_once(
        &self,
        name: &ScheduleName,
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<RunAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(schedule) = lock(&mut transaction, name).await? else { return Ok(RunAnswer::NotFound) };
        let mut before = Firing::task_before(&schedule);
        if let Some(task) = before {
            before = is_live(&mut transaction, task).await?.then_some(task);
        }
        if let (Some(task), Overlap::Skip) = (before, schedule.definition.overlap) {
            return Ok(RunAnswer::Overlap(task));
        }
        let query = sqlx::query_scalar(include_str!("../../queries/tick/last_manual.sql")).bind(name.as_str()).bind(now);
        let last: Option<Timestamp> = query.fetch_one(&mut *transaction).await.map_err(refine)?;
        let tick_at = last.map_or(now, |last| last + TimeDelta::microseconds(1));
        let task = match maker.make(&schedule, tick_at) {
            Ok(task) => task,
            Err(reason) => return Ok(RunAnswer::Refused(reason)),
        };
        let mut written = Written::default();
        let firing = Firing::by_hand(schedule, now, tick_at, before.is_some(), task.clone());
        written.add(&mut transaction, firing, now).await?;
        let handover = written.enqueue(&mut transaction, now).await?;
        transaction.commit().await.map_err(refine)?;
        self.feed.announce(written.changes);
        Ok(RunAnswer::Ran { task: Box::new(task), handover })
    }

    pub(super) async fn backfill_once(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(schedule) = lock(&mut transaction, name).await? else { return Ok(BackfillAnswer::NotFound) };
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
        transaction.commit().await.map_err(refine)?;
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
        connection: &mut PgConnection,
        firing: Firing,
        now: Timestamp,
    ) -> Result<HashSet<Timestamp>, StoreError> {
        let new = insert(connection, &firing.schedule.name, &firing.ticks).await?;
        let cancel = firing.cancel;
        let (schedule, tasks) = firing.settle(&new);
        if let Some(before) = cancel.filter(|_| !tasks.is_empty()) {
            self.changes.extend(cancel_before(connection, before, now).await?);
        }
        self.changes.extend(tasks.iter().map(|task| born(task, task.initial_state())));
        self.tasks.extend(tasks);
        let query = sqlx::query(include_str!("../../queries/schedule/move_on.sql"))
            .bind(schedule.name.as_str())
            .bind(schedule.next_tick_at)
            .bind(schedule.due_at)
            .bind(schedule.last_tick_at)
            .bind(schedule.last_task.map(|id| id.as_uuid()));
        query.execute(&mut *connection).await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/tick/prune.sql"));
        query.bind(schedule.name.as_str()).bind(i64::from(HISTORY)).execute(connection).await.map_err(refine)?;
        Ok(new)
    }

    async fn enqueue(&mut self, connection: &mut PgConnection, now: Timestamp) -> Result<Handover, StoreError> {
        let tasks = std::mem::take(&mut self.tasks);
        let outbox = insert_chunks(connection, &tasks.iter().collect::<Vec<_>>(), now).await?;
        let tasks = tasks.into_iter().filter(|task| task.initial_state() == TaskState::Queued).collect();
        Ok(Handover { tasks, outbox: outbox.into_iter().collect() })
    }
}

/// Leaves a schedule that cannot be read for later; what it is to do is not touched.
async fn put_off(connection: &mut PgConnection, row: &PgRow, now: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query(include_str!("../../queries/schedule/put_off.sql"));
    let query = query.bind(get::<&str>(row, "name")?).bind(now + Fired::PUT_OFF);
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, name: &ScheduleName, ticks: &[Tick]) -> Result<HashSet<Timestamp>, StoreError> {
    let query = sqlx::query_scalar(include_str!("../../queries/tick/insert.sql"))
        .bind(name.as_str())
        .bind(ticks.iter().map(|tick| tick.tick_at).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.kind.as_str()).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.decided_at).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.task.map(|id| id.as_uuid())).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.skipped.map(|why| why.as_str())).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.through).collect::<Vec<_>>())
        .bind(ticks.iter().map(|tick| tick.detail.as_deref()).collect::<Vec<_>>());
    Ok(query.fetch_all(connection).await.map_err(refine)?.into_iter().collect())
}

async fn is_live(connection: &mut PgConnection, task: TaskId) -> Result<bool, StoreError> {
    let query = sqlx::query(include_str!("../../queries/task/states.sql")).bind(vec![task.as_uuid()]);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let states = rows.iter().map(|row| parse::<TaskState>(row, "state")).collect::<Result<Vec<_>, _>>()?;
    Ok(states.iter().any(|state| !state.is_terminal()))
}

/// The guarded transition of `Control::cancel`; what it changed, unless the task has ended meanwhile.
async fn cancel_before(connection: &mut PgConnection, task: TaskId, now: Timestamp) -> Result<Option<Change>, StoreError> {
    let query = sqlx::query(include_str!("../../queries/task/cancel.sql")).bind(task.as_uuid()).bind(now);
    let Some(row) = query.fetch_optional(connection).await.map_err(refine)? else { return Ok(None) };
    let kind = match parse(&row, "state")? {
        TaskState::Running => ChangeKind::CancelRequested,
        ended if ended.is_terminal() => return Ok(None),
        _ => ChangeKind::State(TaskState::Cancelled),
    };
    let attempt = count(&row, "attempt")?;
    Ok(Some(Change { id: task, name: parse(&row, "name")?, queue: parse(&row, "queue")?, attempt, at: now, kind }))
}
