//! Tasks that did not start in time.

use ruche_domain::TaskState;

use super::{Subject, subject::*};

pub async fn waiting_tasks_past_their_time_expire(s: &Subject) {
    let (eta, expires_at) = (s.in_seconds(5), s.in_seconds(10));
    let queued = s.queued_as(|t| t.expires_at = Some(expires_at)).await.id;
    let scheduled = s
        .queued_as(|t| {
            t.eta = Some(eta);
            t.expires_at = Some(expires_at);
        })
        .await
        .id;
    let claimed = s.running_as(|t| t.expires_at = Some(expires_at)).await;
    assert!(s.finish(attempt(&claimed), retrying(eta)).await);
    let running = s.running_as(|t| t.expires_at = Some(expires_at)).await.task.id;
    let in_time = s.queued_as(|t| t.expires_at = Some(expires_at + chrono::TimeDelta::microseconds(1))).await.id;
    let endless = s.queued().await.id;

    assert_eq!(s.store.expire_overdue(s.now(), MANY).await.expect("expire"), 0);
    let now = s.advance(10);
    assert_eq!(s.store.expire_overdue(now, MANY).await.expect("expire"), 3);
    for id in [queued, scheduled, claimed.task.id] {
        let summary = s.view(id).await.summary;
        assert_eq!((summary.state, summary.finished_at, summary.due_at), (TaskState::Expired, Some(now), None));
        assert_eq!(summary.expires_at, Some(expires_at));
    }
    assert_eq!(s.state(running).await, TaskState::Running, "a started task does not expire");
    assert_eq!(s.state(in_time).await, TaskState::Queued);
    assert_eq!(s.state(endless).await, TaskState::Queued);
}

pub async fn the_limit_is_kept(s: &Subject) {
    let expires_at = s.in_seconds(10);
    let mut tasks = s.tasks(5);
    tasks.iter_mut().for_each(|t| t.expires_at = Some(expires_at));
    s.insert(tasks).await;
    let now = s.advance(60);
    for expected in [2, 2, 1, 0] {
        assert_eq!(s.store.expire_overdue(now, 2).await.expect("expire"), expected);
    }
}

pub async fn an_expired_task_is_neither_claimed_nor_released(s: &Subject) {
    let (eta, expires_at) = (s.in_seconds(20), s.in_seconds(10));
    let task = s
        .queued_as(|t| {
            t.eta = Some(eta);
            t.expires_at = Some(expires_at);
        })
        .await;
    s.store.expire_overdue(s.advance(10), MANY).await.expect("expire");
    assert!(s.store.release_due(s.advance(60), MANY).await.expect("release").tasks.is_empty());
    assert!(s.claim_one(task.id).await.is_none());
    assert_eq!(s.state(task.id).await, TaskState::Expired);
}
