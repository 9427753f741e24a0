//! Holds guessing of keys back: so many failed logins per address and in all.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use ruche_domain::{Quota, Timestamp, Used};

use crate::problem::{Code, Problem};

/// Failed logins of one address.
const EACH: Quota = Quota { burst: 10, every: Duration::from_secs(30) };

/// Failed logins in all.
const ALL: Quota = Quota { burst: 100, every: Duration::from_secs(1) };

/// Addresses told apart; those beyond share one quota.
const MOST_ADDRESSES: usize = 10_000;

/// Counts failed logins.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    all: Option<Used>,
    each: HashMap<Whose, Used>,
}

/// Whose attempts are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Address(IpAddr),
    /// Of callers without an address, and of those that are not told apart.
    Others,
}

/// An attempt that was let through, to be given back when it succeeds.
#[derive(Debug)]
pub struct Attempt(Whose);

impl Throttle {
    /// Lets an attempt through. It counts as failed until it is given back, so that many at once gain nothing.
    ///
    /// # Errors
    /// When there were too many.
    pub fn take(&self, address: Option<IpAddr>, now: Timestamp) -> Result<Attempt, Problem> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = ALL.take(counted.all, now).map_err(refuse)?;
        let whose = counted.whose(address, now);
        let used = EACH.take(counted.each.get(&whose).copied(), now).map_err(refuse)?;
        counted.all = Some(all);
        counted.each.insert(whose, used);
        Ok(Attempt(whose))
    }

    /// The attempt succeeded, or it was not its fault that it did not.
    pub fn give_back(&self, attempt: &Attempt) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.all = counted.all.map(|used| ALL.give_back(used));
        if let Some(used) = counted.each.get_mut(&attempt.0) {
            *used = EACH.give_back(*used);
        }
    }
}

impl Counted {
    fn whose(&mut self, address: Option<IpAddr>, now: Timestamp) -> Whose {
        let Some(address) = address else { return Whose::Others };
        let whose = Whose::Address(network(address));
        if self.each.len() >= MOST_ADDRESSES && !self.each.contains_key(&whose) {
            self.each.retain(|_, used| !EACH.is_whole(*used, now));
            if self.each.len() >= MOST_ADDRESSES {
                return Whose::Others;
            }
        }
        whose
    }
}

/// Whoever has one IPv6 address has its /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)).into(),
    }
}

fn refuse(wait: Duration) -> Problem {
    let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1);
    Problem::new(Code::TooManyLogins).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn start() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn v4(n: u32) -> Option<IpAddr> {
        Some(IpAddr::V4(n.into()))
    }

    #[test]
    fn an_address_that_guesses_is_held_back_and_others_are_not() {
        let throttle = Throttle::default();
        for _ in 0..EACH.burst {
            throttle.take(v4(1), start()).unwrap();
        }
        assert_eq!(throttle.take(v4(1), start()).unwrap_err().code(), Code::TooManyLogins);
        assert!(throttle.take(v4(2), start()).is_ok());
        assert!(throttle.take(v4(1), start() + TimeDelta::seconds(30)).is_ok());
    }

    #[test]
    fn logins_that_succeed_are_never_held_back() {
        let throttle = Throttle::default();
        for _ in 0..1_000 {
            let attempt = throttle.take(v4(1), start()).unwrap();
            throttle.give_back(&attempt);
        }
    }

    #[test]
    fn many_addresses_are_held_back_together_in_bounded_memory() {
        let throttle = Throttle::default();
        let mut passed = 0;
        for n in 0..100_000u32 {
            passed += u32::from(throttle.take(v4(n), start()).is_ok());
        }
        assert_eq!(passed, ALL.burst);
        for n in 0..50_000u32 {
            let _ = throttle.take(v4(n), start() + TimeDelta::milliseconds(i64::from(n) * 10));
        }
        assert!(throttle.0.lock().unwrap().each.len() <= MOST_ADDRESSES);
    }

    #[test]
    fn a_full_table_makes_the_rest_share_one_quota() {
        let mut counted = Counted::default();
        let used = EACH.take(None, start()).unwrap();
        counted.each = (0..MOST_ADDRESSES as u32).map(|n| (Whose::Address(v4(n).unwrap()), used)).collect();
        assert_eq!(counted.whose(v4(3), start()), Whose::Address(v4(3).unwrap()));
        assert_eq!(counted.whose(v4(99_999), start()), Whose::Others);
        let later = start() + TimeDelta::seconds(3_600);
        assert_eq!(counted.whose(v4(99_999), later), Whose::Address(v4(99_999).unwrap()));
        assert!(counted.each.is_empty(), "what is whole again is forgotten");
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let network = |text: &str| super::network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }
}
