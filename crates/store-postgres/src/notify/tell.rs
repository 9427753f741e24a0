//! Telling other processes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use ruche_domain::{Change, ChangeKind, Changes, TaskState};
use sqlx::PgPool;
use tokio::sync::mpsc;

use super::{CHANNEL, wire};

/// Single changes told in one round; more are told as a summary.
const MOST_SINGLE: usize = 512;

/// A round of more changes than this is a sign of load, under which notices cost each process that listens less when they come
/// together: a pause follows.
const MANY: usize = 16;

/// The pause after a round of many.
const PAUSE: Duration = Duration::from_millis(10);

/// Tells what was announced; what happens while it does waits for the next round.
pub async fn run(mut announced: mpsc::Receiver<Changes>, origin: Arc<str>, pool: PgPool) {
    while let Some(first) = announced.recv().await {
        let mut round = Round::default();
        round.add(first);
        while let Ok(more) = announced.try_recv() {
            round.add(more);
        }
        let many = round.len() > MANY;
        let payloads = round.payloads(&origin);
        let query = sqlx::query("select pg_notify($1, payload) from unnest($2::text[]) as n (payload)");
        if let Err(error) = query.bind(CHANNEL).bind(payloads).execute(&pool).await {
            // Whoever must not miss a change looks at the database as well.
            tracing::debug!(%error, "notices were lost");
        }
        if many {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What has gathered.
#[derive(Default)]
struct Round {
    single: Vec<Change>,
    summary: BTreeMap<TaskState, u64>,
    registry: bool,
    released: bool,
    lost: bool,
}

impl Round {
    /// Changes that have gathered.
    fn len(&self) -> usize {
        self.summary
            .values()
            .fold(self.single.len(), |sum, &count| sum.saturating_add(usize::try_from(count).unwrap_or(usize::MAX)))
    }

    fn add(&mut self, changes: Changes) {
        match changes {
            Changes::Each(each) => self.single.extend(each),
            Changes::Summary(counts) => {
                for (state, count) in counts {
                    *self.summary.entry(state).or_default() += count;
                }
            }
            Changes::Registry => self.registry = true,
            Changes::Released => self.released = true,
            Changes::Lost => self.lost = true,
        }
    }

    fn payloads(mut self, origin: &str) -> Vec<String> {
        if self.single.len() > MOST_SINGLE {
            for change in self.single.drain(..) {
                if let ChangeKind::State(state) = change.kind {
                    *self.summary.entry(state).or_default() += 1;
                }
            }
        }
        let mut payloads = wire::write_each(origin, &self.single);
        if !self.summary.is_empty() {
            payloads.push(wire::write_summary(origin, &self.summary));
        }
        if self.registry {
            payloads.push(wire::write_registry(origin));
        }
        if self.released {
            payloads.push(wire::write_released(origin));
        }
        if self.lost {
            payloads.push(wire::write_lost(origin));
        }
        payloads
    }
}
