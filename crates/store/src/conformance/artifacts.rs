//! Facts of artifacts.

use std::{collections::BTreeSet, time::Duration};

use ruche_domain::{
    ArtifactId, AttemptOutcome, FileName, MediaType, OperationAction, TaskId, artifact::completion::TaskAllowance,
};

use super::{Subject, subject::*};
use crate::{
    ArtifactView, AttemptRef, Claimed, CompleteArtifact, Completed, DoomedArtifact, NewArtifact, NewOperation, Retention,
    TaskFilter,
};

const ALLOWANCE: TaskAllowance = TaskAllowance { bytes: 1_000, artifacts: 3 };

fn new(s: &Subject, owner: Option<AttemptRef>, name: &str) -> NewArtifact {
    NewArtifact {
        id: s.new_id().as_uuid().into(),
        owner,
        name: FileName::new(name).expect("a valid name"),
        content_type: MediaType::unknown(),
        created_at: s.now(),
        stale_at: s.in_seconds(60),
    }
}

fn complete(s: &Subject, new: NewArtifact, size: u64) -> CompleteArtifact {
    let sha256 = [u8::try_from(size % 251).expect("less than 256"); 32];
    let (completed_at, expires_at) = (s.now(), s.in_seconds(1_000));
    CompleteArtifact { new, size, sha256, completed_at, expires_at, allowance: ALLOWANCE }
}

async fn begun(s: &Subject, owner: Option<AttemptRef>, name: &str) -> NewArtifact {
    let new = new(s, owner, name);
    assert!(s.store.begin_artifact(&new).await.expect("begin"));
    new
}

async fn completed(s: &Subject, new: NewArtifact, size: u64) -> Completed {
    s.store.complete_artifact(&complete(s, new, size)).await.expect("complete")
}

async fn whole(s: &Subject, owner: Option<AttemptRef>, name: &str, size: u64) -> ArtifactView {
    match completed(s, begun(s, owner, name).await, size).await {
        Completed::Kept(view) => view,
        other => panic!("{name} was not kept: {other:?}"),
    }
}

async fn names(s: &Subject, task: Option<TaskId>) -> Vec<String> {
    let listing = s.store.artifacts(task, None, MANY).await.expect("artifacts");
    listing.rows.iter().map(|view| view.name.to_string()).collect()
}

async fn doomed(s: &Subject) -> BTreeSet<ArtifactId> {
    let taken = s.store.take_doomed(s.now(), s.in_seconds(10), MANY).await.expect("take");
    taken.into_iter().map(|doomed| doomed.id).collect()
}

fn set(views: &[&ArtifactView]) -> BTreeSet<ArtifactId> {
    views.iter().map(|view| view.id).collect()
}

/// Hands the task back and claims it again: its next attempt.
async fn next_attempt(s: &Subject, claimed: &Claimed) -> Claimed {
    assert!(s.finish(attempt(claimed), AttemptOutcome::Released).await);
    s.claim_one(claimed.task.id).await.expect("claimed")
}

pub async fn an_artifact_is_seen_when_it_is_whole(s: &Subject) {
    let new = begun(s, None, "a.csv").await;
    assert_eq!(s.store.artifact(new.id).await.expect("artifact"), None);
    assert!(names(s, None).await.is_empty());
    s.advance(5);
    let complete = complete(s, new.clone(), 17);
    let kept = s.store.complete_artifact(&complete).await.expect("complete");
    assert_eq!(kept, Completed::Kept(complete.view()));
    assert_eq!(s.store.artifact(new.id).await.expect("artifact"), Some(complete.view()));
    assert_eq!(complete.view().created_at, s.now(), "it is as old as it is whole");
    let largest = whole(s, None, "large", i64::MAX.unsigned_abs()).await;
    assert_eq!(s.store.artifact(largest.id).await.expect("artifact"), Some(largest));
    assert_eq!(s.store.artifact(s.new_id().as_uuid().into()).await.expect("artifact"), None);
}

