//! Failures by what went wrong.

use ruche_domain::{AttemptOutcome, Fingerprint, Lifecycle, OperationAction, Priority, RawJson, TaskFailure, TaskId, TaskState};

use super::{Subject, subject::*};
use crate::{DeadGroup, NewOperation, RetryAnswer, TaskEdit, TaskFilter};

fn failing(message: &str) -> AttemptOutcome {
    AttemptOutcome::Failed { failure: TaskFailure::new("http_status", message) }
}

async fn group(s: &Subject, print: &Fingerprint) -> Option<DeadGroup> {
    s.store.dead_letter(print, 1_000).await.expect("dead letter")
}

async fn groups(s: &Subject) -> Vec<DeadGroup> {
    let page = s.store.dead_letters(None, 100, 1_000).await.expect("dead letters");
    assert_eq!(page.next, None);
    page.rows
}

fn of_print(print: &Fingerprint) -> TaskFilter {
    TaskFilter { fingerprint: Some(print.clone()), ..TaskFilter::default() }
}

async fn listed(s: &Subject, filter: &TaskFilter) -> Vec<TaskId> {
    s.store.tasks(filter, None, 100).await.expect("tasks").rows.iter().map(|row| row.id).collect()
}

pub async fn failures_alike_are_one_group(s: &Subject) {
    assert!(groups(s).await.is_empty());
    let first = s.ended(failing("answered 503 after 12 ms")).await.task.id;
    let first_seen = s.now();
    s.advance(5);
    let last = s.ended(failing("answered 500 after 7.5 ms")).await.task.id;
    let other = s.ended(failing("no answer")).await.task;
    s.ended(succeeded()).await;
    s.ended(retrying(s.in_seconds(60))).await;

    let failure = TaskFailure::new("http_status", "answered 500 after 7.5 ms");
    let print = Fingerprint::of(&other.name, &failure);
    let expected = DeadGroup {
        fingerprint: print.clone(),
        name: other.name.clone(),
        count: 2,
        first_seen,
        last_seen: s.now(),
        sample: last,
        failure,
    };
    assert_eq!(group(s, &print).await, Some(expected.clone()));
    let all = groups(s).await;
    assert!(all.len() == 2 && all.contains(&expected) && all.is_sorted_by_key(|group| group.fingerprint.clone()), "{all:?}");
    assert_eq!(listed(s, &of_print(&print)).await, [last, first]);
    assert_eq!(listed(s, &TaskFilter { state: Some(TaskState::Failed), ..of_print(&print) }).await, [last, first]);
    assert!(listed(s, &TaskFilter { state: Some(TaskState::Queued), ..of_print(&print) }).await.is_empty());
    assert!(listed(s, &TaskFilter { queue: Some(queue("none")), ..of_print(&print) }).await.is_empty());
    assert_eq!(group(s, &"0123456789abcdef".parse().expect("a fingerprint")).await, None);
}

pub async fn names_and_kinds_part_groups(s: &Subject) {
    let mail = s.running_as(|t| t.name = name("mail.send")).await;
    assert!(s.finish(attempt(&mail), failing("x")).await);
    s.ended(failing("x")).await;
    s.ended(AttemptOutcome::Failed { failure: TaskFailure::new("panicked", "x") }).await;
    assert_eq!(groups(s).await.iter().map(|group| group.count).collect::<Vec<_>>(), [1, 1, 1]);
}

pub async fn every_way_to_fail_has_its_fingerprint(s: &Subject) {
    let print = |failure: &TaskFailure| Fingerprint::of(&name("t.plain"), failure);
    // The last attempt's retry is a failure, in a batch with others that are none.
    let last = s.running_as(|t| t.max_attempts = 1).await;
    assert!(s.finish(attempt(&last), retrying(s.in_seconds(1))).await);
    assert_eq!(group(s, &print(&failure())).await.expect("a group").sample, last.task.id);
    // A worker that went away during the last attempt.
    let lost = s.running_as(|t| t.max_attempts = 1).await;
    let again = s.running().await;
    s.advance(31);
    s.store.rescue_lost(s.now(), MANY).await.expect("rescue");
    assert_eq!((s.state(lost.task.id).await, s.state(again.task.id).await), (TaskState::Failed, TaskState::Queued));
    let found = group(s, &print(&Lifecycle::lost())).await.expect("a group");
    assert_eq!((found.sample, found.count, found.failure), (lost.task.id, 1, Lifecycle::lost()));
    assert_eq!(s.store.fingerprint_failures(MANY).await.expect("fingerprint"), 0, "none was left without");
}

pub async fn hostile_failures_are_grouped_too(s: &Subject) {
    let long = "x".repeat(5_000);
    for (n, message) in ["", "\0\0", "🐝 'a\\' b", "%s; drop table tasks --", &long].into_iter().enumerate() {
        let failure = TaskFailure::new(if n % 2 == 0 { "" } else { "a\nb" }, message);
        let print = Fingerprint::of(&name("t.plain"), &failure);
        let ended = s.ended(AttemptOutcome::Failed { failure }).await;
        assert_eq!(group(s, &print).await.expect("the database agrees with the domain").sample, ended.task.id);
    }
}

