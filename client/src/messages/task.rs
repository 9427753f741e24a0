//! One task.

use crate::i18n::messages;

messages! {
    title = "Task", "Tâche";
    copy_id = "Copy the id", "Copier l’identifiant";
    tabs = "Parts of the task", "Parties de la tâche";
    tab_life = "Life", "Vie";
    tab_logs = "Logs", "Journaux";
    tab_payload = "Payload", "Arguments";
    tab_result = "Result", "Résultat";
    tab_files = "Files", "Fichiers";
    cancel = "Cancel task", "Annuler la tâche";
    cancel_title = "Cancel this task?", "Annuler cette tâche ?";
    cancel_waiting = "It has not started and will not run.", "Elle n’a pas commencé et ne s’exécutera pas.";
    cancel_running = "It runs and is asked to stop; it may still end well.", "Elle est en cours et reçoit l’ordre d’arrêter ; elle peut encore réussir.";
    cancelled = "Cancelled", "Annulée";
    stop_asked = "Asked to stop", "Arrêt demandé";
    retry = "Retry", "Réessayer";
    retried = "Queued once more", "Remise en file";
    run_again = "Run again with other input…", "Relancer avec d’autres arguments…";
    run_again_title = "Run again with other input", "Relancer avec d’autres arguments";
    run_again_lead = "The same task runs once more, with its id and history.", "La même tâche s’exécute de nouveau, avec son identifiant et son historique.";
    clone = "Enqueue one like it", "En créer une semblable";
    waits = "Why it waits", "Pourquoi elle attend";
    next_at = "Next chance", "Prochaine chance";
    position(place: u32) = if place > 1_000 { "More than 1,000 before it".to_owned() } else { format!("Number {place} in line") },
        if place > 1_000 { "Plus de 1 000 devant elle".to_owned() } else { format!("Numéro {place} dans la file") };
    facts = "Facts", "Caractéristiques";
    life = "What happened", "Déroulement";
    failure = "Why it failed", "Cause de l’échec";
    failure_details = "Details", "Détails";
    attempts = "Attempts", "Tentatives";
    max_attempts(used: u32, most: u32) = format!("{used} of {most} used"), format!("{used} sur {most} utilisées");
    accepted = "Accepted", "Acceptée";
    queued = "Queued", "Mise en file";
    started = "Started", "Commencée";
    finished = "Ended", "Terminée";
    due = "Due", "Prévue";
    eta = "Not before", "Pas avant";
    expires = "Not to start after", "Ne pas commencer après";
    timeout = "Time limit", "Durée limite";
    lease = "Lease until", "Bail jusqu’à";
    schedule = "Made by schedule", "Créée par la planification";
    concurrency_key = "Concurrency key", "Clé de concurrence";
    trace = "Trace", "Trace";
    args = "Positional arguments", "Arguments positionnels";
    kwargs = "Keyword arguments", "Arguments nommés";
    result = "Result", "Résultat";
    no_result = "There is no result: the task has not succeeded.", "Pas de résultat : la tâche n’a pas réussi.";
    no_files = "It has made no files.", "Elle n’a produit aucun fichier.";
    file = "File", "Fichier";
    size = "Size", "Taille";
    kind = "Kind", "Type";
}
