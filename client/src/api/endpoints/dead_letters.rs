//! Failed tasks, by what went wrong.

use ruche_api::{DeadLetter, DeadLetterPage};

use super::{super::Ask, PAGE};

pub fn list(cursor: Option<&str>) -> Ask<DeadLetterPage> {
    Ask::get(&["dead-letters"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn get(fingerprint: &str) -> Ask<DeadLetter> {
    Ask::get(&["dead-letters", fingerprint])
}
