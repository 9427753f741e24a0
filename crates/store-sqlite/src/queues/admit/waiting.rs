//! Who waits for a slot.

use ruche_store::{DEEP_LOOKS, InUse, LANES, StoreError, UNKEYED_DEEP, Waiter, each};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::Round;
use crate::{
    batch::{json, micros},
    error::refused,
    row::Record,
};

const LANE_KEYS: &str = include_str!("../../../queries/admission/lanes.sql");
const WAITING: &str = include_str!("../../../queries/admission/waiting.sql");
const UNKEYED_TASKS: &str = include_str!("../../../queries/admission/unkeyed.sql");

impl Round {
    /// Who waits, by key: from after the key that had the last turn, around. The turn of tasks without a key is where the keys
    /// begin anew.
    pub(super) async fn waiting(
        &mut self,
        connection: &mut SqliteConnection,
        in_use: &InUse,
        most: u32,
    ) -> Result<Vec<(String, Waiter)>, StoreError> {
        let later = self.lanes(connection, &self.after_key, None, LANES).await?;
        let left = LANES - u32::try_from(later.len()).unwrap_or(LANES);
        let earlier = match self.after_key.as_str() {
            "" => Vec::new(),
            after => self.lanes(connection, "", Some(after), left).await?,
        };
        let each = each(&self.limits, later.len() + earlier.len(), most);
        let mut waiting = self.keyed(connection, &later, each).await?;
        let unkeyed = self.unkeyed(connection, in_use.look(most), most).await?;
        waiting.extend(unkeyed.into_iter().map(|task| (String::new(), task)));
        waiting.append(&mut self.keyed(connection, &earlier, each).await?);
        self.seen = later;
        self.seen.extend(earlier);
        Ok(waiting)
    }

    async fn lanes(
        &self,
        connection: &mut SqliteConnection,
        after: &str,
        until: Option<&str>,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let query = sqlx::query_scalar(LANE_KEYS).bind(self.queue.as_str()).bind(after).bind(most).bind(until);
        query.fetch_all(connection).await.map_err(refused)
    }

    async fn keyed(
        &self,
        connection: &mut SqliteConnection,
        keys: &[String],
        each: u32,
    ) -> Result<Vec<(String, Waiter)>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let query = sqlx::query(WAITING).bind(self.queue.as_str()).bind(json(&keys)).bind(each).bind(micros(self.now));
        let empty: Vec<_> = self.names.empty().collect();
        let through = if empty.is_empty() { each } else { each.max(UNKEYED_DEEP / LANES) };
        let query = query.bind(json(&empty)).bind(through);
        let rows = query.fetch_all(connection).await.map_err(refused)?;
        rows.iter().map(|row| Ok((Record::new("tasks", row).get("key")?, waiting(row)?))).collect()
    }

    /// Among the first tasks of the queue, and now and then among those behind them, in case all of the first have keys.
    async fn unkeyed(&mut self, connection: &mut SqliteConnection, look: u32, most: u32) -> Result<Vec<Waiter>, StoreError> {
        let (first, _) = self.look(connection, 0, look, most).await?;
        if !first.is_empty() {
            self.looked = 0;
            return Ok(first);
        }
        if self.looked_at + DEEP_LOOKS > self.now {
            return Ok(Vec::new());
        }
        self.looked_at = self.now;
        let from = self.looked.max(look);
        let (found, seen) = self.look(connection, from, UNKEYED_DEEP, most).await?;
        if found.is_empty() {
            // At the end it begins anew.
            self.looked = if seen < UNKEYED_DEEP as usize { 0 } else { from.saturating_add(UNKEYED_DEEP) };
        }
        Ok(found)
    }

    async fn look(
        &self,
        connection: &mut SqliteConnection,
        skip: u32,
        among: u32,
        most: u32,
    ) -> Result<(Vec<Waiter>, usize), StoreError> {
        let query = sqlx::query(UNKEYED_TASKS).bind(self.queue.as_str()).bind(skip).bind(among).bind(micros(self.now));
        let query = query.bind(json(&self.names.empty().collect::<Vec<_>>()));
        let rows = query.fetch_all(connection).await.map_err(refused)?;
        let mut found = Vec::new();
        for row in &rows {
            if found.len() < most as usize && Record::new("tasks", row).get("found")? {
                found.push(waiting(row)?);
            }
        }
        Ok((found, rows.len()))
    }
}

fn waiting(row: &SqliteRow) -> Result<Waiter, StoreError> {
    let record = Record::new("tasks", row);
    Ok(Waiter { id: record.id("id")?, attempt: record.get("attempt")?, name: record.get("name")? })
}
