//! Which waiting tasks may start now.

use super::{Bucket, KeyStrategy, NameBuckets, QueueLimits, Waits};
use crate::Timestamp;

/// The tasks of one key (or of none) that wait, with what the key has in use.
#[derive(Debug, Clone)]
pub struct Lane<T> {
    /// The key; empty for tasks without one.
    pub key: String,
    /// Tasks of the key that were admitted and have not ended.
    pub running: u32,
    /// Of these, such as were asked to stop.
    pub stopping: u32,
    /// The key's bucket, where its rate is limited; brought to the present here.
    pub bucket: Option<Bucket>,
    /// The most urgent and oldest that wait, in order.
    pub waiting: Vec<T>,
}

/// What was decided.
#[derive(Debug, Clone)]
pub struct Admitted<T> {
    /// Tasks that may start, in order, with their keys.
    pub tasks: Vec<(String, T)>,
    /// How many admitted tasks of a key are to be asked to stop, to make room.
    pub stop: Vec<(String, u32)>,
    /// When a rate allows the next start; `None` if it is not a rate that anything waits for.
    pub next_at: Option<Timestamp>,
    /// The key that had the last turn: the next round begins after it.
    pub last: Option<String>,
}

/// Admits tasks, one of each lane in turn, in the order of `lanes`, while every limit allows it; at most `most`.
///
/// `running` counts the queue's admitted tasks that have not ended. Buckets are emptied in place; a task whose name has no token
/// lets the next one of its lane go before.
#[must_use]
pub fn admit<T: Waits>(
    limits: &QueueLimits,
    running: u32,
    bucket: &mut Option<Bucket>,
    names: &mut NameBuckets,
    lanes: &mut [Lane<T>],
    most: u32,
    now: Timestamp,
) -> Admitted<T> {
    let mut turn = Turn { limits, room: most, next_at: None };
    turn.room = limits.max_running.map_or(most, |max| max.saturating_sub(running).min(most));
    let mut admitted = Admitted::none();
    if let (Some(bucket), Some(rate)) = (bucket.as_mut(), &limits.rate) {
        *bucket = bucket.at(rate, now);
    }
    for lane in lanes.iter_mut() {
        lane.waiting.reverse();
        if let (Some(bucket), Some(rate)) = (lane.bucket.as_mut(), limits.per_key.and_then(|key| key.rate)) {
            *bucket = bucket.at(&rate, now);
        }
    }
    loop {
        let before = admitted.tasks.len();
        for lane in lanes.iter_mut() {
            if let Some(task) = turn.next(lane, bucket, names) {
                admitted.tasks.push((lane.key.clone(), task));
                admitted.last = Some(lane.key.clone());
            }
        }
        if admitted.tasks.len() == before {
            break;
        }
    }
    admitted.next_at = turn.next_at;
    admitted.stop = lanes.iter().filter_map(|lane| Some((lane.key.clone(), to_stop(limits, lane)?))).collect();
    admitted
}

impl<T> Admitted<T> {
    /// Nobody.
    #[must_use]
    pub const fn none() -> Self {
        Self { tasks: Vec::new(), stop: Vec::new(), next_at: None, last: None }
    }
}

/// Whether a queue, or a key, could let anything start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// It could.
    Open,
    /// As much runs as may.
    Full,
    /// Not before this time.
    Until(Timestamp),
}

/// Whether anything of a queue could start, whoever waits. What waits for a running task to be stopped could.
#[must_use]
pub fn outlook(limits: &QueueLimits, running: u32, bucket: Option<Bucket>, now: Timestamp) -> Outlook {
    let stops = limits.per_key.is_some_and(|key| key.strategy == KeyStrategy::CancelRunning);
    if limits.max_running.is_some_and(|max| running >= max) {
        return if stops { Outlook::Open } else { Outlook::Full };
    }
    let Some((rate, bucket)) = limits.rate.zip(bucket) else { return Outlook::Open };
    let bucket = bucket.at(&rate, now);
    if stops || bucket.level >= rate.per_us() { Outlook::Open } else { Outlook::Until(bucket.next_at(&rate)) }
}

struct Turn<'a> {
    limits: &'a QueueLimits,
    room: u32,
    next_at: Option<Timestamp>,
}

impl Turn<'_> {
    /// The lane's next task, if it may start.
    fn next<T: Waits>(&mut self, lane: &mut Lane<T>, queue: &mut Option<Bucket>, names: &mut NameBuckets) -> Option<T> {
        if self.room == 0 || lane.waiting.is_empty() || is_full(self.limits, lane) {
            return None;
        }
        // Both buckets or none: a token taken from one and not used would be a start lost.
        let key_rate = self.limits.per_key.and_then(|key| key.rate).zip(lane.bucket.as_mut());
        let queue_rate = self.limits.rate.zip(queue.as_mut());
        let mut ready = None;
        for (rate, bucket) in key_rate.iter().chain(queue_rate.iter()) {
            let at = bucket.next_at(rate);
            if bucket.level < rate.per_us() {
                ready = ready.max(Some(at));
            }
        }
        if let Some(at) = ready {
            self.not_before(at);
            return None;
        }
        // The first in line is the last.
        let place = (0..lane.waiting.len()).rev().find(|&place| match names.ready(&lane.waiting[place]) {
            Ok(()) => true,
            Err(at) => {
                self.not_before(at);
                false
            }
        })?;
        for (rate, bucket) in key_rate.into_iter().chain(queue_rate) {
            bucket.take(&rate);
        }
        self.room -= 1;
        lane.running += 1;
        let task = lane.waiting.remove(place);
        names.take(&task);
        Some(task)
    }

    fn not_before(&mut self, at: Timestamp) {
        self.next_at = Some(self.next_at.map_or(at, |next| next.min(at)));
    }
}

/// Tasks without a key are held by the queue's limits only.
fn key_room<T>(limits: &QueueLimits, lane: &Lane<T>) -> Option<u32> {
    if lane.key.is_empty() { None } else { limits.per_key?.max_running }
}

fn is_full<T>(limits: &QueueLimits, lane: &Lane<T>) -> bool {
    key_room(limits, lane).is_some_and(|max| lane.running >= max)
}

/// How many more of a full key's tasks must stop, so that those that wait can start.
fn to_stop<T>(limits: &QueueLimits, lane: &Lane<T>) -> Option<u32> {
    let max = key_room(limits, lane).filter(|_| limits.per_key.is_some_and(|key| key.strategy == KeyStrategy::CancelRunning))?;
    let wanted = u32::try_from(lane.waiting.len()).unwrap_or(u32::MAX).min(max);
    let missing = (lane.running + wanted).saturating_sub(max);
    Some(missing.saturating_sub(lane.stopping)).filter(|&count| count > 0)
}

#[cfg(test)]
mod tests;
