//! Pages of lists.

use ruche_domain::Timestamp;
use uuid::Uuid;

/// Where a page of rows in the order of their times begins: after the row of this time with this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The row's time.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// One page, in the order of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = Position> {
    /// The rows.
    pub rows: Vec<T>,
    /// After what the next page begins, if there is one.
    pub next: Option<P>,
}

impl<T, P> Page<T, P> {
    /// Of one row more than `limit`, which tells whether there is a next page; `place` says where a row stands.
    #[must_use]
    pub fn of(mut rows: Vec<T>, limit: u32, place: impl FnOnce(&T) -> P) -> Self {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(place);
        Self { rows, next }
    }
}
