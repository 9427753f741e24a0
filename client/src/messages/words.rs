//! Words that many pages use.

use crate::i18n::messages;

messages! {
    actions = "Actions", "Actions";
    all = "All", "Toutes";
    attempt = "Attempt", "Tentative";
    cancel = "Cancel", "Annuler";
    close = "Close", "Fermer";
    copied = "Copied", "Copié";
    copy = "Copy", "Copier";
    copy_failed = "Could not copy: select the text and copy it by hand", "Copie impossible : sélectionnez le texte et copiez-le à la main";
    created = "Created", "Créée";
    delete = "Delete", "Supprimer";
    details = "Details", "Détails";
    done = "Done", "Fait";
    duration = "Duration", "Durée";
    edit = "Edit", "Modifier";
    leave = "Keep as it is", "Ne rien changer";
    loading = "Loading…", "Chargement…";
    name = "Name", "Nom";
    never = "never", "jamais";
    next_page = "Next page", "Page suivante";
    first_page = "First page", "Première page";
    pages = "Pages", "Pages";
    now = "Now", "Maintenant";
    pause = "Pause", "Mettre en pause";
    paused = "Paused", "En pause";
    priority = "Priority", "Priorité";
    progress = "Progress", "Avancement";
    queue = "Queue", "File";
    resume = "Resume", "Reprendre";
    retry = "Retry", "Réessayer";
    save = "Save", "Enregistrer";
    show_chart = "Show as chart", "Voir le graphique";
    show_table = "Show as table", "Voir en tableau";
    state = "State", "État";
    task = "Task", "Tâche";
    time = "Time", "Heure";
    try_again = "Try again", "Réessayer";
    worker = "Worker", "Worker";
    table_of(title: &str) = format!("Table: {title}"), format!("Tableau : {title}");
    at_least(count: &str) = format!("{count}+"), format!("{count}+");
    type_to_confirm(word: &str) = format!("Type {word} to confirm"), format!("Saisissez {word} pour confirmer");
    needs_operator = "Your key may only read: ask for one with the role operator", "Votre clé ne permet que la lecture : demandez-en une de rôle operator";
}
