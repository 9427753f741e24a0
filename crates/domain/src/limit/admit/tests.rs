use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::limit::{KeyLimits, Rate};

impl Waits for u32 {
    fn limited_name(&self) -> Option<&str> {
        (*self >= 1_000_000).then_some("slow")
    }
}

fn start() -> Timestamp {
    Timestamp::from_timestamp(1_790_000_000, 0).unwrap()
}

fn lane(key: &str, running: u32, waiting: std::ops::Range<u32>) -> Lane<u32> {
    Lane { key: key.to_owned(), running, stopping: 0, bucket: None, waiting: waiting.collect() }
}

fn numbers(admitted: &Admitted<u32>) -> Vec<u32> {
    admitted.tasks.iter().map(|(_, number)| *number).collect()
}

const NONE: QueueLimits = QueueLimits { max_running: None, rate: None, per_key: None };

#[test]
fn one_of_each_key_in_turn() {
    let limits = QueueLimits { max_running: Some(5), ..NONE };
    let mut lanes = [lane("a", 0, 0..1_000), lane("b", 0, 5_000..5_001), lane("c", 0, 7_000..7_010)];
    let admitted = admit(&limits, 0, &mut None, &mut NameBuckets::default(), &mut lanes, 100, start());
    assert_eq!(numbers(&admitted), [0, 5_000, 7_000, 1, 7_001]);
    assert_eq!(admitted.last.as_deref(), Some("c"));
}

#[test]
fn a_full_key_leaves_the_room_to_others_and_no_key_means_no_limit_of_keys() {
    let per_key = Some(KeyLimits { max_running: Some(1), strategy: KeyStrategy::Queue, rate: None });
    let limits = QueueLimits { max_running: Some(10), per_key, ..NONE };
    let mut lanes = [lane("", 3, 0..3), lane("a", 1, 10..20), lane("b", 0, 20..30)];
    assert_eq!(numbers(&admit(&limits, 4, &mut None, &mut NameBuckets::default(), &mut lanes, 100, start())), [0, 20, 1, 2]);
}

#[test]
fn a_newcomer_makes_a_running_task_of_its_key_stop_once() {
    let per_key = Some(KeyLimits { max_running: Some(2), strategy: KeyStrategy::CancelRunning, rate: None });
    let limits = QueueLimits { per_key, ..NONE };
    let mut lanes = [lane("a", 2, 0..1), lane("b", 1, 5..6), Lane { stopping: 1, ..lane("c", 2, 8..9) }];
    let admitted = admit(&limits, 5, &mut None, &mut NameBuckets::default(), &mut lanes, 100, start());
    assert_eq!((numbers(&admitted), admitted.stop), (vec![5], vec![("a".to_owned(), 1)]));
}

#[test]
fn a_key_without_tokens_takes_none_of_the_queues() {
    let rate = Rate { count: 1, per_ms: 1_000, burst: 1 };
    let per_key = Some(KeyLimits { max_running: None, strategy: KeyStrategy::Queue, rate: Some(rate) });
    let limits = QueueLimits { rate: Some(Rate { burst: 2, ..rate }), per_key, ..NONE };
    let mut queue = limits.rate.map(|rate| Bucket::full(&rate, start()));
    let full = Some(Bucket::full(&rate, start()));
    let mut lanes = [Lane { bucket: full, ..lane("a", 0, 0..9) }, Lane { bucket: full, ..lane("b", 0, 20..29) }];
    let admitted = admit(&limits, 0, &mut queue, &mut NameBuckets::default(), &mut lanes, 100, start());
    assert_eq!(numbers(&admitted), [0, 20]);
    assert_eq!(admitted.next_at, Some(start() + TimeDelta::seconds(1)));
}

