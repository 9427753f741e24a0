//! Enqueuing.

use crate::i18n::messages;

messages! {
    title = "Enqueue a task", "Nouvelle tâche";
}
