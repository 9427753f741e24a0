//! Enqueuing.

use crate::i18n::messages;

messages! {
    title = "Enqueue a task", "Nouvelle tâche";
    lead = "The form comes from the task’s own schema; the server checks it again.", "Le formulaire vient du schéma de la tâche ; le serveur vérifie à nouveau.";
    choose = "Task name", "Nom de la tâche";
    choose_first = "Choose a task…", "Choisissez une tâche…";
    none = "No task is registered. Start a worker.", "Aucune tâche n’est enregistrée. Lancez un worker.";
    as_form = "Form", "Formulaire";
    as_json = "JSON", "JSON";
    mode = "How to write it", "Mode de saisie";
    raw = "Keyword arguments as JSON", "Arguments nommés, en JSON";
    not_json(why: &str) = format!("This is no JSON object: {why}"), format!("Ce n’est pas un objet JSON : {why}");
    use_example = "Fill in an example", "Remplir avec un exemple";
    options = "Options", "Options";
    by_default(value: &str) = format!("{value} if left out"), format!("{value} par défaut");
    delay = "Start in, seconds", "Commencer dans, secondes";
    max_attempts = "Attempts, at most", "Tentatives, au plus";
    timeout = "Time limit of an attempt, seconds", "Durée limite d’une tentative, secondes";
    priority_hint = "0 to 9, 9 most urgent", "0 à 9, 9 la plus urgente";
    concurrency_key = "Concurrency key", "Clé de concurrence";
    unique = "Refuse it while another one with the same input waits or runs", "La refuser tant qu’une autre, avec les mêmes arguments, attend ou s’exécute";
    submit = "Enqueue", "Créer la tâche";
    enqueued = "Enqueued", "Tâche créée";
    open = "Open it", "L’ouvrir";
    request = "The same from elsewhere", "La même, depuis ailleurs";
    copy_as(what: &str) = format!("Copy as {what}"), format!("Copier pour {what}");
    item(number: usize) = format!("Item {number}"), format!("Élément {number}");
    add_item = "Add an item", "Ajouter un élément";
    remove_item(number: usize) = format!("Remove item {number}"), format!("Retirer l’élément {number}");
    not_given = "Not given", "Non précisé";
    json_value = "As JSON", "En JSON";
}
