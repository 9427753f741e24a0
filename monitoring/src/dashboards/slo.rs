//! The promises, and what is left of their error budgets.

use crate::grafana::{Dashboard, Row, Variable, bars, series, table};

const SLO: &str = r#"slo=~"$slo""#;

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-slo",
        title: "Ruche: promises and error budgets",
        description: "What is promised, whether it is kept, and how fast the budget of failures burns.",
        variables: vec![Variable::Label { name: "slo", title: "Promise", of: "slo:objective:ratio", label: "slo" }],
        from: "now-24h",
        rows: vec![budgets(), burns()],
        page: ("Ruche", ""),
    }
}

fn budgets() -> Row {
    Row {
        title: "Over 30 days",
        height: 7,
        panels: vec![
            bars(
                "Error budget left",
                "percentunit",
                "What is left of the failures that 30 days may have. At 0 the promise is broken.",
            )
            .query(format!("clamp_min(slo:error_budget_remaining:ratio{{{SLO}}}, 0)"), "{{slo}}")
            .bad_below(0.1, 0.5)
            .most(1.0),
            series(
                "Error budget left, over time",
                "percentunit",
                "Falling steeply: something burns it. Below 0: that much more failed than may.",
            )
            .query(format!("slo:error_budget_remaining:ratio{{{SLO}}}"), "{{slo}}")
            .overdrawn(),
            table("Promised and kept", "percentunit", "The share of good events promised, and that of the last 30 days.")
                .query(format!("max by (slo) (slo:objective:ratio{{{SLO}}})"), "promised")
                .query(format!("max by (slo) (1 - slo:error:ratio_rate30d{{{SLO}}})"), "kept")
                .wide(8),
        ],
    }
}

fn burns() -> Row {
    let burn = |window: &str| format!("slo:error:ratio_rate{window}{{{SLO}}} / on (slo) slo:error_budget:ratio{{{SLO}}}");
    Row {
        title: "How fast the budget burns: at 1 it lasts exactly 30 days",
        height: 8,
        panels: vec![
            series(
                "Page: 1 hour and 5 minutes",
                "short",
                "Both above 14.4: a fiftieth of the budget goes in an hour, and somebody is called.",
            )
            .query(burn("1h"), "{{slo}} 1h")
            .query(burn("5m"), "{{slo}} 5m")
            .bad_above(6.0, 14.4)
            .wide(12),
            series("Page: 6 hours and 30 minutes", "short", "Both above 6: a twentieth of the budget goes in six hours.")
                .query(burn("6h"), "{{slo}} 6h")
                .query(burn("30m"), "{{slo}} 30m")
                .bad_above(3.0, 6.0)
                .wide(12),
            series("Ticket: 1 day and 2 hours", "short", "Both above 3: a tenth of the budget goes in a day.")
                .query(burn("1d"), "{{slo}} 1d")
                .query(burn("2h"), "{{slo}} 2h")
                .bad_above(1.0, 3.0)
                .wide(12),
            series("Ticket: 3 days and 6 hours", "short", "Both above 1: the budget will not last.")
                .query(burn("3d"), "{{slo}} 3d")
                .query(burn("6h"), "{{slo}} 6h")
                .bad_above(0.5, 1.0)
                .wide(12),
        ],
    }
}
