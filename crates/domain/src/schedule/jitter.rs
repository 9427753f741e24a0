//! Spreading ticks that would come at the same moment.

use std::time::Duration;

use chrono::TimeDelta;

use crate::{ScheduleName, Timestamp};

/// How much later than its tick this schedule acts: 0 up to, not including, `most`, in whole milliseconds. It follows from the
/// schedule's name and the tick, so that all replicas agree and a repetition comes out the same.
pub fn of(name: &ScheduleName, tick: Timestamp, most: Duration) -> TimeDelta {
    let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    if most == 0 {
        return TimeDelta::zero();
    }
    let bytes = name.as_str().bytes().chain(tick.timestamp_micros().to_be_bytes());
    TimeDelta::milliseconds(i64::try_from(mixed(bytes) % most).unwrap_or(0))
}

/// FNV-1a, then the last steps of SplitMix64, so that neighbouring ticks differ in all bits. It must never change: ticks that
/// wait would move.
fn mixed(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_spreads_within_its_bound_and_never_changes() {
        let name = ScheduleName::new("nightly").unwrap();
        let at = |n: i64| Timestamp::from_timestamp(1_800_000_000 + n * 60, 0).unwrap();
        let most = Duration::from_secs(10);
        let all: Vec<_> = (0..1_000).map(|n| of(&name, at(n), most).num_milliseconds()).collect();
        assert!(all.iter().all(|ms| (0..10_000).contains(ms)));
        assert!(all.iter().filter(|ms| **ms < 5_000).count().abs_diff(500) < 80);
        assert_eq!(of(&name, at(0), most), of(&name, at(0), most));
        assert_eq!(of(&name, at(0), Duration::ZERO), TimeDelta::zero());
        let other = ScheduleName::new("nightlz").unwrap();
        assert_ne!(of(&name, at(0), most), of(&other, at(0), most));
    }
}
