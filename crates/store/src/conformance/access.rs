//! API keys and sessions.

use ruche_domain::{Clock, KeyId, Role, SessionId, Timestamp};

use super::{Subject, subject::*};
use crate::{KeyView, NewKey, NewSession};

pub fn key(s: &Subject) -> NewKey {
    NewKey {
        id: KeyId::from(s.new_id().as_uuid()),
        name: "ci@example".parse().expect("a valid name"),
        role: Role::Operator,
        digest: s.clock.secret(),
        created_at: s.now(),
        created_by: "configured".parse().expect("a valid name"),
        expires_at: None,
    }
}

fn session(s: &Subject, key: Option<KeyId>) -> NewSession {
    NewSession {
        id: SessionId::from(s.new_id().as_uuid()),
        key,
        digest: s.clock.secret(),
        created_at: s.now(),
        expires_at: s.in_seconds(100),
    }
}

async fn added(s: &Subject, change: impl FnOnce(&mut NewKey)) -> NewKey {
    let mut key = key(s);
    change(&mut key);
    assert!(s.store.add_key(&key, MANY).await.expect("add"));
    key
}

async fn opened(s: &Subject, key: Option<KeyId>) -> NewSession {
    let session = session(s, key);
    s.store.open_session(&session, MANY).await.expect("open");
    session
}

async fn view(s: &Subject, id: KeyId) -> KeyView {
    s.store.key(id).await.expect("key").expect("the key is stored").0
}

async fn lives(s: &Subject, session: &NewSession) -> bool {
    s.store.session(session.id, s.now()).await.expect("session").is_some()
}

pub async fn a_key_is_read_back_with_its_digest(s: &Subject) {
    let expires_at = Some(s.in_seconds(5));
    let stored = added(s, |key| key.expires_at = expires_at).await;
    let (view, digest) = s.store.key(stored.id).await.expect("key").expect("stored");
    assert_eq!(digest, stored.digest);
    let NewKey { id, name, role, digest: _, created_at, created_by, expires_at } = stored;
    assert_eq!(view, KeyView { id, name, role, created_at, created_by, expires_at, revoked_at: None, last_used_at: None });
    assert!(view.is_valid(s.in_seconds(4)) && !view.is_valid(s.in_seconds(5)));
    assert!(s.store.key(KeyId::from(s.new_id().as_uuid())).await.expect("key").is_none());
}

pub async fn no_more_keys_are_kept_than_the_most(s: &Subject) {
    for expected in [true, true, false, false] {
        assert_eq!(s.store.add_key(&key(s), 2).await.expect("add"), expected);
    }
    assert_eq!(s.store.keys(None, MANY).await.expect("keys").rows.len(), 2);
}