pub async fn hostile_names_come_back_as_they_were(s: &Subject) {
    for name in ["'; drop table artifacts; --", "a\"b", "%00", "蜂巣\u{1f41d}.png", &"é".repeat(200)] {
        let view = whole(s, None, name, 1).await;
        assert_eq!(s.store.artifact(view.id).await.expect("artifact").expect("kept").name.as_str(), name);
    }
}

pub async fn an_attempt_that_is_over_begins_and_completes_nothing(s: &Subject) {
    let first = s.running().await;
    let late = begun(s, Some(attempt(&first)), "late").await;
    let second = next_attempt(s, &first).await;
    assert_eq!(completed(s, late.clone(), 1).await, Completed::Lost);
    let over = new(s, Some(attempt(&first)), "a");
    assert!(!s.store.begin_artifact(&over).await.expect("begin"));
    whole(s, Some(attempt(&second)), "a", 1).await;
    assert!(s.finish(attempt(&second), succeeded()).await);
    let over = new(s, Some(attempt(&second)), "b");
    assert!(!s.store.begin_artifact(&over).await.expect("begin"));
    let unknown = new(s, Some(AttemptRef { id: s.new_id(), attempt: 1 }), "c");
    assert!(!s.store.begin_artifact(&unknown).await.expect("begin"));
    assert_eq!(names(s, None).await, ["a"]);
    s.store.abandon_artifact(late.id).await.expect("abandon");
    s.store.abandon_artifact(late.id).await.expect("twice does no harm");
    s.advance(100);
    assert!(doomed(s).await.is_empty(), "nothing was left of it");
}

pub async fn a_later_attempt_replaces_what_earlier_ones_left_under_its_names(s: &Subject) {
    let first = s.running().await;
    let task = first.task.id;
    let old = whole(s, Some(attempt(&first)), "a", 900).await;
    s.advance(1);
    whole(s, Some(attempt(&first)), "b", 50).await;
    let other = whole(s, None, "a", 1).await;
    let second = next_attempt(s, &first).await;
    s.advance(1);
    let anew = whole(s, Some(attempt(&second)), "a", 950).await;
    assert_eq!(names(s, Some(task)).await, ["a", "b"]);
    assert_eq!(s.store.artifact(anew.id).await.expect("artifact").expect("kept").owner, Some(attempt(&second)));
    assert_eq!(s.store.artifact(old.id).await.expect("artifact"), None);
    assert!(s.store.artifact(other.id).await.expect("artifact").is_some(), "an upload of that name is another");
    assert_eq!(doomed(s).await, set(&[&old]));
}

pub async fn a_task_keeps_no_more_than_it_may(s: &Subject) {
    let (mine, others) = (s.running().await, s.running().await);
    whole(s, Some(attempt(&others)), "large", 1_000).await;
    let owner = Some(attempt(&mine));
    whole(s, owner, "a", 600).await;
    assert_eq!(completed(s, begun(s, owner, "b").await, 401).await, Completed::TaskFull);
    whole(s, owner, "b", 400).await;
    whole(s, owner, "c", 0).await;
    assert_eq!(completed(s, begun(s, owner, "d").await, 0).await, Completed::TaskFull, "no fourth one");
    whole(s, owner, "c", 0).await;
    assert_eq!(names(s, Some(mine.task.id)).await.len(), 3);
    assert_eq!(completed(s, begun(s, owner, "a").await, i64::MAX.unsigned_abs()).await, Completed::TaskFull);
    whole(s, None, "upload", 1_000_000).await;
}

