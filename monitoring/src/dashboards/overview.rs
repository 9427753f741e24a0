//! The overview: is it healthy, what is slow, what is failing, what is about to break. One row for each question.

use super::{quantile, rate};
use crate::grafana::{Dashboard, Row, bars, series, stat, table};

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-overview",
        title: "Ruche: overview",
        description: "Is it healthy? What is slow? What is failing? What is about to break? One row for each question.",
        variables: Vec::new(),
        from: "now-1h",
        rows: vec![healthy(), slow(), failing(), about_to_break()],
        page: ("Ruche", ""),
    }
}

fn healthy() -> Row {
    Row {
        title: "Is it healthy?",
        height: 5,
        panels: vec![
            stat("Alerts", "short", "Alerts that somebody should look at now or today. The list is below.")
                .query(r#"count(ALERTS{alertstate="firing", severity=~"page|ticket"}) or vector(0)"#, "firing")
                .bad_above(1.0, 3.0)
                .named(0.0, "none", "green"),
            stat("Services down", "short", "Services that do not answer Prometheus.")
                .query("count(up == 0) or vector(0)", "down")
                .bad_above(1.0, 1.0)
                .named(0.0, "none", "green"),
            stat(
                "Requests without failure",
                "percentunit",
                "Share of API requests of the last hour that were no failure of the server's (promised: 99.9%).",
            )
            .query(r#"1 - slo:error:ratio_rate1h{slo="api-availability"}"#, "available")
            .bad_below(0.99, 0.999)
            .most(1.0),
            stat("Tasks succeeded", "percentunit", "Share of tasks ended in the last hour that did not fail (promised: 99%).")
                .query(r#"1 - slo:error:ratio_rate1h{slo="task-success"}"#, "succeeded")
                .bad_below(0.95, 0.99)
                .most(1.0),
            stat(
                "Tasks started in time",
                "percentunit",
                "Share of tasks started in the last hour that waited no longer than 10 s (promised: 99%).",
            )
            .query(r#"1 - slo:error:ratio_rate1h{slo="queue-wait"}"#, "in time")
            .bad_below(0.95, 0.99)
            .most(1.0),
            stat("Workers", "short", "Workers that were heard of within a minute, over all queues.")
                .query("count(max by (worker) (ruche_worker_last_seen_age_seconds) < 60) or vector(0)", "workers")
                .bad_below(1.0, 1.0),
        ],
    }
}

fn slow() -> Row {
    Row {
        title: "What is slow?",
        height: 8,
        panels: vec![
            series("Longest wait", "s", "How long the longest waiting task of each queue has waited. Rising means that workers do not keep up, or that there are none.")
                .query("max by (queue) (ruche_oldest_waiting_task_age_seconds)", "{{queue}}")
                .bad_above(60.0, 300.0)
                .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
            series("From accepted to ended, 95%", "s", "What users feel: 95% of tasks take no longer, with waiting and retries.")
                .query(quantile(0.95, "task", "ruche_task_end_to_end_seconds", ""), "{{task}}")
                .leads_to("Tasks {{task}}", "tasks?task=${__field.labels.task}"),
            series("API, 99%", "s", "99% of answers come no later. Requests that ask to wait for an outcome are in it.")
                .query(quantile(0.99, "method", "ruche_http_request_duration_seconds", r#"route!~"/livez|/readyz|/metrics""#), "{{method}}"),
        ],
    }
}

fn failing() -> Row {
    Row {
        title: "What is failing?",
        height: 8,
        panels: vec![
            table(
                "Alerts firing",
                "short",
                "What fires now: `page` is for somebody at once, `ticket` for working hours. Each has a page in monitoring/runbooks that says what to do.",
            )
            .query(r#"max by (alertname, severity, queue, task, worker, instance, slo) (ALERTS{alertstate="firing", severity=~"page|ticket"})"#, "")
            .if_none("Nothing fires")
            .leads_to("In Prometheus", "prometheus/alerts"),
            series("Tasks failed for good", "ops", "Tasks that became dead letters, by task and reason.")
                .query(
                    format!("topk(8, {})", rate("task, reason", "ruche_tasks_dead_lettered_total", "")),
                    "{{task}}: {{reason}}",
                )
                .wide(6)
                .leads_to("Dead letters", "dead-letters"),
            series(
                "Attempts to be repeated",
                "ops",
                "Attempts that failed and will be followed by another. Many at once: what they need is down.",
            )
            .query(format!("topk(8, {})", rate("task, reason", "ruche_task_retries_scheduled_total", "")), "{{task}}: {{reason}}")
            .wide(6)
            .leads_to("Retrying tasks", "tasks?state=retrying&task=${__field.labels.task}"),
        ],
    }
}

fn about_to_break() -> Row {
    Row {
        title: "What is about to break?",
        height: 8,
        panels: vec![
            series("Waiting tasks", "short", "Runnable tasks that wait, by queue. Growing steadily: more comes in than is done.")
                .query(r#"max by (queue) (ruche_tasks{state="queued"})"#, "{{queue}}")
                .stacked()
                .leads_to("Queue {{queue}}", "queues/${__field.labels.queue}"),
            series("In and out", "ops", "Tasks accepted and tasks ended. Apart for long: a backlog grows.")
                .query(rate("", "ruche_tasks_enqueued_total", ""), "accepted")
                .query(rate("", "ruche_task_attempts_total", r#"final="true""#), "ended"),
            bars("How full", "percentunit", "Slots, connections, memory, disk: above 90% they refuse work soon.")
                .query(
                    "max(max by (queue) (ruche_queue_slots_busy) / (max by (queue) (ruche_queue_slots) > 0)) or vector(0)",
                    "worker slots",
                )
                .query(
                    r#"max(ruche_db_pool_connections{state="in_use"} / ignoring (state) ruche_db_pool_connections_max)"#,
                    "database pool",
                )
                .query(
                    "max(sum by (instance) (pg_stat_activity_count) / max by (instance) (pg_settings_max_connections))",
                    "PostgreSQL connections",
                )
                .query("max(rabbitmq_process_resident_memory_bytes / rabbitmq_resident_memory_limit_bytes)", "RabbitMQ memory")
                .query("max(rabbitmq_disk_space_available_limit_bytes / rabbitmq_disk_space_available_bytes)", "RabbitMQ disk")
                .bad_above(0.8, 0.9)
                .most(1.0),
            bars(
                "Error budget left",
                "percentunit",
                "What is left of the failures that 30 days may have. At 0 the promise is broken.",
            )
            .query("clamp_min(slo:error_budget_remaining:ratio, 0)", "{{slo}}")
            .bad_below(0.1, 0.5)
            .most(1.0),
            series(
                "Committed, not published",
                "s",
                "How long the oldest accepted task waits for the broker. More than seconds: the broker is away.",
            )
            .query("max(ruche_outbox_oldest_age_seconds)", "oldest")
            .bad_above(10.0, 30.0),
            series("Schedules late", "s", "How late the longest due tick of a schedule is.")
                .query("max(ruche_schedule_lag_seconds)", "lag")
                .bad_above(10.0, 60.0)
                .leads_to("Schedules", "schedules"),
        ],
    }
}
