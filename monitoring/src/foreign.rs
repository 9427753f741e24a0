//! Metrics that are not Ruche's and that rules or dashboards use: name, who shows it, meaning. Each must be shown by the real program
//! in the test on real programs.

/// Prometheus' own.
const PROMETHEUS: &str = "Prometheus";
/// RabbitMQ's plugin `rabbitmq_prometheus`.
const RABBITMQ: &str = "RabbitMQ";
/// `postgres_exporter`.
const POSTGRES: &str = "postgres-exporter";
/// `nginx-prometheus-exporter`.
const NGINX: &str = "nginx-exporter";

/// All of them.
pub const ALL: &[(&str, &str, &str)] = &[
    ("up", PROMETHEUS, "Whether a target answered the last scrape."),
    ("scrape_duration_seconds", PROMETHEUS, "How long a target took to answer."),
    ("ALERTS", PROMETHEUS, "Alerts that are pending or firing."),
    ("prometheus_rule_evaluation_failures_total", PROMETHEUS, "Rules that could not be evaluated."),
    ("prometheus_tsdb_head_series", PROMETHEUS, "Series in memory."),
    ("rabbitmq_queue_messages_ready", RABBITMQ, "Messages waiting in queues."),
    ("rabbitmq_queue_messages_unacked", RABBITMQ, "Messages delivered and not acknowledged."),
    ("rabbitmq_connections", RABBITMQ, "Connections."),
    ("rabbitmq_channels", RABBITMQ, "Channels."),
    ("rabbitmq_consumers", RABBITMQ, "Consumers."),
    ("rabbitmq_global_messages_received_total", RABBITMQ, "Messages published, by protocol."),
    ("rabbitmq_global_messages_delivered_total", RABBITMQ, "Messages delivered, by protocol and queue type."),
    ("rabbitmq_process_resident_memory_bytes", RABBITMQ, "Memory in use."),
    ("rabbitmq_resident_memory_limit_bytes", RABBITMQ, "Memory at which publishers are blocked."),
    ("rabbitmq_disk_space_available_bytes", RABBITMQ, "Disk space left."),
    ("rabbitmq_disk_space_available_limit_bytes", RABBITMQ, "Disk space at which publishers are blocked."),
    ("rabbitmq_alarms_memory_used_watermark", RABBITMQ, "1 if memory runs out."),
    ("rabbitmq_alarms_free_disk_space_watermark", RABBITMQ, "1 if disk space runs out."),
    ("rabbitmq_alarms_file_descriptor_limit", RABBITMQ, "1 if file descriptors run out."),
    ("pg_up", POSTGRES, "Whether PostgreSQL answers the exporter."),
    ("pg_stat_activity_count", POSTGRES, "Connections, by database and state."),
    ("pg_stat_activity_max_tx_duration", POSTGRES, "How long the longest transaction has been open, in seconds."),
    ("pg_settings_max_connections", POSTGRES, "Most connections."),
    ("pg_stat_database_xact_commit", POSTGRES, "Transactions committed (a counter)."),
    ("pg_stat_database_xact_rollback", POSTGRES, "Transactions rolled back (a counter)."),
    ("pg_stat_database_blks_hit", POSTGRES, "Blocks found in memory (a counter)."),
    ("pg_stat_database_blks_read", POSTGRES, "Blocks read from disk (a counter)."),
    ("pg_stat_database_deadlocks", POSTGRES, "Deadlocks (a counter)."),
    ("pg_database_size_bytes", POSTGRES, "Size of a database."),
    ("nginx_up", NGINX, "Whether nginx answers the exporter."),
    ("nginx_connections_active", NGINX, "Connections of clients."),
    ("nginx_http_requests_total", NGINX, "Requests."),
];
