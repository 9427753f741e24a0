//! `ruche schedules` against a real `ruche up`.

use serde_json::Value;

use crate::program::{Ended, Up, until};

fn json(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(ended.stdout.trim()).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

#[test]
fn a_schedule_is_created_looked_at_changed_and_deleted() {
    let up = Up::start();
    let create = ["schedules", "create", "nightly", "ruche.sleep", "milliseconds=5", "--cron", "30 2 * * *", "--time-zone"];
    let created = json(&up.client(&[&create[..], &["Europe/Paris", "--overlap", "skip", "--paused", "--json"]].concat()));
    assert_eq!(created["task"]["kwargs"]["milliseconds"], 5);
    assert_ne!(up.client(&[&create[..], &["UTC"]].concat()).code, 0, "the name is taken");
    let listed = up.client(&["schedules"]).stdout;
    assert!(listed.contains("nightly") && listed.contains("30 2 * * * Europe/Paris") && listed.contains("paused"), "{listed}");
    let shown = up.client(&["schedules", "show", "nightly"]).stdout;
    assert!(shown.contains("overlap   skip"), "{shown}");
    let updated = json(&up.client(&["schedules", "update", "nightly", "--jitter", "1.5", "--catch-up", "last", "--json"]));
    assert_eq!(
        (&updated["jitter_ms"], &updated["catch_up"], &updated["overlap"]),
        (&1_500.into(), &"last".into(), &"skip".into())
    );
    assert_eq!((&updated["paused"], &updated["revision"]), (&true.into(), &2.into()));
    assert_eq!(up.client(&["schedules", "resume", "nightly"]).code, 0);
    let paused = up.client(&["schedules", "pause", "nightly"]);
    assert_eq!(paused.stdout.trim(), "nightly: paused");
    let preview = up.client(&["schedules", "preview", "nightly", "--count", "2", "--after", "2027-03-27T12:00:00Z"]).stdout;
    assert!(preview.contains("2027-03-28T03:00:00+02:00"), "{preview}");
    assert_eq!(up.client(&["schedules", "delete", "nightly"]).code, 0);
    assert_ne!(up.client(&["schedules", "show", "nightly"]).code, 0);
}

#[test]
fn a_schedule_ticks_runs_and_is_backfilled() {
    let up = Up::start();
    let create = ["schedules", "create", "often", "ruche.noop", "--every", "1", "--anchor", "2026-01-01T00:00:00Z"];
    assert_eq!(up.client(&create).code, 0);
    until("a tick whose task ran", || {
        up.client(&["tasks", "list", "--name", "ruche.noop", "--state", "succeeded"]).stdout.contains("ruche.noop")
    });
    let id = up.client(&["schedules", "run", "often"]).stdout;
    assert_eq!(up.client(&["tasks", id.trim()]).code, 0);
    let backfill = ["schedules", "backfill", "often", "--from", "2026-01-01T00:00:00Z", "--until", "2026-01-01T00:00:05Z"];
    assert!(up.client(&backfill).stdout.starts_with("5 of 5 "));
    assert!(up.client(&backfill).stdout.starts_with("0 of 5 "));
    let history = up.client(&["schedules", "history", "often"]).stdout;
    assert!(["tick", "manual", "backfill"].iter().all(|kind| history.contains(kind)), "{history}");
}

#[test]
fn a_rule_is_tried_without_storing_it() {
    let up = Up::start();
    let preview = up.client(&["schedules", "preview", "--cron", "@daily", "--count", "3", "--json"]);
    assert_eq!(preview.stdout.lines().count(), 3, "{preview:?}");
    let never = up.client(&["schedules", "preview", "--cron", "0 0 30 2 *"]);
    assert!(never.code != 0 && never.stderr.contains("never ticks"), "{never:?}");
    assert_ne!(up.client(&["schedules", "preview"]).code, 0);
}
