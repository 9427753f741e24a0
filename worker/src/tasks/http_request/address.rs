//! Which addresses a request may go to.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

/// A network in CIDR form (`10.1.0.0/16`, `fd12::/16`) or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map(Self)
            .map_err(|_| InvalidNetwork(text.to_owned()))
    }
}

impl TryFrom<String> for Network {
    type Error = InvalidNetwork;

    fn try_from(text: String) -> Result<Self, InvalidNetwork> {
        text.parse()
    }
}

/// The text names no network.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no network: expected an address or something like 10.1.0.0/16")]
pub struct InvalidNetwork(String);

/// The address is not one that requests may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocked;

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host's address is private or reserved and not allowed by this worker's configuration")
    }
}

impl std::error::Error for Blocked {}

/// What requests may reach.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressPolicy {
    pub(crate) allow_private: bool,
    pub(crate) allowed: Vec<Network>,
}

impl AddressPolicy {
    /// Whether a connection to the address is allowed.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        match class_of(address) {
            Class::Public => true,
            Class::Private if self.allow_private => true,
            Class::Private | Class::Reserved => self.allowed.iter().any(|network| network.0.contains(&address)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of the Internet.
    Public,
    /// This machine, or its owner's network.
    Private,
    /// Of no use to a request, or another way to write a private address: multicast, link-local (where clouds keep their
    /// metadata), documentation, translation.
    Reserved,
}

/// Inside an owner's network: RFC 1918, RFC 6598 (carrier-grade NAT), loopback, RFC 4193.
const PRIVATE: [&str; 7] =
    ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"];

/// From the IANA special-purpose registries (RFC 6890 and successors). Before [`PRIVATE`], because clouds keep their metadata at
/// two private-looking addresses.
const RESERVED: [&str; 18] = [
    "0.0.0.0/8",
    "100.100.100.200/32", // a cloud's metadata
    "169.254.0.0/16",     // link-local; most clouds' metadata
    "192.0.0.0/24",       // protocol assignments; a cloud's metadata
    "192.0.2.0/24",       // documentation
    "192.88.99.0/24",     // 6to4 relays
    "198.18.0.0/15",      // benchmarks
    "198.51.100.0/24",    // documentation
    "203.0.113.0/24",     // documentation
    "224.0.0.0/4",        // multicast
    "240.0.0.0/4",        // reserved, broadcast
    "fd00:ec2::/32",      // a cloud's metadata
    "2001::/23",          // Teredo, benchmarks, ORCHID and other protocol assignments
    "2001:db8::/32",      // documentation
    "2002::/16",          // 6to4: an IPv4 address inside
    "2620:4f:8000::/48",  // AS112
    "3fff::/20",          // documentation
    "fe80::/10",          // link-local
];

/// The only block of IPv6 that is given out (RFC 4291): v4-mapped and v4-compatible addresses, NAT64, multicast and discard-only
/// lie outside it.
const GLOBAL_UNICAST: &str = "2000::/3";

fn class_of(address: IpAddr) -> Class {
    let lies_in = |network: &str| network.parse::<IpNet>().is_ok_and(|network| network.contains(&address));
    if RESERVED.into_iter().any(lies_in) {
        Class::Reserved
    } else if PRIVATE.into_iter().any(lies_in) {
        Class::Private
    } else if address.is_ipv6() && !lies_in(GLOBAL_UNICAST) {
        Class::Reserved
    } else {
        Class::Public
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(policy: &AddressPolicy, address: &str) -> bool {
        policy.permits(address.parse().unwrap())
    }

    #[test]
    fn the_tables_are_networks() {
        for network in RESERVED.into_iter().chain(PRIVATE).chain([GLOBAL_UNICAST]) {
            assert_eq!(network.parse::<IpNet>().unwrap().trunc().to_string(), network);
        }
    }

    #[test]
    fn public_addresses_are_permitted() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.255.255",
            "172.32.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4007::1",
        ] {
            assert!(permits(&AddressPolicy::default(), address), "{address}");
        }
    }

    #[test]
    fn addresses_that_are_not_public_are_refused_by_default() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!permits(&AddressPolicy::default(), address), "{address}");
        }
    }

    #[test]
    fn private_addresses_can_be_allowed_and_the_metadata_of_clouds_stays_out() {
        let policy = AddressPolicy { allow_private: true, allowed: Vec::new() };
        for address in ["127.0.0.1", "10.0.0.1", "100.64.0.1", "fd12::1", "::1"] {
            assert!(permits(&policy, address), "{address}");
        }
        for address in
            ["169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "::ffff:10.0.0.1", "0.0.0.0", "fe80::1"]
        {
            assert!(!permits(&policy, address), "{address}");
        }
    }

    #[test]
    fn an_allowed_network_opens_that_network_only() {
        let policy =
            AddressPolicy { allow_private: false, allowed: vec!["10.1.0.0/16".parse().unwrap(), "fd12::7".parse().unwrap()] };
        assert!(permits(&policy, "10.1.255.1") && permits(&policy, "fd12::7"));
        assert!(!permits(&policy, "10.2.0.1") && !permits(&policy, "fd12::8") && !permits(&policy, "::ffff:10.1.0.1"));
        assert!("10.1.0.0/33".parse::<Network>().is_err());
    }
}
