//! One kind of task, or all: outcomes, durations, attempts, errors.

use super::{quantile, rate};
use crate::grafana::{Dashboard, Row, Variable, heatmap, series, table};

const TASK: &str = r#"task=~"$task""#;

pub fn dashboard() -> Dashboard {
    Dashboard {
        uid: "ruche-task",
        title: "Ruche: tasks",
        description: "What becomes of tasks of one kind, how long they run, why they fail.",
        variables: vec![Variable::Label { name: "task", title: "Task", of: "ruche_task_attempts_total", label: "task" }],
        from: "now-3h",
        rows: vec![outcomes(), durations(), failures(), webhooks()],
        page: ("Tasks", "tasks"),
    }
}

fn outcomes() -> Row {
    Row {
        title: "Outcomes",
        height: 8,
        panels: vec![
            series(
                "Attempts by outcome",
                "ops",
                "How attempts end. `lost`: the worker lost its lease; `released`: handed back while a worker shut down.",
            )
            .query(rate("outcome", "ruche_task_attempts_total", TASK), "{{outcome}}")
            .stacked(),
            series("Tasks ended", "ops", "Tasks that ended, by task.")
                .query(rate("task", "ruche_task_attempts_total", &format!(r#"final="true", {TASK}"#)), "{{task}}")
                .leads_to("Tasks {{task}}", "tasks?task=${__field.labels.task}"),
            series("Accepted by source", "ops", "Where tasks come from.")
                .query(rate("source", "ruche_tasks_enqueued_total", TASK), "{{source}}"),
        ],
    }
}

fn durations() -> Row {
    let run = |q| quantile(q, "", "ruche_task_run_duration_seconds", TASK);
    Row {
        title: "Durations",
        height: 8,
        panels: vec![
            series("Run time", "s", "Half, 95% and 99% of attempts run no longer than this.")
                .query(run(0.5), "50%")
                .query(run(0.95), "95%")
                .query(run(0.99), "99%"),
            heatmap("Run time, all of it", "s", "Attempts by how long they ran: two bands mean two kinds of work.").query(
                format!("sum by (le) (rate(ruche_task_run_duration_seconds_bucket{{{TASK}}}[$__rate_interval]))"),
                "{{le}}",
            ),
            series("Run time by task, 95%", "s", "95% of attempts run no longer than this.")
                .query(quantile(0.95, "task", "ruche_task_run_duration_seconds", TASK), "{{task}}")
                .leads_to("Tasks {{task}}", "tasks?task=${__field.labels.task}"),
            series("From accepted to ended, 95%", "s", "With waiting and retries.")
                .query(quantile(0.95, "task", "ruche_task_end_to_end_seconds", TASK), "{{task}}")
                .wide(12),
            series("Attempts to finish", "short", "How many attempts ended tasks took, on average. 1: nothing is repeated.")
                .query(
                    format!(
                        "{} / ({} > 0)",
                        rate("task", "ruche_task_attempts_to_finish_sum", TASK),
                        rate("task", "ruche_task_attempts_to_finish_count", TASK)
                    ),
                    "{{task}}",
                )
                .wide(12),
        ],
    }
}

fn failures() -> Row {
    Row {
        title: "Failures",
        height: 8,
        panels: vec![
            series("Failed for good, by reason", "ops", "Why tasks became dead letters.")
                .query(
                    format!("topk(10, {})", rate("task, reason", "ruche_tasks_dead_lettered_total", TASK)),
                    "{{task}}: {{reason}}",
                )
                .leads_to("Dead letters", "dead-letters"),
            series("To be repeated, by reason", "ops", "Why attempts will be followed by another.").query(
                format!("topk(10, {})", rate("task, reason", "ruche_task_retries_scheduled_total", TASK)),
                "{{task}}: {{reason}}",
            ),
            table("Most failures in the shown time", "short", "Tasks with the most dead letters.")
                .query(
                    format!(
                        "topk(10, sum by (task, queue, reason) (increase(ruche_tasks_dead_lettered_total{{{TASK}}}[$__range])))"
                    ),
                    "dead letters",
                )
                .wide(8),
        ],
    }
}

fn webhooks() -> Row {
    Row {
        title: "Webhooks",
        height: 7,
        panels: vec![
            series("Tries to deliver", "ops", "Tries to deliver events to subscribers, by what came of them.")
                .query(rate("result", "ruche_webhook_deliveries_total", ""), "{{result}}")
                .wide(12),
            series(
                "Receivers' answers, 95%",
                "s",
                "95% of receivers answer, or fail to, no later than this; 0 if none was asked.",
            )
            .query(format!("({}) or vector(0)", quantile(0.95, "", "ruche_webhook_delivery_seconds", "")), "95%")
            .wide(12),
        ],
    }
}
