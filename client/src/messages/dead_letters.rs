//! Dead letters.

use crate::i18n::{messages, plural};

messages! {
    title = "Dead letters", "Échecs définitifs";
    lead = "Tasks that failed for good, grouped by what went wrong.", "Les tâches définitivement échouées, groupées par cause.";
    none = "Nothing has failed for good.", "Rien n’a définitivement échoué.";
    count = "Tasks", "Tâches";
    tasks(count: u64, shown: &str) = format!("{shown} {}", plural(count, "task", "tasks")), format!("{shown} {}", plural(count, "tâche", "tâches"));
    first_seen = "First failed", "Premier échec";
    last_seen = "Last failed", "Dernier échec";
    kind = "Kind", "Nature";
    fingerprint = "Fingerprint", "Empreinte";
    failure = "What went wrong", "Ce qui s’est passé";
    details = "Details", "Détails";
    sample = "The last one", "La dernière";
    open_sample = "Open it", "L’ouvrir";
    sample_hint = "There its input can be edited and run again.", "On peut y modifier son entrée et la relancer.";
    all_tasks = "See its tasks", "Voir ses tâches";
    replay = "Run all again", "Tout relancer";
    replay_title = "Run all tasks of this group again", "Relancer toutes les tâches de ce groupe";
    discard = "Discard all", "Tout supprimer";
    discard_title = "Delete all tasks of this group", "Supprimer toutes les tâches de ce groupe";
}
