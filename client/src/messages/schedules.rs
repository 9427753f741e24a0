//! Schedules.

use crate::i18n::messages;

messages! {
    title = "Schedules", "Planifications";
}
