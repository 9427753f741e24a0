//! An address within this site: path, query, fragment.

use std::fmt;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path, percent-encoded.
    pub path: String,
    query: Vec<(String, String)>,
    /// What comes after `#`.
    pub fragment: String,
}

impl Default for Place {
    fn default() -> Self {
        Self::parse("/")
    }
}

impl Place {
    /// Reads an address. Every text is one.
    pub fn parse(address: &str) -> Self {
        let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query =
            pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decode(name), decode(value)));
        let path = if path.is_empty() { "/" } else { path };
        Self { path: path.to_owned(), query: query.collect(), fragment: fragment.to_owned() }
    }

    /// A parameter; an empty one is none.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same with another value of a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let value = value.filter(|value| !value.is_empty());
        match (self.query.iter_mut().find(|(known, _)| known == name), value) {
            (Some(pair), Some(value)) => value.clone_into(&mut pair.1),
            (None, Some(value)) => self.query.push((name.to_owned(), value.to_owned())),
            (_, None) => self.query.retain(|(known, _)| known != name),
        }
        self
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        self.with(name, None)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for (index, (name, value)) in self.query.iter().enumerate() {
            write!(f, "{}{}={}", if index == 0 { '?' } else { '&' }, encode(name), encode(value))?;
        }
        if !self.fragment.is_empty() {
            write!(f, "#{}", self.fragment)?;
        }
        Ok(())
    }
}

/// A text as a part of an address: everything but letters, digits and a few harmless signs is percent-encoded.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The text that was encoded; what is no encoding stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_out_as_it_went_in() {
        for address in ["/", "/tasks?state=failed&q=a%20b%26c", "/tasks/1#L120", "/queues/a%2Fb?tab=limits"] {
            assert_eq!(Place::parse(address).to_string(), address);
        }
    }

    #[test]
    fn parameters_are_changed_one_by_one() {
        let place = Place::parse("/tasks?state=failed&queue=mail");
        assert_eq!(place.param("queue"), Some("mail"));
        assert_eq!(place.clone().with("state", Some("a b")).to_string(), "/tasks?state=a%20b&queue=mail");
        assert_eq!(place.with("state", Some("")).with("page", Some("é")).to_string(), "/tasks?queue=mail&page=%C3%A9");
    }

    #[test]
    fn broken_encodings_are_texts() {
        assert_eq!((decode("100%"), decode("%zz"), decode("a+b%C3")), ("100%".into(), "%zz".into(), "a b\u{fffd}".into()));
    }
}
