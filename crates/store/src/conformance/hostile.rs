//! Payloads that try to break out, break in, or merely are large.

use ruche_domain::{AttemptOutcome, CeleryContext, Progress, RawJson, TaskFailure, TaskOptions, TaskState};

use super::{Subject, subject::*};
use crate::AttemptProgress;

const PAYLOADS: [&str; 10] = [
    r#""\u0000""#,
    r#"{"a\u0000b":"\u0000\ud83d\ude00"}"#,
    r#""\ud800 alone""#,
    "\"\u{1f41d} naïve \u{202e}\u{feff}\"",
    r#""'; drop table tasks; --""#,
    r#""$1 ? :name {} %s \\ \" \n""#,
    "123456789012345678901234567890123456789012345678901234567890",
    "-0.10000000000000000000000000000000000001e-400",
    "1e99999",
    r#"{"same":1,"same":2, "spaces" :  [ ] }"#,
];

pub async fn payloads_come_back_as_the_text_they_were(s: &Subject) {
    for text in PAYLOADS {
        let payload = RawJson::parse(text).expect("well-formed JSON");
        let args = RawJson::trusted(format!("[{text}]"));
        let kwargs = RawJson::trusted(format!("{{\"k\":{text}}}"));
        let claimed = s
            .running_as(|t| {
                (t.args, t.kwargs) = (args.clone(), kwargs.clone());
                t.options.celery = Some(Box::new(CeleryContext { embed: Some(payload.clone()), ..CeleryContext::default() }));
            })
            .await;
        assert_eq!((claimed.task.args.as_str(), claimed.task.kwargs.as_str()), (args.as_str(), kwargs.as_str()));
        let embed = claimed.task.options.celery.as_ref().and_then(|c| c.embed.as_ref()).map(RawJson::as_str);
        assert_eq!(embed, Some(text));
        assert!(s.finish(attempt(&claimed), AttemptOutcome::Succeeded { result: payload }).await);
        let view = s.view(claimed.task.id).await;
        assert_eq!(view.result.expect("a result").as_str(), text);
        assert_eq!(view.task, claimed.task);
    }
}

pub async fn deeply_nested_payloads_are_kept(s: &Subject) {
    let args = RawJson::parse(&("[".repeat(127) + &"]".repeat(127))).expect("well-formed JSON");
    let claimed = s.running_as(|t| t.args = args.clone()).await;
    assert_eq!(claimed.task.args, args);
}

pub async fn a_megabyte_goes_in_and_out(s: &Subject) {
    let args = RawJson::trusted(format!("[\"{}\"]", "x\u{1f41d}".repeat(210_000)));
    assert!(args.as_str().len() > 1_000_000);
    let claimed = s.running_as(|t| t.args = args.clone()).await;
    assert_eq!(claimed.task.args, args);
    assert!(s.finish(attempt(&claimed), AttemptOutcome::Succeeded { result: args.clone() }).await);
    assert_eq!(s.view(claimed.task.id).await.result, Some(args));
}

pub async fn failures_hold_any_text(s: &Subject) {
    let failure = TaskFailure {
        kind: "weird'kind\0".into(),
        message: "nul \0, quote ', emoji \u{1f41d}, bidi \u{202e}".into(),
        details: Some("stack\0trace \\u0000".into()),
    };
    let first = s.running().await;
    let due_at = s.now();
    assert!(s.finish(attempt(&first), AttemptOutcome::Retrying { due_at, failure: failure.clone() }).await);
    assert_eq!(s.view(first.task.id).await.summary.failure, Some(failure.clone()));
    s.store.release_due(s.now(), MANY).await.expect("release");
    let second = s.claim_one(first.task.id).await.expect("claimed");
    assert!(s.finish(attempt(&second), AttemptOutcome::Failed { failure: failure.clone() }).await);
    let kept: Vec<_> = s.store.attempts(first.task.id).await.expect("attempts").into_iter().map(|a| a.failure).collect();
    assert_eq!(kept, [Some(failure.clone()), Some(failure)]);
}

pub async fn progress_holds_any_text(s: &Subject) {
    let claimed = s.running().await;
    let progress = Progress { current: u64::MAX, total: Some(0), message: Some("nul \0 ' \u{1f41d}".into()) };
    let report = AttemptProgress { attempt: attempt(&claimed), progress: progress.clone() };
    s.store.record_progress(&[report], s.now()).await.expect("progress");
    assert_eq!(s.view(claimed.task.id).await.summary.progress, Some(progress));
}

pub async fn the_longest_names_fit(s: &Subject) {
    let (long_name, long_queue) = (name(&"n".repeat(200)), queue(&"q".repeat(100)));
    let claimed = s
        .running_as(|t| {
            (t.name, t.queue) = (long_name.clone(), long_queue.clone());
            t.options = TaskOptions::default();
        })
        .await;
    assert_eq!((&claimed.task.name, &claimed.task.queue), (&long_name, &long_queue));
    let filter = crate::TaskFilter { name: Some(long_name), queue: Some(long_queue), ..crate::TaskFilter::default() };
    assert_eq!(s.store.tasks(&filter, None, 5).await.expect("tasks").rows.len(), 1);
    assert_eq!(s.state(claimed.task.id).await, TaskState::Running);
}

pub async fn the_most_attempts_fit(s: &Subject) {
    let claimed = s.running_as(|t| t.max_attempts = 1_000_000).await;
    assert_eq!(claimed.task.max_attempts, 1_000_000);
}
