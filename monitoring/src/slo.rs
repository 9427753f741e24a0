//! Service level objectives: what users are promised, and the rules that hold Ruche to it (multi-window, multi-burn-rate alerts as in
//! chapter 5 of the SRE Workbook, table 5-8).

/// A promise.
pub struct Slo {
    /// Its name, as in the label `slo`.
    pub name: &'static str,
    /// What is promised, for people.
    pub promise: &'static str,
    /// The share of events that must be good, over 30 days.
    pub objective: f64,
    /// Rate of bad events; `{w}` is the window.
    bad: &'static str,
    /// Rate of all events.
    all: &'static str,
    /// Increase of all events in an hour: too few say nothing.
    hourly: &'static str,
    /// Page of the dashboard to look at.
    dashboard: &'static str,
}

/// What Ruche promises.
pub const ALL: [Slo; 3] = [
    Slo {
        name: "api-availability",
        promise: "99.9% of requests to the API are answered without a failure of the server's",
        objective: 0.999,
        bad: r#"sum(rate(ruche_http_requests_total{status=~"5..", route!~"/livez|/readyz|/metrics"}[{w}]))"#,
        all: r#"sum(rate(ruche_http_requests_total{route!~"/livez|/readyz|/metrics"}[{w}]))"#,
        hourly: r#"sum(increase(ruche_http_requests_total{route!~"/livez|/readyz|/metrics"}[1h]))"#,
        dashboard: "ruche-api",
    },
    Slo {
        name: "task-success",
        promise: "99% of tasks succeed in the end, or are cancelled by whoever wanted that",
        objective: 0.99,
        // A lost last attempt is among these, counted by the server; what expired was never attempted.
        bad: r#"sum(rate(ruche_task_attempts_total{final="true", outcome=~"failed|timed_out|lost"}[{w}]) or rate(ruche_tasks_expired_total[{w}]))"#,
        all: r#"sum(rate(ruche_task_attempts_total{final="true"}[{w}]) or rate(ruche_tasks_expired_total[{w}]))"#,
        hourly: r#"sum(increase(ruche_task_attempts_total{final="true"}[1h]) or increase(ruche_tasks_expired_total[1h]))"#,
        dashboard: "ruche-task",
    },
    Slo {
        name: "queue-wait",
        promise: "99% of runnable tasks start within 10 seconds",
        objective: 0.99,
        // Prometheus 2 keeps le="10" as it is written, Prometheus 3 makes le="10.0" of it.
        bad: r#"(sum(rate(ruche_task_queue_wait_seconds_count[{w}])) - sum(rate(ruche_task_queue_wait_seconds_bucket{le=~"10|10.0"}[{w}])))"#,
        all: "sum(rate(ruche_task_queue_wait_seconds_count[{w}]))",
        hourly: "sum(increase(ruche_task_queue_wait_seconds_count[1h]))",
        dashboard: "ruche-queues",
    },
];

/// Windows of the recorded ratios.
const WINDOWS: [&str; 8] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"];

/// Fewer events in an hour than this say nothing: one failure of ten at night is no reason to wake anybody.
const SUFFICIENT: u32 = 60;

const HEAD: &str = "\
# Written by `RUCHE_UPDATE_GOLDEN=1 cargo xtask test -- -p ruche-monitoring golden` from monitoring/src/slo.rs: change it there.
# Ratios of bad events by window; a fast burn (page) and a slow one (ticket). No bad events is 0, no events is nothing.
groups:
";

/// `monitoring/prometheus/rules/slo.yml`.
#[must_use]
pub fn rules() -> String {
    HEAD.to_owned() + &ALL.iter().map(group).collect::<Vec<_>>().join("\n")
}

fn group(slo: &Slo) -> String {
    let name = slo.name;
    let mut text = format!("  # {}.\n  - name: slo-{name}\n    rules:\n", slo.promise);
    for window in WINDOWS {
        let (bad, all) = (slo.bad.replace("{w}", window), slo.all.replace("{w}", window));
        text += &format!(
            "      - record: slo:error:ratio_rate{window}\n        expr: |\n          ({bad} or vector(0))\n          \
             / ({all} > 0)\n        labels:\n          slo: {name}\n"
        );
    }
    text += &record(name, "slo:objective:ratio", &format!("vector({})", slo.objective));
    text += &record(name, "slo:error_budget:ratio", &format!("vector({})", budget(slo)));
    let left = format!("1 - slo:error:ratio_rate30d{{slo=\"{name}\"}} / {}", budget(slo));
    text += &record(name, "slo:error_budget_remaining:ratio", &left);
    text += &record(name, "slo:traffic:sufficient", &format!("{} > bool {SUFFICIENT}", slo.hourly));
    text += &alert(slo, "SLOBurnRateFast", [("1h", "5m", 14.4), ("6h", "30m", 6.0)], ("2m", "page"));
    text += &alert(slo, "SLOBurnRateSlow", [("1d", "2h", 3.0), ("3d", "6h", 1.0)], ("15m", "ticket"));
    text
}

fn record(slo: &str, name: &str, expression: &str) -> String {
    format!("      - record: {name}\n        expr: {expression}\n        labels:\n          slo: {slo}\n")
}

/// The share of events that may be bad, written without the noise of binary fractions.
fn budget(slo: &Slo) -> String {
    trimmed(1.0 - slo.objective)
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn alert(slo: &Slo, alert: &str, pairs: [(&str, &str, f64); 2], (wait, severity): (&str, &str)) -> String {
    let name = slo.name;
    let burns = |window: &str, factor: f64| {
        format!("slo:error:ratio_rate{window}{{slo=\"{name}\"}} > {}", trimmed(factor * (1.0 - slo.objective)))
    };
    let pair = |(long, short, factor): (&str, &str, f64)| format!("({} and {})", burns(long, factor), burns(short, factor));
    let [first, second] = pairs.map(pair);
    format!(
        "      - alert: {alert}
        expr: |
          (
            {first}
            or
            {second}
          )
          and on (slo) slo:traffic:sufficient{{slo=\"{name}\"}} == 1
        for: {wait}
        labels:
          severity: {severity}
          slo: {name}
        annotations:
          summary: \"The error budget of {name} burns: {{{{ $value | humanizePercentage }}}} of events are bad\"
          description: \"Promised: {promise}.\"
          runbook_url: \"monitoring/runbooks/{alert}.md\"
          dashboard_url: \"/grafana/d/{dashboard}\"
",
        promise = slo.promise,
        dashboard = slo.dashboard,
    )
}
