//! Pages of lists.

use crate::{
    AuditEntry, AuditPage, DeadLetter, DeadLetterPage, Key, KeyPage, Operation, OperationList, Schedule, SchedulePage,
    ScheduleTick, TaskPage, TaskSummary, TickPage,
};

/// One page of a list, and where the next one begins.
pub trait Page: Sized {
    /// A row.
    type Row;

    /// A page of these rows; `next_cursor` is for the page after it, if there is one.
    fn new(data: Vec<Self::Row>, next_cursor: Option<String>) -> Self;

    /// Its rows, and the cursor of the page after it, if there is one.
    fn into_parts(self) -> (Vec<Self::Row>, Option<String>);
}

macro_rules! pages {
    ($($page:ident of $row:ident),+ $(,)?) => {$(
        impl Page for $page {
            type Row = $row;

            fn new(data: Vec<$row>, next_cursor: Option<String>) -> Self {
                let has_more = next_cursor.is_some();
                Self { data, next_cursor, has_more }
            }

            fn into_parts(self) -> (Vec<$row>, Option<String>) {
                (self.data, self.next_cursor.filter(|_| self.has_more))
            }
        }
    )+};
}

pages! {
    AuditPage of AuditEntry,
    DeadLetterPage of DeadLetter,
    KeyPage of Key,
    OperationList of Operation,
    SchedulePage of Schedule,
    TaskPage of TaskSummary,
    TickPage of ScheduleTick,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_there_is_another() {
        let last = KeyPage::new(Vec::new(), None);
        assert!(!last.has_more);
        assert_eq!(last.into_parts(), (Vec::new(), None));
        let first = KeyPage::new(Vec::new(), Some("here".to_owned()));
        assert!(first.has_more);
        assert_eq!(first.into_parts().1.as_deref(), Some("here"));
    }
}
