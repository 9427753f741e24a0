//! One queue.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use ruche_domain::{Priority, TaskId};
use tokio::sync::Notify;

use crate::TaskMessage;

/// Number of priorities.
const LEVELS: usize = Priority::MAX.get() as usize + 1;

/// A message and its place among those of its priority.
#[derive(Debug)]
pub(super) struct Entry {
    place: u64,
    pub(super) message: TaskMessage,
    pub(super) redelivered: bool,
}

/// A bounded queue: more urgent messages first, then the older, each task at most once.
#[derive(Debug, Default)]
pub(super) struct Queue {
    levels: [VecDeque<Entry>; LEVELS],
    waiting: usize,
    /// Tasks that wait, or are delivered and not yet acknowledged.
    known: HashSet<TaskId>,
    next_place: u64,
    /// Something was dropped, and nobody was told yet that there is room again.
    short: bool,
    /// Each consumer's bell.
    bells: Vec<Arc<Notify>>,
}

impl Queue {
    /// Takes a message, unless it is there already. When the queue is full the least urgent of its messages and this one is
    /// dropped, the newer among equals.
    pub(super) fn push(&mut self, message: &TaskMessage, capacity: usize) {
        if self.known.contains(&message.task.id) {
            return;
        }
        let level = level(message);
        if self.waiting >= capacity {
            self.short = true;
            match (0..level).find_map(|lower| self.levels[lower].pop_back()) {
                Some(least) => {
                    self.known.remove(&least.message.task.id);
                    self.waiting -= 1;
                }
                None => return,
            }
        }
        self.known.insert(message.task.id);
        self.levels[level].push_back(Entry { place: self.next_place, message: message.clone(), redelivered: false });
        self.next_place += 1;
        self.waiting += 1;
    }

    /// The next message to deliver.
    pub(super) fn pop(&mut self) -> Option<Entry> {
        if self.waiting == 0 {
            return None;
        }
        let entry = self.levels.iter_mut().rev().find_map(VecDeque::pop_front)?;
        self.waiting -= 1;
        Some(entry)
    }

    /// Puts a delivered message back where it was; it may then be one more than the capacity.
    pub(super) fn put_back(&mut self, entry: Entry) {
        let level = &mut self.levels[level(&entry.message)];
        let at = level.partition_point(|other| other.place < entry.place);
        level.insert(at, Entry { redelivered: true, ..entry });
        self.waiting += 1;
    }

    /// A delivered message is done with.
    pub(super) fn settle(&mut self, id: TaskId) {
        self.known.remove(&id);
    }

    /// Whether there is room again since something was dropped; says so once.
    pub(super) fn has_room_again(&mut self, capacity: usize) -> bool {
        let room = self.short && self.waiting < capacity.div_ceil(2);
        if room {
            self.short = false;
        }
        room
    }

    pub(super) const fn len(&self) -> usize {
        self.waiting
    }

    pub(super) fn consumers(&self) -> usize {
        self.bells.len()
    }

    pub(super) fn attach(&mut self, bell: Arc<Notify>) {
        self.bells.push(bell);
    }

    pub(super) fn detach(&mut self, bell: &Arc<Notify>) {
        self.bells.retain(|other| !Arc::ptr_eq(other, bell));
    }

    /// Tells the consumers to look.
    pub(super) fn wake(&self) {
        self.bells.iter().for_each(|bell| bell.notify_one());
    }

    pub(super) fn is_idle(&self) -> bool {
        self.known.is_empty() && self.bells.is_empty() && !self.short
    }
}

fn level(message: &TaskMessage) -> usize {
    usize::from(message.task.priority.get())
}
