//! Workers.

use crate::i18n::{messages, plural};

messages! {
    title = "Workers", "Workers";
    lead = "The processes that run tasks, as last heard of in the last quarter of an hour.", "Les processus qui exécutent les tâches, entendus dans le dernier quart d’heure.";
    none = "No worker was heard of in the last quarter of an hour: no task can start.", "Aucun worker ne s’est manifesté depuis un quart d’heure : aucune tâche ne peut démarrer.";
    none_hint = "Start one with this command on any machine that reaches the database and the broker:", "Démarrez-en un avec cette commande sur une machine qui atteint la base et le broker :";
    gone(name: &str) = format!("{name} has not been heard of for a quarter of an hour."), format!("{name} ne s’est pas manifesté depuis un quart d’heure.");
    filter = "Filter workers by name or queue", "Filtrer les workers par nom ou par file";
    none_match = "No worker matches.", "Aucun worker ne correspond.";
    status = "Status", "État";
    queues = "Queues", "Files";
    slots = "Places", "Places";
    slots_used(busy: u32, slots: u32) = format!("{busy} of {slots}"), format!("{busy} sur {slots}");
    slots_of(name: &str) = format!("Places used by {name}"), format!("Places occupées par {name}");
    version = "Version", "Version";
    heartbeat = "Heard of", "Dernier signe";
    started = "Running for", "En marche depuis";
    tasks = "Tasks it can run", "Tâches qu’il sait exécuter";
    task_count(count: u64) = format!("{count} {}", plural(count, "task", "tasks")), format!("{count} {}", plural(count, "tâche", "tâches"));
    running_now = "Running now", "En cours";
    running_none = "It runs nothing now.", "Il n’exécute rien en ce moment.";
    recent = "Last tasks", "Dernières tâches";
    recent_none = "It has run no task that is still stored.", "Il n’a exécuté aucune tâche encore conservée.";
    recent_all = "All its tasks", "Toutes ses tâches";
    versions_differ = "Workers of different versions are running.", "Des workers de versions différentes sont en marche.";
    total_workers(count: u64) = format!("{count} {}", plural(count, "worker takes tasks", "workers take tasks")), format!("{count} {}", plural(count, "worker prend des tâches", "workers prennent des tâches"));
    total_slots(busy: &str, slots: &str) = format!("{busy} of {slots} places used"), format!("{busy} places occupées sur {slots}");
    unserved(queue: &str) = format!("No worker serves the queue {queue}, and tasks wait in it."), format!("Aucun worker ne sert la file {queue}, et des tâches y attendent.");
    draining_told = "It finishes what it runs and takes no more.", "Il termine ce qu’il exécute et ne prend plus rien.";
    lost_told = "It has not been heard of for a minute. What it ran is given to others.", "Il ne s’est pas manifesté depuis une minute. Ce qu’il exécutait est confié à d’autres.";
}
