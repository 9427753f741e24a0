//! What every process of Ruche shows of itself and of its connections.

use crate::{Kind, Metric, ShownBy, Unit};

/// Version and revision of this program; always 1.
pub const BUILD_INFO: Metric = Metric {
    name: "ruche_build_info",
    kind: Kind::Gauge,
    unit: Unit::Flag,
    labels: &["version", "revision"],
    shown_by: ShownBy::All,
    meaning: "Version and revision of this program; always 1.",
    buckets: &[],
};

/// Connections to the database, by state: in_use, idle.
pub const DB_POOL_CONNECTIONS: Metric = Metric {
    name: "ruche_db_pool_connections",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &["state"],
    shown_by: ShownBy::All,
    meaning: "Connections to the database, by state: in_use, idle.",
    buckets: &[],
};

/// Most connections to the database this process may open.
pub const DB_POOL_CONNECTIONS_MAX: Metric = Metric {
    name: "ruche_db_pool_connections_max",
    kind: Kind::Gauge,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Most connections to the database this process may open.",
    buckets: &[],
};

/// Callers that waited for a connection in vain.
pub const DB_POOL_TIMEOUTS: Metric = Metric {
    name: "ruche_db_pool_timeouts_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Callers that waited for a connection in vain.",
    buckets: &[],
};

/// Whether this process is connected to the broker.
pub const BROKER_CONNECTED: Metric = Metric {
    name: "ruche_broker_connected",
    kind: Kind::Gauge,
    unit: Unit::Flag,
    labels: &[],
    shown_by: ShownBy::All,
    meaning: "Whether this process is connected to the broker.",
    buckets: &[],
};

/// Bytes of artifacts written to the object store (in), and read from it (out).
pub const ARTIFACT_BYTES: Metric = Metric {
    name: "ruche_artifact_bytes_total",
    kind: Kind::Counter,
    unit: Unit::Bytes,
    labels: &["direction"],
    shown_by: ShownBy::All,
    meaning: "Bytes of artifacts written to the object store (in), and read from it (out).",
    buckets: &[],
};

pub(super) const ALL: &[&Metric] =
    &[&BUILD_INFO, &DB_POOL_CONNECTIONS, &DB_POOL_CONNECTIONS_MAX, &DB_POOL_TIMEOUTS, &BROKER_CONNECTED, &ARTIFACT_BYTES];