pub async fn saying_twice_that_it_is_complete_is_once(s: &Subject) {
    let claimed = s.running().await;
    let new = begun(s, Some(attempt(&claimed)), "a").await;
    let complete = complete(s, new.clone(), 5);
    let first = s.store.complete_artifact(&complete).await.expect("complete");
    assert_eq!(s.store.complete_artifact(&complete).await.expect("complete"), first);
    assert_eq!(names(s, None).await, ["a"]);
    let other = CompleteArtifact { sha256: [9; 32], ..complete };
    assert_eq!(s.store.complete_artifact(&other).await.expect("complete"), Completed::Lost);
    s.store.abandon_artifact(new.id).await.expect("abandon");
    assert_eq!(names(s, None).await, ["a"], "what is whole is not abandoned");
}

pub async fn whole_artifacts_are_paged_newest_first(s: &Subject) {
    let claimed = s.running().await;
    let mut expected = Vec::new();
    for n in 0..7 {
        let owner = (n % 3 == 0).then(|| attempt(&claimed));
        expected.push(whole(s, owner, &format!("n{n}"), n).await);
        begun(s, None, "unfinished").await;
        // Two at each moment.
        s.advance(u64::from(n % 2 == 1));
    }
    expected.reverse();
    let of_task: Vec<_> = expected.iter().filter(|view| view.owner.is_some()).cloned().collect();
    for (task, expected) in [(None, expected), (Some(claimed.task.id), of_task), (Some(s.new_id()), Vec::new())] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = s.store.artifacts(task, after, 2).await.expect("artifacts");
            assert!(page.rows.len() <= 2);
            seen.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);
    }
}

pub async fn a_deleted_artifact_is_gone_at_once_and_handed_out_until_forgotten(s: &Subject) {
    let (gone, kept) = (whole(s, None, "a", 1).await, whole(s, None, "b", 1).await);
    assert!(s.store.doom_artifact(gone.id, s.now()).await.expect("doom"));
    assert!(!s.store.doom_artifact(gone.id, s.now()).await.expect("doom"));
    assert!(!s.store.doom_artifact(s.new_id().as_uuid().into(), s.now()).await.expect("doom"));
    assert_eq!(s.store.artifact(gone.id).await.expect("artifact"), None);
    assert_eq!(names(s, None).await, ["b"]);
    assert_eq!(doomed(s).await, set(&[&gone]));
    assert!(doomed(s).await.is_empty(), "somebody is at it");
    s.advance(10);
    assert_eq!(doomed(s).await, set(&[&gone]), "who did not come to the end");
    assert_eq!(s.store.forget_artifacts(&[gone.id, kept.id]).await.expect("forget"), 1);
    s.advance(10);
    assert!(doomed(s).await.is_empty());
    assert_eq!(names(s, None).await, ["b"], "what is whole is not forgotten");
}

pub async fn what_expires_or_is_left_behind_is_handed_out_in_batches(s: &Subject) {
    let left = begun(s, None, "left").await;
    let upload = Some("upload-17");
    assert!(s.store.renew_artifact(left.id, upload, left.stale_at).await.expect("renew"));
    s.advance(1);
    let expires = whole(s, None, "expires", 1).await;
    let later = whole(s, None, "later", 1).await;
    s.advance(58);
    assert!(doomed(s).await.is_empty());
    s.advance(1);
    let taken = s.store.take_doomed(s.now(), s.in_seconds(10_000), 1).await.expect("take");
    assert_eq!(taken, [DoomedArtifact { id: left.id, upload: upload.map(ToOwned::to_owned) }]);
    s.advance(941);
    let mut all = BTreeSet::new();
    for _ in 0..2 {
        let taken = s.store.take_doomed(s.now(), s.in_seconds(10_000), 1).await.expect("take");
        assert_eq!(taken.len(), 1);
        all.extend(taken.into_iter().map(|doomed| doomed.id));
    }
    assert_eq!(all, set(&[&expires, &later]));
    assert!(names(s, None).await.is_empty());
}

