//! One task.

use crate::i18n::messages;

messages! {
    title = "Task", "Tâche";
}
