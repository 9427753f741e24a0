//! The list of tasks.

use crate::i18n::{messages, plural};

messages! {
    title = "Tasks", "Tâches";
    lead = "Every task, newest first.", "Toutes les tâches, les plus récentes d’abord.";
    states = "States", "États";
    views = "Views", "Vues";
    view_table = "Table", "Tableau";
    view_timeline = "Timeline", "Chronologie";
    filter = "Filter tasks", "Filtrer les tâches";
    filter_placeholder = "state:failed queue:mail created:<1h …", "state:failed queue:mail created:<1h …";
    completions = "Completions", "Complétions";
    clear_filter = "Clear the filter", "Effacer le filtre";
    about_state = "where it stands", "où elle en est";
    about_task = "name of the registered task", "nom de la tâche enregistrée";
    about_queue = "the queue it waits in", "la file où elle attend";
    about_worker = "who ran it last", "qui l’a exécutée en dernier";
    about_created = "accepted less (<1h) or more (>2d) ago", "acceptée il y a moins (<1h) ou plus (>2d)";
    about_fingerprint = "failed with this fingerprint", "échouée avec cette empreinte";
    about_id = "one task, by its id", "une tâche, par son identifiant";
    unknown_qualifier(word: &str) = format!("There is no qualifier “{word}”. Known are state, task, queue, worker, created, fingerprint and id."),
        format!("Aucun qualificatif « {word} ». Connus : state, task, queue, worker, created, fingerprint et id.");
    unknown_word(word: &str) = format!("“{word}” says nothing by itself: did you mean task:{word}?"), format!("« {word} » seul ne dit rien : vouliez-vous task:{word} ?");
    unknown_state(word: &str) = format!("There is no state “{word}”."), format!("Aucun état « {word} ».");
    unknown_time(word: &str) = format!("“{word}” is no time: write <1h, >2d, or a date such as >2027-01-31."), format!("« {word} » n’est pas une durée : écrivez <1h, >2d, ou une date comme >2027-01-31.");
    twice(word: &str) = format!("“{word}” is there twice."), format!("« {word} » est donné deux fois.");
    newer(count: &str) = format!("{count} new"), format!("{count} de plus");
    empty = "No task matches.", "Aucune tâche ne correspond.";
    empty_all = "There are no tasks yet.", "Il n’y a pas encore de tâches.";
    empty_hint = "Enqueue one here, or from a shell:", "Créez-en une ici, ou depuis un terminal :";
    select_all = "Select the tasks of this page", "Sélectionner les tâches de cette page";
    select(name: &str) = format!("Select {name}"), format!("Sélectionner {name}");
    selected(count: u64) = format!("{count} selected"), format!("{count} {}", plural(count, "sélectionnée", "sélectionnées"));
    selection = "Selected tasks", "Tâches sélectionnées";
    all_matching = "All that match", "Toutes celles qui correspondent";
    all_matching_lead = "Changes every task that matches the filter, on this page or not, after a dry run.",
        "Modifie toutes les tâches qui correspondent au filtre, affichées ou non, après un essai à blanc.";
    needs_filter = "Filter first: there has to be at least one condition.", "Filtrez d’abord : il faut au moins une condition.";
    act_cancel = "Cancel all…", "Tout annuler…";
    act_retry = "Retry all…", "Tout réessayer…";
    act_delete = "Delete all…", "Tout supprimer…";
    act_move = "Move all…", "Tout déplacer…";
    act_priority = "Set priority…", "Changer la priorité…";
    cancel_title = "Cancel all that match", "Annuler toutes celles qui correspondent";
    retry_title = "Retry all that match", "Réessayer toutes celles qui correspondent";
    delete_title = "Delete all that match", "Supprimer toutes celles qui correspondent";
    move_title = "Move all that match", "Déplacer toutes celles qui correspondent";
    priority_title = "Set the priority of all that match", "Changer la priorité de toutes celles qui correspondent";
    move_to = "To the queue", "Vers la file";
    new_priority = "Priority, 9 most urgent", "Priorité, 9 la plus urgente";
    preview = "Dry run", "Essai à blanc";
    done_some(done: u64, failed: u64) = format!("{done} done, {failed} refused"), format!("{done} {}, {failed} {}", plural(done, "faite", "faites"), plural(failed, "refusée", "refusées"));
    waiting = "Waiting", "Attente";
    ran = "Run", "Exécution";
    age = "Age", "Âge";
    attempts_of(used: u32, most: u32) = format!("{used} of {most}"), format!("{used} sur {most}");
    saved_views = "Saved views", "Vues enregistrées";
    view_name = "Name of the view", "Nom de la vue";
    view_saved = "The view is saved in this browser; its address can be shared", "Vue enregistrée dans ce navigateur ; son adresse se partage";
    forget_view(name: &str) = format!("Forget {name}"), format!("Oublier {name}");
}
