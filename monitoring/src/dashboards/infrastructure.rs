//! What Ruche rests on: database, broker, proxy, and the monitoring itself.

use super::{quantile, rate};
use crate::grafana::{Dashboard, Row, series, stat, table};

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-infrastructure",
        title: "Ruche: infrastructure",
        description: "PostgreSQL, RabbitMQ, nginx, Prometheus, and the way from Ruche to them.",
        variables: Vec::new(),
        from: "now-3h",
        rows: vec![to_them(), postgres(), rabbitmq(), rest()],
        page: ("Ruche", ""),
    }
}

fn to_them() -> Row {
    Row {
        title: "From Ruche to its services",
        height: 7,
        panels: vec![
            series("Connections to the database", "percentunit", "Connections in use, of those a process may open. Near 100% callers wait.")
                .query(
                    r#"max by (job, instance) (ruche_db_pool_connections{state="in_use"} / ignoring (state) ruche_db_pool_connections_max)"#,
                    "{{job}} {{instance}}",
                )
                .bad_above(0.7, 0.9)
                .most(1.0),
            series("Connections open", "short", "By state.").query("sum by (state) (ruche_db_pool_connections)", "{{state}}").stacked(),
            series("Round trip to the database", "s", "A connection from the pool and one round trip, tried every 15 s.")
                .query(quantile(0.9, "", "ruche_db_ping_seconds", ""), "90%"),
            series("Publishing", "s", "From publishing a batch to the broker's confirmation of all of it.")
                .query(quantile(0.5, "", "ruche_publish_confirm_seconds", ""), "50%")
                .query(quantile(0.99, "", "ruche_publish_confirm_seconds", ""), "99%"),
            series("Not confirmed", "ops", "Messages the broker did not confirm, and callers that waited for a database connection in vain.")
                .query(rate("", "ruche_publish_failures_total", ""), "messages")
                .query(rate("", "ruche_db_pool_timeouts_total", ""), "callers"),
            series("Outbox", "short", "Batches of tasks committed and not confirmed by the broker.")
                .query("max(ruche_outbox_pending)", "batches"),
            series("Connected to the broker", "short", "1 while a process is connected.")
                .query("min by (job, instance) (ruche_broker_connected)", "{{job}} {{instance}}")
                .most(1.0)
                .wide(12),
            series("Age of queue figures", "s", "How long ago each server read the queues from the database: it does so every 15 s.")
                .query("time() - max by (instance) (ruche_metrics_poll_timestamp_seconds)", "{{instance}}")
                .bad_above(45.0, 90.0)
                .wide(12),
        ],
    }
}

fn postgres() -> Row {
    let rate_of = |counter: &str| format!("sum by (datname) (rate({counter}{{datname!~\"template.*|\"}}[$__rate_interval]))");
    Row {
        title: "PostgreSQL",
        height: 7,
        panels: vec![
            series("Transactions", "ops", "Committed, by database.")
                .query(rate_of("pg_stat_database_xact_commit"), "{{datname}}"),
            series("Rolled back, deadlocks", "ops", "Some rollbacks are normal; deadlocks are repeated by Ruche.")
                .query(rate_of("pg_stat_database_xact_rollback"), "{{datname}} rolled back")
                .query(rate_of("pg_stat_database_deadlocks"), "{{datname}} deadlocks"),
            series(
                "Found in memory",
                "percentunit",
                "Blocks found in PostgreSQL's memory, of all that were asked for. Well below 99%: more memory.",
            )
            .query(
                format!("{0} / ({0} + {1} > 0)", rate_of("pg_stat_database_blks_hit"), rate_of("pg_stat_database_blks_read")),
                "{{datname}}",
            )
            .most(1.0),
            series("Connections", "short", "By state, and the most there may be.")
                .query("sum by (state) (pg_stat_activity_count)", "{{state}}")
                .query("max(pg_settings_max_connections)", "most"),
            series("Longest transaction", "s", "An old one keeps dead rows from being cleaned away.")
                .query("max by (state) (pg_stat_activity_max_tx_duration)", "{{state}}")
                .bad_above(300.0, 900.0),
            series("Size", "bytes", "Of each database.").query("max by (datname) (pg_database_size_bytes)", "{{datname}}"),
        ],
    }
}

fn rabbitmq() -> Row {
    Row {
        title: "RabbitMQ",
        height: 7,
        panels: vec![
            stat("Alarms", "short", "Memory, disk, file descriptors: while one is in effect, RabbitMQ takes no messages.")
                .query(
                    "sum(rabbitmq_alarms_memory_used_watermark) + sum(rabbitmq_alarms_free_disk_space_watermark) + sum(rabbitmq_alarms_file_descriptor_limit)",
                    "alarms",
                )
                .bad_above(1.0, 1.0)
                .named(0.0, "none", "green"),
            series("Messages", "short", "In queues, and at workers.")
                .query("sum(rabbitmq_queue_messages_ready)", "ready")
                .query("sum(rabbitmq_queue_messages_unacked)", "unacknowledged")
                .wide(10),
            series("Flow", "ops", "Messages published and delivered.")
                .query(rate("", "rabbitmq_global_messages_received_total", ""), "published")
                .query(rate("", "rabbitmq_global_messages_delivered_total", ""), "delivered")
                .wide(10),
            series("Memory", "bytes", "In use, and where publishers are blocked.")
                .query("max by (instance) (rabbitmq_process_resident_memory_bytes)", "in use")
                .query("max by (instance) (rabbitmq_resident_memory_limit_bytes)", "limit"),
            series("Disk", "bytes", "Left, and where publishers are blocked.")
                .query("min by (instance) (rabbitmq_disk_space_available_bytes)", "left")
                .query("max by (instance) (rabbitmq_disk_space_available_limit_bytes)", "limit"),
            series("Clients", "short", "Connections, channels, consumers.")
                .query("sum(rabbitmq_connections)", "connections")
                .query("sum(rabbitmq_channels)", "channels")
                .query("sum(rabbitmq_consumers)", "consumers"),
        ],
    }
}

fn rest() -> Row {
    Row {
        title: "Proxy and monitoring",
        height: 7,
        panels: vec![
            series("nginx", "reqps", "Requests through the proxy.")
                .query(rate("instance", "nginx_http_requests_total", ""), "requests")
                .wide(6),
            series("nginx: connections", "short", "Clients that are connected.")
                .query("sum by (instance) (nginx_connections_active)", "active")
                .wide(6),
            table("Targets", "short", "Whether they answer Prometheus.")
                .query("max by (job, instance) (up)", "answers")
                .named(1.0, "yes", "green")
                .named(0.0, "no", "red")
                .wide(6),
            series("Series in Prometheus", "short", "Growing without end: some label has unbounded values.")
                .query("max by (instance) (prometheus_tsdb_head_series)", "series")
                .wide(6),
            series("Scrapes", "s", "How long targets take to answer Prometheus.")
                .query("max by (job) (scrape_duration_seconds)", "{{job}}")
                .wide(12),
            series("Server memory", "bytes", "Memory held by servers.")
                .query(r#"max by (instance) (process_resident_memory_bytes{job="server"})"#, "{{instance}}")
                .wide(6),
            series("Server CPU", "percentunit", "CPU time used by servers; 100% is one core.")
                .query(rate("instance", "process_cpu_seconds_total", r#"job="server""#), "{{instance}}")
                .wide(6),
        ],
    }
}
