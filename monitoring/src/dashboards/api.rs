//! The API, and the functions behind it.

use super::{quantile, rate};
use crate::grafana::{Dashboard, Row, Variable, series, stat, table};

const ROUTE: &str = r#"route=~"$route""#;

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-api",
        title: "Ruche: API and functions",
        description: "Rate, errors and duration of requests, by route; event streams; functions (autometrics).",
        variables: vec![Variable::Label { name: "route", title: "Route", of: "ruche_http_requests_total", label: "route" }],
        from: "now-3h",
        rows: vec![requests(), streams(), functions()],
        page: ("API", "docs"),
    }
}

fn requests() -> Row {
    Row {
        title: "Requests",
        height: 8,
        panels: vec![
            series("Rate by route", "reqps", "Requests answered; the ten busiest routes.").query(
                format!("topk(10, {})", rate("method, route", "ruche_http_requests_total", ROUTE)),
                "{{method}} {{route}}",
            ),
            series("Answers by status", "reqps", "4xx: callers ask for what cannot be. 5xx: Ruche failed.")
                .query(rate("status", "ruche_http_requests_total", ROUTE), "{{status}}")
                .stacked(),
            series("Share of failures", "percentunit", "5xx of all answers.")
                .query(
                    format!(
                        "{} / ({} > 0)",
                        rate("", "ruche_http_requests_total", &format!(r#"status=~"5..", {ROUTE}"#)),
                        rate("", "ruche_http_requests_total", ROUTE)
                    ),
                    "failures",
                )
                .bad_above(0.001, 0.01),
            series("Duration", "s", "Half, 95% and 99% of answers begin no later than this.")
                .query(quantile(0.5, "", "ruche_http_request_duration_seconds", ROUTE), "50%")
                .query(quantile(0.95, "", "ruche_http_request_duration_seconds", ROUTE), "95%")
                .query(quantile(0.99, "", "ruche_http_request_duration_seconds", ROUTE), "99%"),
            series("Slowest routes, 95%", "s", "The ten slowest.")
                .query(
                    format!("topk(10, {})", quantile(0.95, "method, route", "ruche_http_request_duration_seconds", ROUTE)),
                    "{{method}} {{route}}",
                )
                .wide(16),
        ],
    }
}

fn streams() -> Row {
    Row {
        title: "Streams, logins, files",
        height: 6,
        panels: vec![
            stat("Event streams", "short", "Browsers and programs that listen now.").query("sum(ruche_sse_clients)", "streams"),
            stat("Audit entries lost", "short", "Changes missing from the audit log, in the shown time.")
                .query("sum(increase(ruche_audit_lost_total[$__range]))", "lost")
                .bad_above(1.0, 1.0),
            series("Events dropped", "ops", "Events not sent because a listener was too slow; it is told to read anew.")
                .query(rate("", "ruche_sse_dropped_events_total", ""), "dropped")
                .wide(5),
            series("Logins", "ops", "Browsers' logins. Many refused: somebody guesses keys.")
                .query(rate("outcome", "ruche_logins_total", ""), "{{outcome}}")
                .wide(5),
            series("Artifacts", "Bps", "Bytes written to the object store and read from it.")
                .query(rate("direction", "ruche_artifact_bytes_total", ""), "{{direction}}")
                .wide(6),
        ],
    }
}

fn functions() -> Row {
    Row {
        title: "Functions (autometrics)",
        height: 9,
        panels: vec![
            series("Calls by objective", "ops", "Handlers, task executions and store transactions, by the objective they are held to.")
                .query(rate("service_name, objective_name", "function_calls_total", r#"objective_name!="""#), "{{service_name}} {{objective_name}}"),
            series("Failures by objective", "percentunit", "Share of calls that failed, in windows of an hour.")
                .query("objective:function_errors:ratio_rate1h or 0 * objective:function_calls:increase1h", "{{service_name}} {{objective_name}}")
                .query("objective:function_errors:allowed", "allowed: {{objective_name}}"),
            series("Slow calls by objective", "percentunit", "Share of calls slower than the objective's threshold, in windows of an hour.")
                .query("objective:function_slow:ratio_rate1h", "{{service_name}} {{objective_name}}")
                .bad_above(0.005, 0.01),
            table("Slowest functions, 99%", "s", "The ten slowest of the shown time.")
                .query(
                    r#"topk(10, histogram_quantile(0.99, sum by (le, service_name, function) (rate(function_calls_duration_seconds_bucket[$__range]))))"#,
                    "99%",
                ),
            table("What runs", "short", "Versions, joined to the processes that show them.")
                .query(
                    "count by (job, instance, version, revision) (ruche_build_info * on (job, instance) group_left () up)",
                    "",
                ),
        ],
    }
}
