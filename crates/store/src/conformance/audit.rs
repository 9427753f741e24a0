//! The audit log.

use std::net::IpAddr;

use ruche_domain::{KeyId, Role, Timestamp};

use super::{Subject, subject::*};
use crate::{AuditEntry, AuditFilter};

fn entry(s: &Subject, actor: &str, action: &str, target: Option<&str>) -> AuditEntry {
    AuditEntry {
        id: s.new_id().as_uuid(),
        at: s.now(),
        actor: actor.parse().expect("a valid name"),
        key: None,
        role: Role::Admin,
        action: action.to_owned(),
        target: target.map(ToOwned::to_owned),
        address: None,
        request_id: "r-1".to_owned(),
        status: 200,
    }
}

async fn all(s: &Subject, filter: &AuditFilter) -> Vec<AuditEntry> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = s.store.audit(filter, after, 2).await.expect("audit");
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return seen;
        }
    }
}

pub async fn entries_are_read_back(s: &Subject) {
    let key = Some(KeyId::from(s.new_id().as_uuid()));
    let v6: IpAddr = "2001:db8::1".parse().expect("an address");
    let full = AuditEntry { key, address: Some(v6), status: 403, ..entry(s, "ci@example", "cancelTask", Some("a'b\"\u{1f41d}")) };
    s.advance(1);
    let bare = entry(s, "anonymous", "enqueueTask", None);
    s.store.record(&[full.clone(), bare.clone()]).await.expect("record");
    s.store.record(std::slice::from_ref(&full)).await.expect("once more does no harm");
    s.store.record(&[]).await.expect("nothing to record");
    assert_eq!(all(s, &AuditFilter::default()).await, [bare, full]);
}

pub async fn each_filter_alone_and_all_together(s: &Subject) {
    let mut entries = Vec::new();
    for n in 0..24 {
        let (actor, action) = (["a", "b"][n % 2], ["cancelTask", "retryTask", "createKey"][n % 3]);
        entries.push(entry(s, actor, action, [None, Some("t1"), Some("t2"), Some("t1")][n % 4]));
        // Two at each moment.
        s.advance(u64::from(n % 2 == 1));
    }
    s.store.record(&entries).await.expect("record");
    entries.reverse();
    let (from, before) = (Some(entries[20].at), Some(entries[3].at));
    for bits in 0..32 {
        let wanted = |bit: u32| bits & (1 << bit) != 0;
        let filter = AuditFilter {
            actor: wanted(0).then(|| "a".parse().expect("a valid name")),
            action: wanted(1).then(|| "retryTask".to_owned()),
            target: wanted(2).then(|| "t2".to_owned()),
            from: from.filter(|_| wanted(3)),
            before: before.filter(|_| wanted(4)),
        };
        let fits = |entry: &&AuditEntry| {
            filter.actor.as_ref().is_none_or(|actor| *actor == entry.actor)
                && filter.action.as_ref().is_none_or(|action| *action == entry.action)
                && (filter.target.is_none() || filter.target == entry.target)
                && filter.from.is_none_or(|from| entry.at >= from)
                && filter.before.is_none_or(|before| entry.at < before)
        };
        let expected: Vec<_> = entries.iter().filter(fits).cloned().collect();
        assert_eq!(all(s, &filter).await, expected, "{filter:?}");
    }
}

pub async fn a_hostile_filter_finds_nothing(s: &Subject) {
    s.store.record(&[entry(s, "a", "cancelTask", Some("t1"))]).await.expect("record");
    for text in ["' or 1=1 --", "%", "_", "t1' --", ""] {
        let filter = AuditFilter { target: Some(text.to_owned()), ..AuditFilter::default() };
        assert!(all(s, &filter).await.is_empty(), "{text}");
    }
}

pub async fn old_entries_are_pruned_oldest_first(s: &Subject) {
    let start: Timestamp = s.now();
    for n in 0..5 {
        s.store.record(&[entry(s, "a", &format!("n{n}"), None)]).await.expect("record");
        s.advance(1);
    }
    assert_eq!(s.store.prune_audit(start, MANY).await.expect("prune"), 0);
    let before = s.in_seconds(-1);
    assert_eq!(s.store.prune_audit(before, 3).await.expect("prune"), 3);
    let left: Vec<_> = all(s, &AuditFilter::default()).await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(left, ["n4", "n3"]);
    assert_eq!(s.store.prune_audit(before, 3).await.expect("prune"), 1);
}

pub async fn a_thousand_entries_go_in_at_once(s: &Subject) {
    let entries: Vec<_> = (0..1_000).map(|n| entry(s, "a", "cancelTask", Some(&n.to_string()))).collect();
    s.store.record(&entries).await.expect("record");
    let filter = AuditFilter { target: Some("999".to_owned()), ..AuditFilter::default() };
    assert_eq!(all(s, &filter).await.len(), 1);
}
