//! Free loopback ports.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Servers' ports start here, well above the reserved and well-known ones.
const LOWEST: u16 = 20_000;

/// `N` different ports of 127.0.0.1 that nobody listens on.
///
/// They lie below the range that the kernel takes client ports from. Otherwise,
/// while a server is down, a client that keeps reconnecting to its port could be
/// given that very port as its own and connect to itself, and the server could
/// not come back.
pub(super) fn free<const N: usize>() -> Result<[u16; N]> {
    let end = first_client_port();
    let mut found = BTreeSet::new();
    for attempt in 0..1000_u32 {
        if found.len() == N {
            break;
        }
        let port = LOWEST + u16::try_from(RandomState::new().hash_one(attempt) % u64::from(end - LOWEST))?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            found.insert(port);
        }
    }
    let mut found = found.into_iter();
    let ports = [(); N].map(|()| found.next().unwrap_or_default());
    if ports.contains(&0) {
        bail!("couldn't find {N} free ports between {LOWEST} and {end} on 127.0.0.1");
    }
    Ok(ports)
}

/// Linux says where client ports begin; 32768 is its default, and others begin higher.
fn first_client_port() -> u16 {
    fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|range| range.split_whitespace().next()?.parse().ok())
        .filter(|first| *first >= LOWEST + 1000)
        .unwrap_or(32_768)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_different_and_can_be_listened_on() {
        let ports = free::<8>().unwrap();
        assert_eq!(BTreeSet::from(ports).len(), 8);
        for port in ports {
            assert!((LOWEST..60_000).contains(&port));
        }
    }
}
