//! Workers: are they there, are they busy, are they well.

use super::rate;
use crate::grafana::{Dashboard, Row, Variable, series, table};

const WORKER: &str = r#"worker=~"$worker""#;

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-workers",
        title: "Ruche: workers",
        description: "Whether workers are there, busy and well.",
        variables: vec![Variable::Label { name: "worker", title: "Worker", of: "ruche_worker_info", label: "worker" }],
        from: "now-3h",
        rows: vec![there(), busy(), well()],
        page: ("Workers", "workers"),
    }
}

fn there() -> Row {
    Row {
        title: "Are they there?",
        height: 8,
        panels: vec![
            series(
                "Silence",
                "s",
                "How long ago the database last heard of each worker. Above 90 s an alert fires; at 15 minutes the line ends.",
            )
            .query(format!("max by (worker) (ruche_worker_last_seen_age_seconds{{{WORKER}}})"), "{{worker}}")
            .bad_above(60.0, 90.0)
            .leads_to("Workers", "workers"),
            series("Workers by queue", "short", "Workers that serve each queue.")
                .query("max by (queue) (ruche_queue_workers)", "{{queue}}")
                .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
            table("Versions and queues", "short", "What runs.")
                .query(format!("max by (worker, version, queues) (ruche_worker_info{{{WORKER}}})"), "")
                .wide(8),
        ],
    }
}

fn busy() -> Row {
    Row {
        title: "Are they busy?",
        height: 8,
        panels: vec![
            series(
                "Slots busy",
                "percentunit",
                "Busy slots of each worker. Near 100% with tasks waiting: more workers, or more slots.",
            )
            .query(
                format!(
                    "sum by (worker) (ruche_worker_slots_busy{{{WORKER}}}) / sum by (worker) (ruche_worker_slots{{{WORKER}}})"
                ),
                "{{worker}}",
            )
            .bad_above(0.8, 0.95)
            .most(1.0),
            series("Attempts now", "short", "Attempts that run, and slots in all.")
                .query(format!("sum(ruche_worker_slots_busy{{{WORKER}}})"), "running")
                .query(format!("sum(ruche_worker_slots{{{WORKER}}})"), "slots"),
            series("Attempts ended", "ops", "By process.")
                .query(rate("job, instance", "ruche_task_attempts_total", ""), "{{job}} {{instance}}"),
            series(
                "Messages waiting and at workers",
                "short",
                "At workers: delivered by the broker and not acknowledged. Workers acknowledge once they have claimed, so this stays small.",
            )
            .query("sum(rabbitmq_queue_messages_unacked)", "at workers")
            .query("sum(rabbitmq_queue_messages_ready)", "waiting in the broker")
            .wide(12),
            series(
                "Attempts lost or released",
                "ops",
                "Attempts whose lease was lost, those handed back by workers that shut down, and tasks that servers took back from silent workers.",
            )
            .query(rate("outcome", "ruche_task_attempts_total", r#"outcome=~"lost|released""#), "{{outcome}}")
            .query(rate("", "ruche_tasks_rescued_total", ""), "taken back")
            .wide(12),
        ],
    }
}

fn well() -> Row {
    let of_worker = r#"job="worker""#;
    Row {
        title: "Are they well?",
        height: 7,
        panels: vec![
            series("CPU", "percentunit", "CPU time used; 100% is one core.")
                .query(rate("instance", "process_cpu_seconds_total", of_worker), "{{instance}}"),
            series("Memory", "bytes", "Memory held.")
                .query(format!("max by (instance) (process_resident_memory_bytes{{{of_worker}}})"), "{{instance}}"),
            series("Open files", "percentunit", "Open files and sockets, of those the process may open.")
                .query(
                    format!("max by (instance) (process_open_fds{{{of_worker}}} / process_max_fds{{{of_worker}}})"),
                    "{{instance}}",
                )
                .bad_above(0.7, 0.9),
            series("Uptime", "s", "How long each process has run. A fall to zero is a restart.")
                .query(format!("time() - max by (instance) (process_start_time_seconds{{{of_worker}}})"), "{{instance}}")
                .wide(12),
            series("Connected to the broker", "short", "1 while a worker is connected.")
                .query(format!("min by (instance) (ruche_broker_connected{{{of_worker}}})"), "{{instance}}")
                .most(1.0)
                .wide(12),
        ],
    }
}
