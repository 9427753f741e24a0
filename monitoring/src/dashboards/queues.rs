//! Queues: how long tasks wait, how many, and whether that will end.

use super::{quantile, rate};
use crate::grafana::{Dashboard, Row, Variable, series, stat};

const QUEUE: &str = r#"queue=~"$queue""#;

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-queues",
        title: "Ruche: queues",
        description: "How long tasks wait, how many wait, whether workers keep up.",
        variables: vec![Variable::Label { name: "queue", title: "Queue", of: "ruche_tasks", label: "queue" }],
        from: "now-3h",
        rows: vec![now(), waiting(), flow()],
        page: ("Queues", "queues"),
    }
}

fn now() -> Row {
    Row {
        title: "Now",
        height: 4,
        panels: vec![
            stat("Waiting", "short", "Runnable tasks that wait.")
                .query(format!(r#"sum(max by (queue) (ruche_tasks{{state="queued", {QUEUE}}}))"#), "waiting"),
            stat("Running", "short", "Tasks that run.")
                .query(format!(r#"sum(max by (queue) (ruche_tasks{{state="running", {QUEUE}}}))"#), "running"),
            stat("To come", "short", "Tasks that are scheduled, wait for a retry, or for other tasks.")
                .query(format!(r#"sum(max by (queue, state) (ruche_tasks{{state=~"scheduled|retrying|blocked", {QUEUE}}}))"#), "to come"),
            stat("Longest wait", "s", "How long the longest waiting task waits.")
                .query(format!("max(ruche_oldest_waiting_task_age_seconds{{{QUEUE}}})"), "longest")
                .bad_above(60.0, 300.0),
            stat("Queues without a worker", "short", "Queues with waiting tasks that no live worker serves, paused ones left out.")
                .query(
                    format!(r#"count(max by (queue) (ruche_tasks{{state="queued", {QUEUE}}}) > 0 and on (queue) max by (queue) (ruche_queue_workers) == 0 unless on (queue) max by (queue) (ruche_queue_paused) == 1) or vector(0)"#),
                    "queues",
                )
                .bad_above(1.0, 1.0),
            stat("Paused queues", "short", "Queues that somebody paused: their tasks wait by intent.")
                .query(format!("sum(max by (queue) (ruche_queue_paused{{{QUEUE}}})) or vector(0)"), "paused")
                .bad_above(1.0, 1_000.0),
        ],
    }
}

fn waiting() -> Row {
    let wait = |q| quantile(q, "queue", "ruche_task_queue_wait_seconds", QUEUE);
    Row {
        title: "Waiting",
        height: 8,
        panels: vec![
            series(
                "From runnable to started",
                "s",
                "Half, 95% and 99% of tasks wait no longer than this. Deliberate delay is left out.",
            )
            .query(wait(0.5), "{{queue}} 50%")
            .query(wait(0.95), "{{queue}} 95%")
            .query(wait(0.99), "{{queue}} 99%")
            .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
            series("Longest wait", "s", "How long the longest waiting task of each queue has waited so far.")
                .query(format!("max by (queue) (ruche_oldest_waiting_task_age_seconds{{{QUEUE}}})"), "{{queue}}")
                .bad_above(60.0, 300.0)
                .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
            series("Longest run", "s", "How long the longest running task of each queue has run so far.")
                .query(format!("max by (queue) (ruche_oldest_running_task_age_seconds{{{QUEUE}}})"), "{{queue}}")
                .leads_to("Running tasks", "tasks?state=running&queue=${__field.labels.queue}"),
            series("Tasks by state", "short", "Tasks that have not ended.")
                .query(format!("sum by (state) (max by (queue, state) (ruche_tasks{{{QUEUE}}}))"), "{{state}}")
                .stacked()
                .wide(12)
                .leads_to("Tasks", "tasks?state=${__field.labels.state}"),
            series("Waiting tasks by queue", "short", "Runnable tasks that wait.")
                .query(format!(r#"max by (queue) (ruche_tasks{{state="queued", {QUEUE}}})"#), "{{queue}}")
                .stacked()
                .wide(12)
                .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
        ],
    }
}

fn flow() -> Row {
    let ended = rate("queue", "ruche_task_attempts_total", &format!(r#"final="true", {QUEUE}"#));
    Row {
        title: "In and out",
        height: 8,
        panels: vec![
            series("Accepted", "ops", "Tasks accepted, by queue.")
                .query(rate("queue", "ruche_tasks_enqueued_total", QUEUE), "{{queue}}"),
            series("Ended", "ops", "Tasks that ended, by queue.").query(ended.clone(), "{{queue}}"),
            series("Time to drain", "s", "How long the waiting tasks would take at the present pace, if nothing more came.")
                .query(
                    format!(r#"max by (queue) (ruche_tasks{{state="queued", {QUEUE}}}) / on (queue) ({ended} > 0)"#),
                    "{{queue}}",
                ),
            series("Failed for good", "ops", "Tasks that became dead letters.")
                .query(rate("queue", "ruche_tasks_dead_lettered_total", QUEUE), "{{queue}}")
                .leads_to("Dead letters", "dead-letters"),
            series("To be repeated", "ops", "Attempts that will be followed by another.")
                .query(rate("queue", "ruche_task_retries_scheduled_total", QUEUE), "{{queue}}"),
            series(
                "Expired, schedules' ticks",
                "ops",
                "Tasks that were not started before they expired; tasks made by schedules, and ticks passed over (all queues).",
            )
            .query(rate("", "ruche_tasks_expired_total", ""), "expired")
            .query(rate("result", "ruche_schedule_ticks_total", ""), "ticks {{result}}"),
            series(
                "Slots busy",
                "percentunit",
                "Busy slots of the workers that serve a queue; a worker shares its slots between its queues.",
            )
            .query(
                format!(
                    "max by (queue) (ruche_queue_slots_busy{{{QUEUE}}}) / (max by (queue) (ruche_queue_slots{{{QUEUE}}}) > 0)"
                ),
                "{{queue}}",
            )
            .bad_above(0.8, 0.95)
            .most(1.0)
            .wide(24),
        ],
    }
}
