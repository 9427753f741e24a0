//! The last events, for clients that reconnect.

use std::{collections::VecDeque, sync::Arc};

use ruche_domain::Changes;

use super::event::{LiveEvent, What};

/// A bounded memory of events.
pub struct Ring {
    events: VecDeque<Arc<LiveEvent>>,
    capacity: usize,
    next: u64,
}

impl Ring {
    /// An empty one.
    pub fn new(capacity: usize) -> Self {
        Self { events: VecDeque::new(), capacity, next: 1 }
    }

    /// Numbers the events of a notice and keeps them.
    pub fn push(&mut self, changes: Changes) -> Vec<Arc<LiveEvent>> {
        let mut pushed = Vec::new();
        for what in What::of(changes) {
            let event = Arc::new(LiveEvent { seq: self.next, what });
            self.next += 1;
            if self.events.len() >= self.capacity {
                self.events.pop_front();
            }
            if self.capacity > 0 {
                self.events.push_back(Arc::clone(&event));
            }
            pushed.push(event);
        }
        pushed
    }

    /// The events after number `seq`; `None` when some of them are forgotten, or the number was never given.
    pub fn after(&self, seq: u64) -> Option<VecDeque<Arc<LiveEvent>>> {
        let oldest = self.events.front().map_or(self.next, |event| event.seq);
        if seq >= self.next || seq + 1 < oldest {
            return None;
        }
        Some(self.events.iter().filter(|event| event.seq > seq).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_cannot_be_replayed() {
        let mut ring = Ring::new(3);
        for _ in 0..5 {
            ring.push(Changes::Registry);
        }
        let after = |seq| ring.after(seq).map(|events| events.iter().map(|event| event.seq).collect::<Vec<_>>());
        assert_eq!(after(5), Some(vec![]));
        assert_eq!(after(3), Some(vec![4, 5]));
        assert_eq!(after(2), Some(vec![3, 4, 5]));
        assert_eq!(after(1), None);
        assert_eq!(after(6), None);
    }
}
