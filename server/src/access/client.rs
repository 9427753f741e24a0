//! Where a request comes from, as far as that can be believed.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::{
    Addr, Request,
    http::{HeaderMap, header},
};

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The caller's address; `None` for what is no internet socket.
    pub address: Option<IpAddr>,
    /// Whether the caller speaks HTTPS, to a trusted proxy.
    pub https: bool,
    /// The host, with its port, that the caller means.
    pub host: Option<String>,
}

/// The peer, unless that is a trusted proxy: then whom it names.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy has written: the first address that is no trusted proxy's is the
/// caller's. What stands before it anybody may have made up.
pub fn of(request: &Request, trusted: &[IpNet]) -> Client {
    let peer = match &request.remote_addr().0 {
        Addr::SocketAddr(address) => Some(address.ip().to_canonical()),
        _ => None,
    };
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host = last(request.headers(), "host").map(ToOwned::to_owned).or(authority);
    read(peer, host, request.headers(), trusted)
}

fn read(peer: Option<IpAddr>, host: Option<String>, headers: &HeaderMap, trusted: &[IpNet]) -> Client {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let Some(mut address) = peer.filter(is_trusted) else { return Client { address: peer, https: false, host } };
    let forwarded = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
    for hop in forwarded.flat_map(|value| value.rsplit(',')) {
        let Some(named) = parse(hop.trim()) else { break };
        address = named;
        if !is_trusted(&named) {
            break;
        }
    }
    let https = last(headers, "x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let host = last(headers, "x-forwarded-host").map(ToOwned::to_owned).or(host);
    Client { address: Some(address), https, host }
}

/// The last value of a header: what the nearest proxy has added.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let value = if name == header::HOST { value } else { value.rsplit(',').next().unwrap_or_default() };
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// An address, perhaps with a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderName, HeaderValue};

    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> Client {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
        read(peer.parse().ok(), Some("here:8000".to_owned()), &headers, &trusted)
    }

    fn address(peer: &str, forwarded: &'static str) -> String {
        client(peer, &[("x-forwarded-for", forwarded)]).address.unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(address("192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(address("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "6.6.6.6, 203.0.113.9"), "203.0.113.9", "what the caller made up does not count");
        assert_eq!(address("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3", "all of them are ours");
        assert_eq!(address("fd00::1", "[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(address("10.0.0.1", "::ffff:203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_ends_the_reading() {
        for garbage in ["", "unknown", "1.2.3", "6.6.6.6, x", "6.6.6.6,", "10.0.0.1:99999"] {
            assert_eq!(address("10.0.0.1", garbage), "10.0.0.1", "{garbage:?}");
        }
    }

    #[test]
    fn scheme_and_host_are_believed_like_addresses() {
        let headers = [("x-forwarded-proto", "http, https"), ("x-forwarded-host", "evil.example, ruche.example")];
        let trusted = client("10.0.0.1", &headers);
        assert_eq!((trusted.https, trusted.host.as_deref()), (true, Some("ruche.example")));
        let other = client("192.0.2.1", &headers);
        assert_eq!((other.https, other.host.as_deref()), (false, Some("here:8000")));
        assert_eq!(client("unix", &headers).address, None);
    }
}
