//! Workflows.

use crate::i18n::{messages, plural};

messages! {
    title = "Workflows", "Workflows";
    lead = "Tasks that wait for each other.", "Des tâches qui s’attendent les unes les autres.";
    none = "There are no workflows yet. A workflow is a set of tasks of which some wait for others: a chain, a group, or any graph.", "Il n’y a pas encore de workflow. Un workflow est un ensemble de tâches dont certaines en attendent d’autres : une chaîne, un groupe ou un graphe quelconque.";
    new = "New workflow", "Nouveau workflow";
    unnamed = "Without a name", "Sans nom";
    ended = "Ended", "Terminées";
    ended_of(ended: u32, all: u32) = format!("{ended} of {all} ended"), format!("{ended} sur {all} terminées");
    took = "Took", "Durée";
    graph = "Graph", "Graphe";
    graph_frame = "Drawing of the graph", "Dessin du graphe";
    graph_told(nodes: u64, edges: u64) = format!("{nodes} {}, {edges} {}. The list beside has the same.", plural(nodes, "task", "tasks"), plural(edges, "dependency", "dependencies")),
        format!("{nodes} {}, {edges} {}. La liste voisine dit la même chose.", plural(nodes, "tâche", "tâches"), plural(edges, "dépendance", "dépendances"));
    zoom_in = "Larger", "Agrandir";
    zoom_out = "Smaller", "Réduire";
    zoom_fit = "Fit", "Ajuster";
    list = "Tasks in order", "Tâches dans l’ordre";
    waits_for = "Waits for", "Attend";
    waited_for_by = "Waited for by", "Attendue par";
    nobody = "nobody", "aucune";
    select_told = "Choose a task in the graph or the list.", "Choisissez une tâche dans le graphe ou la liste.";
    node = "Chosen task", "Tâche choisie";
    open_task = "Open the task", "Ouvrir la tâche";
    pruned = "Its task was removed, as old tasks are", "Sa tâche a été supprimée, comme toutes les anciennes";
    on_failure = "If it does not succeed", "Si elle ne réussit pas";
    on_failure_fail = "what waits for it is cancelled", "ce qui l’attend est annulé";
    on_failure_continue = "what waits for it runs all the same", "ce qui l’attend s’exécute quand même";
    policy = "If a task fails", "Si une tâche échoue";
    policy_cancel = "every task that has not started is cancelled", "toute tâche qui n’a pas démarré est annulée";
    policy_continue = "only what depends on it is cancelled", "seul ce qui en dépend est annulé";
    failure = "Why it failed", "Pourquoi elle a échoué";
    cancel = "Cancel workflow", "Annuler le workflow";
    cancel_asked = "Cancel this workflow?", "Annuler ce workflow ?";
    cancel_told(waiting: u64, running: u64) = format!("{waiting} {} that {} would be cancelled, and {running} that {} asked to stop.", plural(waiting, "task", "tasks"), plural(waiting, "waits", "wait"), plural(running, "runs would be", "run would be")),
        format!("{waiting} {} en attente {} et {running} en cours {} à s’arrêter.", plural(waiting, "tâche", "tâches"), plural(waiting, "serait annulée", "seraient annulées"), plural(running, "serait invitée", "seraient invitées"));
    cancelled = "The workflow is being cancelled", "Le workflow est en cours d’annulation";
    retry = "Retry from what failed", "Reprendre depuis les échecs";
    retry_asked = "Run what did not succeed again?", "Relancer ce qui n’a pas réussi ?";
    retry_told(count: u64, kept: u64) = format!("{count} {} run again: those that failed, expired or were cancelled. {kept} that succeeded {} as they are.", plural(count, "task would", "tasks would"), plural(kept, "stays", "stay")),
        format!("{count} {} : celles qui ont échoué, expiré ou été annulées. {kept} réussies {} en l’état.", plural(count, "tâche serait relancée", "tâches seraient relancées"), plural(kept, "reste", "restent"));
    retried = "What did not succeed runs again", "Ce qui n’avait pas réussi est relancé";
    create_title = "New workflow", "Nouveau workflow";
    create_lead = "As the API takes it: give one of nodes, chain, group and chord.", "Tel que l’API le prend : donnez l’un de nodes, chain, group ou chord.";
    create_json = "Workflow, as JSON", "Workflow, en JSON";
    create_begin = "Begin with", "Commencer par";
    create_chain = "A chain", "Une chaîne";
    create_group = "A group", "Un groupe";
    create_chord = "A chord", "Un accord";
    create_nodes = "A graph", "Un graphe";
    create_go = "Start the workflow", "Lancer le workflow";
    create_bad = "This is not a workflow:", "Ce n’est pas un workflow :";
}