pub async fn a_retried_task_leaves_its_group(s: &Subject) {
    let ended = s.ended(failing("x")).await;
    let print = groups(s).await[0].fingerprint.clone();
    s.store.retry(ended.task.id, s.now()).await.expect("retry");
    assert!(groups(s).await.is_empty() && listed(s, &of_print(&print)).await.is_empty());
    let again = s.claim_one(ended.task.id).await.expect("claimed");
    assert!(s.finish(attempt(&again), failing("y")).await);
    let now = groups(s).await;
    assert!(now.len() == 1 && now[0].fingerprint != print, "{now:?}");
}

pub async fn groups_are_paged_and_counts_stop_at_the_limit(s: &Subject) {
    for n in 0..7_u8 {
        let message = format!("kind {}", char::from(b'a' + n));
        for _ in 0..=n {
            s.ended(failing(&message)).await;
        }
    }
    let all = groups(s).await;
    assert_eq!(all.iter().map(|group| group.count).sum::<u64>(), 28);
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = s.store.dead_letters(after.as_ref(), 3, 4).await.expect("dead letters");
        assert!(page.rows.len() <= 3 && page.rows.iter().all(|group| (1..=4).contains(&group.count)));
        seen.extend(page.rows.into_iter().map(|group| group.fingerprint));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(seen, all.iter().map(|group| group.fingerprint.clone()).collect::<Vec<_>>());
    let full = s.store.dead_letters(None, 7, 1).await.expect("dead letters");
    assert_eq!((full.rows.len(), full.next), (7, None), "a full last page has no next");
}

pub async fn an_operation_replays_one_group(s: &Subject) {
    let (one, two) = (s.ended(failing("one")).await.task.id, s.ended(failing("two")).await.task.id);
    let print = Fingerprint::of(&name("t.plain"), &TaskFailure::new("http_status", "one"));
    let operation = NewOperation {
        id: s.new_id().as_uuid().into(),
        action: OperationAction::Retry,
        filter: of_print(&print),
        created_at: s.now(),
    };
    let counted = s.store.preview_operation(&operation.action, &operation.filter, 10).await.expect("preview");
    assert_eq!(counted.iter().map(|counted| (counted.state, counted.count)).collect::<Vec<_>>(), [(TaskState::Failed, 1)]);
    s.store.create_operation(&operation, None).await.expect("create");
    let chunk = s.store.work_on_operation(s.now(), 10).await.expect("work").expect("a chunk").expect("done");
    assert_eq!(chunk.handover.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [one]);
    assert_eq!((s.state(one).await, s.state(two).await), (TaskState::Queued, TaskState::Failed));
}

pub async fn an_edited_task_runs_as_it_was_edited(s: &Subject) {
    let ended = s.ended(failing("x")).await;
    let edit = TaskEdit {
        args: Some(RawJson::trusted("[1]")),
        kwargs: Some(RawJson::trusted(r#"{"n":12345678901234567890123}"#)),
        queue: Some(queue("other")),
        priority: Some(Priority::MAX),
        max_attempts: Some(9),
    };
    let now = s.advance(1);
    let RetryAnswer::Queued { task, outbox } = s.store.edit_and_retry(ended.task.id, &edit, now).await.expect("edit") else {
        panic!("an ended task is retried");
    };
    let expected = ruche_domain::NewTask {
        args: RawJson::trusted("[1]"),
        kwargs: RawJson::trusted(r#"{"n":12345678901234567890123}"#),
        queue: queue("other"),
        priority: Priority::MAX,
        max_attempts: 9,
        ..ended.task.clone()
    };
    assert_eq!(*task, expected, "what is to be published");
    let again = s.claim_one(ended.task.id).await.expect("claimed");
    assert_eq!((again.task, again.attempt), (expected, 2), "what runs");
    assert_eq!(s.store.attempts(ended.task.id).await.expect("attempts").len(), 2);
    let lines = s.store.logs(ended.task.id, 0, 10).await.expect("logs");
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].message, "retried by hand with other args, kwargs, queue, priority, max_attempts");
    s.store.confirm_published(&[outbox]).await.expect("confirm");
}

pub async fn what_is_not_edited_stays(s: &Subject) {
    let claimed = s.running_as(|t| t.max_attempts = 1).await;
    assert!(s.finish(attempt(&claimed), failing("x")).await);
    let edit = TaskEdit { max_attempts: Some(1), ..TaskEdit::default() };
    let RetryAnswer::Queued { task, .. } = s.store.edit_and_retry(claimed.task.id, &edit, s.now()).await.expect("edit") else {
        panic!("an ended task is retried");
    };
    assert_eq!(*task, ruche_domain::NewTask { max_attempts: 2, ..claimed.task }, "one more attempt than was used");
    let queued = s.store.edit_and_retry(task.id, &edit, s.now()).await.expect("edit");
    assert!(matches!(queued, RetryAnswer::Refused(TaskState::Queued)), "{queued:?}");
    let unknown = s.store.edit_and_retry(s.new_id(), &edit, s.now()).await.expect("edit");
    assert!(matches!(unknown, RetryAnswer::NotFound));
    assert_eq!(s.store.logs(task.id, 0, 10).await.expect("logs").len(), 1, "a refused edit says nothing");
}
