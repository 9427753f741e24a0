//! Operations.

use crate::i18n::{messages, plural};

messages! {
    title = "Operations", "Opérations";
    started = "Started", "Lancée";
    follow = "Follow it", "La suivre";
    would_change(count: u64, shown: &str) = format!("{shown} {} would change.", plural(count, "task", "tasks")),
        format!("{shown} {}.", plural(count, "tâche changerait", "tâches changeraient"));
    start(shown: &str) = format!("Change {shown}"), format!("En changer {shown}");
}
