//! The address, checked before anything connects, and shown without its password.

use std::fmt;

use lapin::uri::AMQPUri;
use url::{Host, Url};

use super::{AmqpOptions, session::Purpose};
use crate::BrokerError;

/// Largest frame on the publishing connection. lapin keeps two buffers of 32 frames for each connection; messages longer than a
/// frame travel in several. The consuming connection takes RabbitMQ's own limit instead: headers travel in one frame, and a
/// stranger's headers may fill it.
const PUBLISHING_FRAME: u32 = 32 * 1024;

/// A checked address.
#[derive(Clone)]
pub(super) struct Address {
    uri: AMQPUri,
}

impl Address {
    pub(super) fn parse(options: &AmqpOptions) -> Result<Self, BrokerError> {
        let wrong = |reason: &str| BrokerError::Address(reason.to_owned());
        let url = Url::parse(&options.url).map_err(|error| BrokerError::Address(error.to_string()))?;
        if !matches!(url.scheme(), "amqp" | "amqps") {
            return Err(wrong("it does not begin with amqp:// or amqps://"));
        }
        let host = url.host().filter(|host| host.to_string() != "").ok_or_else(|| wrong("it names no host"))?;
        if url.path().trim_start_matches('/').contains('/') {
            return Err(wrong("the virtual host holds a slash; write it as %2f"));
        }
        // The reason does not repeat the address, which holds a password.
        let mut uri: AMQPUri = options.url.parse().map_err(|_| wrong("its port, virtual host or query cannot be read"))?;
        // The parser knows no IPv6 literals and would take them for localhost.
        if let Host::Ipv6(ip) = host {
            uri.authority.host = ip.to_string();
        }
        if uri.vhost.is_empty() {
            uri.vhost = "/".to_owned();
        }
        if uri.vhost.len() > 255 {
            return Err(wrong("the virtual host is longer than 255 bytes"));
        }
        let heartbeat = u16::try_from(options.heartbeat.as_secs()).unwrap_or(u16::MAX);
        uri.query.heartbeat.get_or_insert(heartbeat);
        Ok(Self { uri })
    }

    /// What to hand to lapin.
    pub(super) fn uri(&self, purpose: Purpose) -> AMQPUri {
        let mut uri = self.uri.clone();
        if matches!(purpose, Purpose::Publishing) {
            uri.query.frame_max.get_or_insert(PUBLISHING_FRAME);
        }
        uri
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}, virtual host {}", self.uri.authority.host, self.uri.authority.port, self.uri.vhost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, BrokerError> {
        Address::parse(&AmqpOptions::new(url))
    }

    #[test]
    fn addresses_are_read_as_celery_reads_them() {
        for (url, shown) in [
            ("amqp://rabbit", "rabbit:5672, virtual host /"),
            ("amqp://rabbit/", "rabbit:5672, virtual host /"),
            ("amqp://u:p@rabbit:1//", "rabbit:1, virtual host /"),
            ("amqp://u:p@rabbit:1/%2f", "rabbit:1, virtual host /"),
            ("amqps://u:p@rabbit/a%2fb", "rabbit:5671, virtual host a/b"),
            ("amqp://u:p@[::1]:7/x", "::1:7, virtual host x"),
            ("amqp://u:p@127.0.0.1:7/x?heartbeat=5", "127.0.0.1:7, virtual host x"),
        ] {
            assert_eq!(parse(url).unwrap().to_string(), shown, "{url}");
        }
    }

    #[test]
    fn wrong_addresses_are_refused_without_showing_the_password() {
        for url in [
            "",
            "rabbit",
            "http://u:secret@rabbit",
            "amqp:u:secret@rabbit",
            "amqp://u:secret@rabbit:port",
            "amqp://u:secret@rabbit/?heartbeat=often",
            "amqp://u:secret@rabbit/a/b",
            "amqp://u:secret@/x",
        ] {
            let error = parse(url).err().unwrap_or_else(|| panic!("{url} was taken")).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn options_show_no_password() {
        assert!(!format!("{:?}", AmqpOptions::new("amqp://u:secret@rabbit")).contains("secret"));
    }
}
