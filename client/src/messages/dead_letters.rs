//! Dead letters.

use crate::i18n::messages;

messages! {
    title = "Dead letters", "Échecs définitifs";
    lead = "Tasks that failed for good, grouped by what went wrong.", "Les tâches définitivement échouées, groupées par cause.";
    none = "Nothing has failed for good.", "Rien n’a définitivement échoué.";
    count = "Tasks", "Tâches";
    first_seen = "First failed", "Premier échec";
    last_seen = "Last failed", "Dernier échec";
    kind = "Kind", "Nature";
    fingerprint = "Fingerprint", "Empreinte";
    failure = "What went wrong", "Ce qui s’est passé";
    details = "Details", "Détails";
    sample = "The last one", "La dernière";
    open_sample = "Open it", "L’ouvrir";
    sample_hint = "There its input can be edited and run again.", "On peut y modifier son entrée et la relancer.";
    all_tasks = "See all its tasks", "Voir toutes ses tâches";
    its_tasks = "Its tasks, newest first", "Ses tâches, les plus récentes d’abord";
    failed_at = "Failed", "Échouée";
    is_empty = "No failed task is left in this group: they were retried or deleted.", "Ce groupe ne contient plus de tâche échouée : elles ont été réessayées ou supprimées.";
    back = "All dead letters", "Tous les échecs définitifs";
    replay = "Retry all", "Tout réessayer";
    replay_title = "Retry all tasks of this group", "Réessayer toutes les tâches de ce groupe";
    discard = "Delete all", "Tout supprimer";
    discard_title = "Delete all tasks of this group", "Supprimer toutes les tâches de ce groupe";
}
