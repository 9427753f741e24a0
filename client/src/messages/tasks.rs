//! The list of tasks.

use crate::i18n::messages;

messages! {
    title = "Tasks", "Tâches";
}
