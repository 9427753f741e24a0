//! Help.

use crate::i18n::messages;

messages! {
    title = "Help", "Aide";
    lead = "First steps, states, queries and keys.", "Premiers pas, états, requêtes et touches.";
    contents = "On this page", "Sur cette page";
    first_steps = "First steps", "Premiers pas";
    states = "States of tasks", "États des tâches";
    query = "Queries", "Requêtes";
    keys = "Keyboard", "Clavier";
    more = "More", "Pour aller plus loin";

    step_up = "Start a server, a worker and this client, on one machine:", "Démarrer un serveur, un worker et ce client sur une machine :";
    step_enqueue = "Enqueue a task and wait for it:", "Lancer une tâche et l’attendre :";
    step_watch = "Watch what goes on, in a terminal:", "Suivre ce qui se passe, dans un terminal :";
    step_schedule = "Enqueue it every night:", "La lancer chaque nuit :";
    step_key = "Make a key for another program:", "Créer une clé pour un autre programme :";
    step_curl = "The same from any language, over HTTP:", "La même chose depuis tout langage, par HTTP :";
    copy_command(command: &str) = format!("Copy: {command}"), format!("Copier : {command}");
    step_page = "Or by a form:", "Ou par un formulaire :";
    enqueue_page = "Enqueue a task", "Lancer une tâche";

    blocked = "Waits for other tasks of its workflow.", "Attend d’autres tâches de son workflow.";
    scheduled = "Waits for its time.", "Attend son heure.";
    queued = "Is due, and waits in its queue for a worker. Its page says what holds it: a pause, a limit, no worker.",
        "Est due, et attend un worker dans sa file. Sa page dit ce qui la retient : pause, limite, aucun worker.";
    running = "A worker is at it.", "Un worker s’en occupe.";
    retrying = "An attempt failed; the next one has its time.", "Une tentative a échoué ; l’heure de la suivante est fixée.";
    succeeded = "Done; its result is kept.", "Terminée ; son résultat est conservé.";
    failed = "All attempts failed, or one could not be mended by another. Failures of one kind are found together under dead letters.",
        "Toutes les tentatives ont échoué, ou une était sans remède. Les échecs de même nature sont réunis dans les échecs définitifs.";
    cancelled = "Somebody stopped it.", "Quelqu’un l’a arrêtée.";
    expired = "Its time was over before it ran.", "Son délai a expiré avant qu’elle ne démarre.";
    see_tasks(state: &str) = format!("Tasks in the state {state}"), format!("Tâches dans l’état {state}");

    query_told = "The list of tasks is filtered by a line of qualifiers. All of them have to hold; the line is in the page’s address, so it can be shared.",
        "La liste des tâches se filtre par une ligne de qualificatifs, qui doivent tous être vrais ; la ligne est dans l’adresse de la page, donc partageable.";
    try_it = "Try:", "Essayez :";

    key_tab = "goes on to the next control, with Shift back", "passe à l’élément suivant, avec Maj au précédent";
    key_skip = "on a new page, skips the navigation", "sur une nouvelle page, saute la navigation";
    key_enter = "presses what has the focus; in the filter, takes the completion or applies the line", "active l’élément ; dans le filtre, prend la complétion ou applique la ligne";
    key_space = "presses a button, sets a check, opens a part that is folded", "active un bouton, coche une case, déplie une partie";
    key_arrows = "choose among completions; scroll a table that has the focus", "choisissent une complétion ; défilent un tableau qui a le focus";
    key_escape = "closes a dialog or the completions", "ferme un dialogue ou les complétions";

    docs = "Documentation of the API, to try it out", "Documentation de l’API, à essayer";
    document = "OpenAPI document, to make clients from", "Document OpenAPI, pour engendrer des clients";
    metrics = "Metrics for Prometheus", "Métriques pour Prometheus";
    settings = "API keys, webhooks and limits are among the settings", "Clés d’API, webhooks et limites sont dans les réglages";
}
