//! The audit log.

use crate::i18n::messages;

messages! {
    title = "Audit", "Audit";
}