proptest! {
    /// Random arrivals and ends: limits are never broken, room is used while there is work, and no key with work is passed by
    /// more than once while others are served.
    #[test]
    fn limits_hold_room_is_used_and_no_key_starves(
        max in 1..12u32,
        per_key in 1..6u32,
        steps in prop::collection::vec((0..5usize, 0..40u32, 0..12usize), 1..60),
    ) {
        let keys = ["a", "b", "c", "d", "e"];
        let limits = QueueLimits {
            max_running: Some(max),
            per_key: Some(KeyLimits { max_running: Some(per_key), strategy: KeyStrategy::Queue, rate: None }),
            ..NONE
        };
        let mut waiting: BTreeMap<&str, VecDeque<u32>> = BTreeMap::new();
        let (mut running, mut after): (Vec<&str>, Option<String>) = (Vec::new(), None);
        for (key, arrivals, ends) in steps {
            waiting.entry(keys[key]).or_default().extend(0..arrivals);
            running.drain(..ends.min(running.len()));
            let count = |running: &[&str], key: &str| u32::try_from(running.iter().filter(|one| **one == key).count()).unwrap();
            let mut order: Vec<_> = waiting.iter().filter(|(_, tasks)| !tasks.is_empty()).map(|(key, _)| *key).collect();
            order.sort_by_key(|key| (after.as_deref().is_some_and(|after| *key <= after), *key));
            let mut lanes: Vec<_> = order
                .iter()
                .map(|key| Lane {
                    key: (*key).to_owned(),
                    running: count(&running, key),
                    stopping: 0,
                    bucket: None,
                    waiting: waiting[key].iter().copied().collect(),
                })
                .collect();
            let total = u32::try_from(running.len()).unwrap();
            let could = order.iter().filter(|key| count(&running, key) < per_key).count();
            let admitted = admit(&limits, total, &mut None, &mut NameBuckets::default(), &mut lanes, 1_000, start());
            let room = usize::try_from(max - total.min(max)).unwrap();
            let served: Vec<_> = admitted.tasks.iter().take(could).map(|(key, _)| key.as_str()).collect();
            prop_assert!(served.len() >= room.min(could), "room is left though tasks wait");
            let distinct: std::collections::HashSet<_> = served.iter().collect();
            prop_assert_eq!(distinct.len(), served.len(), "a key has a second turn before another's first");
            for (key, _) in &admitted.tasks {
                let key = keys.iter().find(|one| *one == key).unwrap();
                waiting.get_mut(key).unwrap().pop_front();
                running.push(key);
            }
            after = admitted.last.or(after);
            prop_assert!(running.len() <= max as usize);
            prop_assert!(keys.iter().all(|key| count(&running, key) <= per_key));
        }
    }
}

#[test]
fn a_name_without_tokens_lets_others_of_its_lane_go_before() {
    let rate = Rate { count: 1, per_ms: 1_000, burst: 2 };
    let mut names = NameBuckets::new([("slow".to_owned(), rate, Bucket::full(&rate, start()))], start());
    let limits = QueueLimits { max_running: Some(6), ..NONE };
    let mixed = |key: &str| Lane { waiting: vec![1_000_000, 1_000_001, 1, 2], ..lane(key, 0, 0..0) };
    let mut lanes = [mixed("a"), mixed("b")];
    let admitted = admit(&limits, 0, &mut None, &mut names, &mut lanes, 100, start());
    assert_eq!(numbers(&admitted), [1_000_000, 1_000_000, 1, 1, 2, 2], "two tokens, then those that need none");
    assert_eq!(admitted.next_at, Some(start() + TimeDelta::seconds(1)));
    assert_eq!(names.empty().collect::<Vec<_>>(), ["slow"]);
    assert_eq!(names.next_at(), admitted.next_at);
    assert_eq!(names.used().map(|(_, bucket)| bucket.level).collect::<Vec<_>>(), [0]);
}

#[test]
fn a_full_queue_takes_no_token_of_a_name() {
    let rate = Rate { count: 1, per_ms: 1_000, burst: 1 };
    let mut names = NameBuckets::new([("slow".to_owned(), rate, Bucket::full(&rate, start()))], start());
    let limits = QueueLimits { max_running: Some(1), ..NONE };
    let mut lanes = [Lane { waiting: vec![1_000_000], ..lane("", 1, 0..0) }];
    assert!(admit(&limits, 1, &mut None, &mut names, &mut lanes, 100, start()).tasks.is_empty());
    assert_eq!((names.used().count(), names.empty().count()), (0, 0));
}
