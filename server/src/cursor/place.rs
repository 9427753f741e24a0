//! Places in lists, as bytes.

use std::str::FromStr;

use ruche_domain::{Fingerprint, ScheduleName, TickKind, Timestamp};
use ruche_store::{Cursor, Position, TickCursor};
use uuid::Uuid;

/// Where a row stands in its list.
pub trait Place: Sized {
    /// The place as a cursor keeps it.
    fn to_bytes(&self) -> Vec<u8>;

    /// Its inverse; `None` for what [`Place::to_bytes`] does not write.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Place for Position {
    fn to_bytes(&self) -> Vec<u8> {
        [&self.at.timestamp_micros().to_be_bytes(), self.id.as_bytes().as_slice()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (at, id) = split_time(bytes)?;
        Some(Self { at, id: Uuid::from_slice(id).ok()? })
    }
}

impl Place for Cursor {
    fn to_bytes(&self) -> Vec<u8> {
        Position { at: self.created_at, id: self.id.as_uuid() }.to_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Position::from_bytes(bytes).map(|Position { at, id }| Self { created_at: at, id: id.into() })
    }
}

impl Place for TickCursor {
    fn to_bytes(&self) -> Vec<u8> {
        [&self.tick_at.timestamp_micros().to_be_bytes(), self.kind.as_str().as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (tick_at, kind) = split_time(bytes)?;
        Some(Self { tick_at, kind: read::<TickKind>(kind)? })
    }
}

impl Place for ScheduleName {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_str().into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        read(bytes)
    }
}

impl Place for Fingerprint {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_str().into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        read(bytes)
    }
}

fn split_time(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (micros, rest) = bytes.split_first_chunk()?;
    Some((Timestamp::from_timestamp_micros(i64::from_be_bytes(*micros))?, rest))
}

fn read<T: FromStr>(bytes: &[u8]) -> Option<T> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn comes_back<P: Place + PartialEq + Debug>(place: P) {
        let bytes = place.to_bytes();
        assert_eq!(P::from_bytes(&bytes).as_ref(), Some(&place));
        assert!(P::from_bytes(&bytes[..bytes.len() - 1]).is_none_or(|other| other != place));
        assert_eq!(P::from_bytes(b""), None);
    }

    #[test]
    fn every_place_comes_back() {
        let at = Timestamp::from_timestamp_micros(1_763_809_200_123_456).unwrap();
        let id = Uuid::from_u128(7);
        comes_back(Position { at, id });
        comes_back(Cursor { created_at: at, id: id.into() });
        comes_back(TickCursor { tick_at: at, kind: TickKind::Tick });
        comes_back::<ScheduleName>("a.b".parse().unwrap());
        comes_back::<Fingerprint>("0123456789abcdef".parse().unwrap());
    }
}
