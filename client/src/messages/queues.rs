//! Queues.

use crate::i18n::messages;

messages! {
    title = "Queues", "Files";
}