pub async fn a_renewed_artifact_is_not_left_behind(s: &Subject) {
    let new = begun(s, None, "a").await;
    for upload in [None, Some("u"), None] {
        s.advance(59);
        assert!(s.store.renew_artifact(new.id, upload, s.in_seconds(60)).await.expect("renew"));
        assert!(doomed(s).await.is_empty());
    }
    s.advance(60);
    let taken = s.store.take_doomed(s.now(), s.in_seconds(10), MANY).await.expect("take");
    assert_eq!(taken, [DoomedArtifact { id: new.id, upload: Some("u".to_owned()) }], "a renewal that names none keeps the name");
}

pub async fn one_that_was_given_up_cannot_become_whole(s: &Subject) {
    let new = begun(s, None, "a").await;
    s.advance(60);
    assert_eq!(doomed(s).await.len(), 1);
    assert!(!s.store.renew_artifact(new.id, None, s.in_seconds(60)).await.expect("renew"));
    assert_eq!(completed(s, new.clone(), 1).await, Completed::Lost);
    s.store.forget_artifacts(&[new.id]).await.expect("forget");
    assert_eq!(completed(s, new, 1).await, Completed::Lost);
    assert!(names(s, None).await.is_empty());
}

pub async fn artifacts_go_with_their_deleted_task(s: &Subject) {
    let (deleted, kept) = (s.running().await, s.running().await);
    let gone = [whole(s, Some(attempt(&deleted)), "a", 1).await, whole(s, Some(attempt(&deleted)), "b", 1).await];
    let unfinished = begun(s, Some(attempt(&deleted)), "c").await;
    whole(s, Some(attempt(&kept)), "d", 1).await;
    assert!(s.finish(attempt(&deleted), succeeded()).await);
    let filter = TaskFilter { state: Some(ruche_domain::TaskState::Succeeded), ..TaskFilter::default() };
    let operation =
        NewOperation { id: s.new_id().as_uuid().into(), action: OperationAction::Delete, filter, created_at: s.now() };
    s.store.create_operation(&operation, None).await.expect("create");
    s.store.work_on_operation(s.now(), MANY).await.expect("work").expect("open").expect("a chunk");
    assert!(s.store.task(deleted.task.id).await.expect("task").is_none());
    assert_eq!(names(s, None).await, ["d"]);
    let expected: BTreeSet<_> = gone.iter().map(|view| view.id).chain([unfinished.id]).collect();
    assert_eq!(doomed(s).await, expected);
}

pub async fn artifacts_go_with_their_pruned_task(s: &Subject) {
    let claimed = s.running().await;
    let gone = whole(s, Some(attempt(&claimed)), "a", 1).await;
    whole(s, None, "upload", 1).await;
    assert!(s.finish(attempt(&claimed), succeeded()).await);
    let [succeeded, failed, other, idempotency_keys] = [Duration::from_secs(10); 4];
    let retention = Retention { succeeded, failed, other, idempotency_keys };
    s.advance(11);
    assert_eq!(s.store.prune(&retention, s.now(), MANY).await.expect("prune"), 1);
    assert_eq!(names(s, None).await, ["upload"]);
    assert_eq!(doomed(s).await, set(&[&gone]));
}

pub async fn no_two_processes_are_handed_the_same(s: &Subject) {
    for n in 0..40 {
        let view = whole(s, None, &format!("n{n}"), n).await;
        assert!(s.store.doom_artifact(view.id, s.now()).await.expect("doom"));
    }
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let (store, now, again_at) = (s.store.clone(), s.now(), s.in_seconds(10));
            tokio::spawn(async move {
                let mut all = Vec::new();
                loop {
                    let taken = store.take_doomed(now, again_at, 3).await.expect("take");
                    if taken.is_empty() {
                        return all;
                    }
                    all.extend(taken);
                }
            })
        })
        .collect();
    let mut ids = Vec::new();
    for taker in takers {
        ids.extend(taker.await.expect("a taker").into_iter().map(|doomed| doomed.id));
    }
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (40, 40));
}
