//! Keeping leases.

use super::{Subject, subject::*};
use crate::{AttemptRef, CancelAnswer, Renewal};

async fn renew(s: &Subject, attempts: &[AttemptRef]) -> Vec<Renewal> {
    s.store.renew(&worker(), attempts, s.now() + LEASE).await.expect("renew")
}

pub async fn a_held_lease_is_prolonged(s: &Subject) {
    let claimed = s.running().await;
    s.advance(10);
    assert_eq!(renew(s, &[attempt(&claimed)]).await, [Renewal::Renewed]);
    assert_eq!(s.view(claimed.task.id).await.summary.lease_until, Some(s.now() + LEASE));
}

pub async fn answers_are_in_order_with_the_lost_among_them(s: &Subject) {
    let (a, b, c) = (s.running().await, s.running().await, s.running().await);
    assert!(s.finish(attempt(&b), succeeded()).await);
    s.store.cancel(c.task.id, s.now()).await.expect("cancel");
    let unknown = AttemptRef { id: s.new_id(), attempt: 1 };
    let stale = AttemptRef { attempt: 0, ..attempt(&a) };
    let asked = [attempt(&c), unknown, attempt(&b), attempt(&a), stale];
    let answers = [Renewal::CancelRequested, Renewal::Lost, Renewal::Lost, Renewal::Renewed, Renewal::Lost];
    assert_eq!(renew(s, &asked).await, answers);
    assert!(renew(s, &[]).await.is_empty());
}

pub async fn another_worker_s_lease_is_not_prolonged(s: &Subject) {
    let claimed = s.running().await;
    let before = s.view(claimed.task.id).await.summary.lease_until;
    s.advance(10);
    let thief = worker_called("ruche@thief");
    let answers = s.store.renew(&thief, &[attempt(&claimed)], s.now() + LEASE).await.expect("renew");
    assert_eq!(answers, [Renewal::Lost]);
    assert_eq!(s.view(claimed.task.id).await.summary.lease_until, before);
}

pub async fn a_rescued_attempt_finds_its_lease_lost(s: &Subject) {
    let claimed = s.running().await;
    s.advance(31);
    s.store.rescue_lost(s.now(), MANY).await.expect("rescue");
    assert_eq!(renew(s, &[attempt(&claimed)]).await, [Renewal::Lost]);
    let again = s.claim_one(claimed.task.id).await.expect("claimed again");
    assert_eq!(renew(s, &[attempt(&claimed), attempt(&again)]).await, [Renewal::Lost, Renewal::Renewed]);
}

pub async fn a_request_to_cancel_is_told_at_every_renewal(s: &Subject) {
    let claimed = s.running().await;
    assert_eq!(s.store.cancel(claimed.task.id, s.now()).await.expect("cancel"), CancelAnswer::Requested);
    for _ in 0..2 {
        s.advance(10);
        assert_eq!(renew(s, &[attempt(&claimed)]).await, [Renewal::CancelRequested]);
    }
    assert_eq!(s.view(claimed.task.id).await.summary.lease_until, Some(s.now() + LEASE), "the lease holds meanwhile");
}

pub async fn an_overdue_lease_nobody_took_is_still_held(s: &Subject) {
    let claimed = s.running().await;
    s.advance(3_600);
    assert_eq!(renew(s, &[attempt(&claimed)]).await, [Renewal::Renewed]);
    assert!(s.store.rescue_lost(s.now(), MANY).await.expect("rescue").again.tasks.is_empty());
}
