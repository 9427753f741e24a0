//! The overview.

use crate::i18n::{messages, plural};

messages! {
    title = "Overview", "Vue d’ensemble";
    health = "Health", "Santé";
    good = "All is well", "Tout va bien";
    trouble(count: u64) = format!("{count} {} attention", plural(count, "thing needs", "things need")), format!("{count} {} attention", plural(count, "point demande", "points demandent"));
    no_worker = "No worker is connected: nothing runs.", "Aucun worker connecté : rien ne s’exécute.";
    lost_workers(count: u64) = format!("{count} {} lost", plural(count, "worker is", "workers are")), format!("{count} {}", plural(count, "worker perdu", "workers perdus"));
    queue_unserved(queue: &str) = format!("Tasks wait in {queue}, which no worker serves"), format!("Des tâches attendent dans {queue}, qu’aucun worker ne sert");
    queue_paused(queue: &str) = format!("{queue} is paused while tasks wait"), format!("{queue} est en pause alors que des tâches attendent");
    queue_slow(queue: &str, age: &str) = format!("In {queue} a task has waited for {age}"), format!("Dans {queue}, une tâche attend depuis {age}");
    outbox(count: u64) = format!("{count} {} not been confirmed by the broker yet", plural(count, "batch has", "batches have")),
        format!("{count} {} encore par le broker", plural(count, "lot n’est pas confirmé", "lots ne sont pas confirmés"));
    all_busy = "Every slot of every worker is taken while tasks wait", "Toutes les places des workers sont prises alors que des tâches attendent";
    waiting = "Waiting", "En attente";
    running = "Running", "En cours";
    slots(busy: &str, all: &str) = format!("{busy} of {all} slots"), format!("{busy} places sur {all}");
    oldest(age: &str) = format!("oldest {age}"), format!("plus ancienne {age}");
    ended_rate = "Ended, 5 min", "Terminées, 5 min";
    per_second(rate: &str) = format!("{rate} per second"), format!("{rate} par seconde");
    failed_share(share: &str) = format!("{share} of the last hour’s"), format!("{share} de la dernière heure");
    dead = "Dead letters", "Échecs définitifs";
    later = "Scheduled", "Planifiées";
    throughput = "Throughput per half minute", "Débit par demi-minute";
    backlog = "Backlog", "Tâches en attente";
    latency = "How long the last ones took", "Durée des dernières";
    running_now = "Running now", "En cours d’exécution";
    nothing_runs = "Nothing runs just now.", "Rien ne s’exécute pour l’instant.";
    failures_by_kind = "What fails", "Ce qui échoue";
    nothing_fails = "No failed task is kept.", "Aucun échec conservé.";
    next_ticks = "Next ticks", "Prochains déclenchements";
    no_schedules = "No schedule is due.", "Aucune planification à venir.";
    queues = "Queues", "Files";
    queues_table = "What waits in each queue", "Ce qui attend dans chaque file";
    workers = "Workers", "Workers";
    p50 = "median", "médiane";
    p95 = "95th percentile", "95e centile";
    times(count: u64, shown: &str) = format!("{shown} {}", plural(count, "time", "times")), format!("{shown} fois");
    first_steps = "Ruche is up. What now?", "Ruche tourne. Et maintenant ?";
    first_steps_lead = "Enqueue a first task, here or from a shell; it appears on this page as it runs.", "Créez une première tâche, ici ou depuis un terminal ; elle apparaît ici pendant son exécution.";
    see_all = "See all", "Tout voir";
}
