//! Which deliveries of a channel are still to be acknowledged, and how to say so in few frames.

use std::collections::VecDeque;

/// Deliveries of one channel by their tags, which RabbitMQ counts from 1. A `T` is kept with each until it is settled.
#[derive(Debug)]
pub(super) struct Unacked<T> {
    /// Tag of the first slot; everything below is settled.
    base: u64,
    slots: VecDeque<Slot<T>>,
    held: usize,
}

#[derive(Debug)]
enum Slot<T> {
    /// RabbitMQ sent it, but it waits in the buffer of a queue that was not looked at yet.
    Unseen,
    Held(T),
    Settled,
}

/// Acknowledgements to send.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frames {
    /// Covers itself and everything before (`multiple`).
    pub(super) up_to: Option<u64>,
    /// Cover only themselves.
    pub(super) single: Vec<u64>,
}

impl<T> Default for Unacked<T> {
    fn default() -> Self {
        Self { base: 1, slots: VecDeque::new(), held: 0 }
    }
}

impl<T> Unacked<T> {
    /// How many are held.
    pub(super) const fn len(&self) -> usize {
        self.held
    }

    /// Takes note of a delivery.
    pub(super) fn hold(&mut self, tag: u64, value: T) {
        let Some(at) = self.position(tag) else { return };
        while self.slots.len() <= at {
            self.slots.push_back(Slot::Unseen);
        }
        self.slots[at] = Slot::Held(value);
        self.held += 1;
    }

    /// What is kept with a delivery that is not settled.
    pub(super) fn get(&self, tag: u64) -> Option<&T> {
        match self.slots.get(self.position(tag)?)? {
            Slot::Held(value) => Some(value),
            Slot::Unseen | Slot::Settled => None,
        }
    }

    /// Settles deliveries, leaving out those that are not held, and says how to tell RabbitMQ: one frame for all of them if
    /// nothing before the highest is left open.
    pub(super) fn settle(&mut self, tags: &[u64]) -> Frames {
        let mut settled: Vec<u64> = tags.iter().copied().filter(|tag| self.settle_one(*tag)).collect();
        while matches!(self.slots.front(), Some(Slot::Settled)) {
            self.slots.pop_front();
            self.base += 1;
        }
        let up_to = settled.iter().copied().filter(|tag| *tag < self.base).max();
        settled.retain(|tag| *tag >= self.base);
        Frames { up_to, single: settled }
    }

    fn settle_one(&mut self, tag: u64) -> bool {
        let Some(slot) = self.position(tag).and_then(|at| self.slots.get_mut(at)) else { return false };
        let held = matches!(slot, Slot::Held(_));
        if held {
            *slot = Slot::Settled;
            self.held -= 1;
        }
        held
    }

    fn position(&self, tag: u64) -> Option<usize> {
        usize::try_from(tag.checked_sub(self.base)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holding(tags: &[u64]) -> Unacked<()> {
        let mut unacked = Unacked::default();
        tags.iter().for_each(|tag| unacked.hold(*tag, ()));
        unacked
    }

    fn frames(up_to: Option<u64>, single: &[u64]) -> Frames {
        Frames { up_to, single: single.to_vec() }
    }

    #[test]
    fn all_that_is_open_takes_one_frame() {
        assert_eq!(holding(&[1, 2, 3]).settle(&[3, 1, 2]), frames(Some(3), &[]));
    }

    #[test]
    fn a_gap_is_not_acknowledged() {
        let mut unacked = holding(&[1, 2, 3, 4]);
        assert_eq!(unacked.settle(&[1, 3]), frames(Some(1), &[3]));
        assert_eq!(unacked.settle(&[2]), frames(Some(2), &[]));
        assert_eq!(unacked.settle(&[4]), frames(Some(4), &[]));
    }

    #[test]
    fn a_delivery_that_waits_in_another_queues_buffer_is_not_acknowledged() {
        let mut unacked = holding(&[1, 3]);
        assert_eq!(unacked.settle(&[1, 3]), frames(Some(1), &[3]));
        unacked.hold(2, ());
        assert_eq!(unacked.settle(&[2]), frames(Some(2), &[]));
    }

    #[test]
    fn what_is_not_open_takes_no_frame() {
        let mut unacked = holding(&[1]);
        assert_eq!(unacked.settle(&[0, 1, 1, 2, u64::MAX]), frames(Some(1), &[]));
        assert_eq!(unacked.settle(&[1]), frames(None, &[]));
        assert_eq!(unacked.len(), 0);
    }

    proptest! {
        #[test]
        fn every_delivery_is_acknowledged_once_and_none_that_was_not_meant(
            steps in proptest::collection::vec(proptest::collection::vec(1_u64..40, 0..12), 1..12)
        ) {
            let mut unacked = holding(&(1..40).collect::<Vec<_>>());
            let mut open: std::collections::BTreeSet<u64> = (1..40).collect();
            for tags in steps {
                let meant: std::collections::BTreeSet<u64> = tags.iter().copied().filter(|tag| open.contains(tag)).collect();
                let Frames { up_to, single } = unacked.settle(&tags);
                let mut told: Vec<u64> = single;
                if let Some(up_to) = up_to {
                    prop_assert!(open.contains(&up_to), "RabbitMQ knows the tag");
                    told.extend(open.iter().copied().filter(|tag| *tag <= up_to));
                }
                told.sort_unstable();
                prop_assert_eq!(&told, &meant.iter().copied().collect::<Vec<_>>());
                open.retain(|tag| !meant.contains(tag));
                prop_assert_eq!(unacked.len(), open.len());
            }
        }
    }
}
