//! Who waits for a slot.

use std::collections::HashSet;

use ruche_domain::TaskId;
use ruche_store::{DEEP_LOOKS, InUse, LANES, StoreError, UNKEYED_DEEP, Waiter, each};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use super::Round;
use crate::{
    error::refine,
    row::{count, get, id},
};

impl Round {
    /// Who waits, by key: from after the key that had the last turn, around. The turn of tasks without a key is where the keys
    /// begin anew.
    pub(super) async fn waiting(
        &mut self,
        connection: &mut PgConnection,
        in_use: &InUse,
        most: u32,
    ) -> Result<Vec<(String, Waiter)>, StoreError> {
        let query = sqlx::query(include_str!("../../../queries/admission/lanes.sql")).bind(self.queue.as_str());
        let query = query.bind(&self.after_key).bind(i64::from(LANES));
        let rows = query.fetch_all(&mut *connection).await.map_err(refine)?;
        let lanes = rows.iter().map(|row| Ok((get(row, "key")?, get(row, "around")?)));
        let lanes = lanes.collect::<Result<Vec<(String, bool)>, StoreError>>()?;
        let around: HashSet<String> = lanes.iter().filter(|(_, around)| *around).map(|(key, _)| key.clone()).collect();
        self.seen = lanes.into_iter().map(|(key, _)| key).collect();
        let each = each(&self.limits, self.seen.len(), most);
        let mut waiting = self.keyed(connection, &self.seen, each).await?;
        let unkeyed = self.unkeyed(connection, in_use.look(most), most).await?;
        let place = waiting.iter().position(|(key, _)| around.contains(key)).unwrap_or(waiting.len());
        waiting.splice(place..place, unkeyed.into_iter().map(|task| (String::new(), task)));
        Ok(waiting)
    }

    async fn keyed(
        &self,
        connection: &mut PgConnection,
        keys: &[String],
        each: u32,
    ) -> Result<Vec<(String, Waiter)>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let query = sqlx::query(include_str!("../../../queries/admission/waiting.sql")).bind(self.queue.as_str());
        let empty: Vec<_> = self.names.empty().map(str::to_owned).collect();
        let through = if empty.is_empty() { each } else { each.max(UNKEYED_DEEP / LANES) };
        let query = query.bind(keys).bind(i64::from(each)).bind(self.now).bind(empty).bind(i64::from(through));
        let rows = query.fetch_all(connection).await.map_err(refine)?;
        rows.iter().map(|row| Ok((get(row, "key")?, waiter(row, id(row)?)?))).collect()
    }

    /// Among the first tasks of the queue, and now and then among those behind them, in case all of the first have keys.
    async fn unkeyed(&mut self, connection: &mut PgConnection, look: u32, most: u32) -> Result<Vec<Waiter>, StoreError> {
        let (first, _) = self.look(connection, 0, look, most).await?;
        if !first.is_empty() {
            self.looked = 0;
            return Ok(first);
        }
        if self.looked_at + DEEP_LOOKS > self.now {
            return Ok(Vec::new());
        }
        self.looked_at = self.now;
        let (found, seen) = self.look(connection, self.looked.max(i64::from(look)), UNKEYED_DEEP, most).await?;
        if found.is_empty() {
            // At the end it begins anew.
            let further = self.looked.max(i64::from(look)) + i64::from(UNKEYED_DEEP);
            self.looked = if seen < i64::from(UNKEYED_DEEP) { 0 } else { further };
        }
        Ok(found)
    }

    async fn look(
        &self,
        connection: &mut PgConnection,
        skip: i64,
        among: u32,
        most: u32,
    ) -> Result<(Vec<Waiter>, i64), StoreError> {
        let query = sqlx::query(include_str!("../../../queries/admission/unkeyed.sql"));
        let query = query.bind(self.queue.as_str()).bind(skip).bind(i64::from(among)).bind(i64::from(most)).bind(self.now);
        let query = query.bind(self.names.empty().map(str::to_owned).collect::<Vec<_>>());
        let rows = query.fetch_all(connection).await.map_err(refine)?;
        let seen = rows.first().map_or(Ok(0), |row| get(row, "count"))?;
        let found = rows.iter().filter_map(|row| match get::<Option<Uuid>>(row, "id") {
            Ok(id) => id.map(|id| waiter(row, id.into())),
            Err(error) => Some(Err(error)),
        });
        Ok((found.collect::<Result<_, _>>()?, seen))
    }
}

fn waiter(row: &PgRow, id: TaskId) -> Result<Waiter, StoreError> {
    Ok(Waiter { id, attempt: count(row, "attempt")?, name: get(row, "name")? })
}