pub async fn keys_are_paged_newest_first(s: &Subject) {
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(added(s, |_| {}).await.id);
        // Some at one moment: then the id decides.
        s.advance(n % 2);
    }
    ids.reverse();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = s.store.keys(after, 3).await.expect("keys");
        assert!(page.rows.len() <= 3);
        seen.extend(page.rows.iter().map(|key| key.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
}

pub async fn a_revoked_key_stays_revoked_and_loses_its_sessions(s: &Subject) {
    let (one, other) = (added(s, |_| {}).await, added(s, |_| {}).await);
    let (ended, kept) = (opened(s, Some(one.id)).await, opened(s, Some(other.id)).await);
    let at = s.advance(1);
    assert!(s.store.revoke_key(one.id, at).await.expect("revoke"));
    assert!(!lives(s, &ended).await && lives(s, &kept).await);
    assert!(s.store.revoke_key(one.id, s.advance(9)).await.expect("revoke again"));
    assert_eq!(view(s, one.id).await.revoked_at, Some(at));
    assert!(!view(s, one.id).await.is_valid(s.now()) && view(s, other.id).await.is_valid(s.now()));
    assert!(!s.store.revoke_key(KeyId::from(s.new_id().as_uuid()), at).await.expect("revoke"), "there is no such key");
}

pub async fn uses_only_move_forward(s: &Subject) {
    let (one, other) = (added(s, |_| {}).await, added(s, |_| {}).await);
    let (early, late) = (s.in_seconds(1), s.in_seconds(2));
    s.store.touch_keys(&[(one.id, late), (one.id, early), (other.id, early)]).await.expect("touch");
    s.store.touch_keys(&[(one.id, early), (KeyId::from(s.new_id().as_uuid()), late)]).await.expect("touch");
    s.store.touch_keys(&[]).await.expect("touch");
    assert_eq!(view(s, one.id).await.last_used_at, Some(late));
    assert_eq!(view(s, other.id).await.last_used_at, Some(early));
}

pub async fn a_session_is_read_back_with_its_key(s: &Subject) {
    let key = added(s, |_| {}).await;
    let session = opened(s, Some(key.id)).await;
    let found = s.store.session(session.id, s.now()).await.expect("session").expect("it lives");
    assert_eq!((found.digest, found.expires_at), (session.digest, session.expires_at));
    assert_eq!(found.key, Some(view(s, key.id).await));
    let configured = opened(s, None).await;
    let found = s.store.session(configured.id, s.now()).await.expect("session").expect("it lives");
    assert_eq!((found.digest, found.key), (configured.digest, None));
    assert!(s.store.session(SessionId::from(s.new_id().as_uuid()), s.now()).await.expect("session").is_none());
}

pub async fn a_session_ends_with_its_time_or_its_key(s: &Subject) {
    let expires_at = Some(s.in_seconds(50));
    let key = added(s, |key| key.expires_at = expires_at).await;
    let (of_key, configured) = (opened(s, Some(key.id)).await, opened(s, None).await);
    s.advance(49);
    assert!(lives(s, &of_key).await && lives(s, &configured).await);
    s.advance(1);
    assert!(!lives(s, &of_key).await && lives(s, &configured).await);
    s.advance(50);
    assert!(!lives(s, &configured).await);
}

pub async fn a_closed_session_is_gone(s: &Subject) {
    let (one, other) = (opened(s, None).await, opened(s, None).await);
    for _ in 0..2 {
        s.store.close_session(one.id).await.expect("close");
        assert!(!lives(s, &one).await && lives(s, &other).await);
    }
}

pub async fn a_key_s_oldest_sessions_make_room(s: &Subject) {
    let key = added(s, |_| {}).await;
    let other = opened(s, None).await;
    let mut sessions = Vec::new();
    for _ in 0..5 {
        let session = session(s, Some(key.id));
        s.store.open_session(&session, 3).await.expect("open");
        sessions.push(session);
        s.advance(1);
    }
    let mut living = Vec::new();
    for session in &sessions {
        living.push(lives(s, session).await);
    }
    assert_eq!(living, [false, false, true, true, true]);
    assert!(lives(s, &other).await, "of another key");
}

pub async fn what_is_over_is_pruned(s: &Subject) {
    let expires_at = Some(s.in_seconds(10));
    let (revoked, expired, kept) =
        (added(s, |_| {}).await, added(s, |key| key.expires_at = expires_at).await, added(s, |_| {}).await);
    s.store.revoke_key(revoked.id, s.now()).await.expect("revoke");
    let session = opened(s, Some(kept.id)).await;
    let count = async || s.store.keys(None, MANY).await.expect("keys").rows.len();
    s.store.prune_access(s.now(), s.now()).await.expect("prune");
    assert_eq!(count().await, 3);
    s.store.prune_access(s.in_seconds(1), s.now()).await.expect("prune");
    assert_eq!((count().await, lives(s, &session).await), (2, true));
    s.store.prune_access(s.in_seconds(11), s.in_seconds(101)).await.expect("prune");
    assert_eq!(count().await, 1);
    assert!(s.store.key(expired.id).await.expect("key").is_none());
    let earlier: Timestamp = s.now();
    assert!(s.store.session(session.id, earlier).await.expect("session").is_none(), "its row is gone");
}
