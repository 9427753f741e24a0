//! Operations.

use crate::i18n::{messages, plural};

messages! {
    title = "Operations", "Opérations";
    lead = "Changes of many tasks at once: who asked for what is in the audit log.", "Les changements en masse ; qui les a demandés est dans l’audit.";
    none = "No operation is known. The list of tasks and the dead letters begin them.", "Aucune opération connue. La liste des tâches et les échecs définitifs en lancent.";
    started = "Started", "Lancée";
    follow = "Follow it", "La suivre";
    would_change(count: u64, shown: &str) = format!("{shown} {} would change.", plural(count, "task", "tasks")),
        format!("{shown} {}.", plural(count, "tâche changerait", "tâches changeraient"));
    start_cancel(count: u64, shown: &str) = format!("Cancel {shown} {}", plural(count, "task", "tasks")), format!("Annuler {shown} {}", plural(count, "tâche", "tâches"));
    start_retry(count: u64, shown: &str) = format!("Retry {shown} {}", plural(count, "task", "tasks")), format!("Réessayer {shown} {}", plural(count, "tâche", "tâches"));
    start_delete(count: u64, shown: &str) = format!("Delete {shown} {}", plural(count, "task", "tasks")), format!("Supprimer {shown} {}", plural(count, "tâche", "tâches"));
    start_move(count: u64, shown: &str, queue: &str) = format!("Move {shown} {} to {queue}", plural(count, "task", "tasks")),
        format!("Déplacer {shown} {} vers {queue}", plural(count, "tâche", "tâches"));
    start_priority(count: u64, shown: &str, priority: u8) = format!("Give {shown} {} priority {priority}", plural(count, "task", "tasks")),
        format!("Donner la priorité {priority} à {shown} {}", plural(count, "tâche", "tâches"));
    so_far = "looked at so far", "examinées jusqu’ici";
    action = "Action", "Action";
    act_cancel = "Cancel", "Annuler";
    act_retry = "Retry", "Réessayer";
    act_delete = "Delete", "Supprimer";
    act_move(queue: &str) = format!("Move to {queue}"), format!("Déplacer vers {queue}");
    act_priority(priority: u8) = format!("Set priority {priority}"), format!("Priorité {priority}");
    of_tasks = "Of which tasks", "Quelles tâches";
    every_task = "all tasks", "toutes les tâches";
    matched = "Looked at", "Examinées";
    changed = "Changed", "Modifiées";
    skipped = "Left as they were", "Laissées telles quelles";
    began = "Begun", "Commencée";
    took = "Took", "Durée";
    see_tasks = "See the tasks", "Voir les tâches";
    stop = "Stop it", "L’arrêter";
    stop_asked = "Stop this operation?", "Arrêter cette opération ?";
    stop_told = "What it has changed stays changed.", "Ce qu’elle a changé le reste.";
    stopped = "Stopped", "Arrêtée";
    skipped_first = "The first of those left as they were", "Les premières laissées telles quelles";
    reason = "Why", "Pourquoi";
    moved_on = "It had moved on", "Elle avait changé d’état";
    already_so = "It was so already", "Elle l’était déjà";
    gone = "It had been deleted", "Elle avait été supprimée";
    in_workflow = "Its workflow does not allow it", "Son workflow ne le permet pas";
    failed = "It failed", "Elle a échoué";
}
