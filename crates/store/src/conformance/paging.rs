//! Pages.

use ruche_domain::{TaskId, TaskState};

use super::{Subject, subject::*};
use crate::{Cursor, TaskFilter};

async fn walk(s: &Subject, filter: &TaskFilter, limit: u32) -> Vec<TaskId> {
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = s.store.tasks(filter, after, limit).await.expect("tasks");
        assert!(page.rows.len() <= limit as usize);
        seen.extend(page.rows.iter().map(|r| r.id));
        let Some(next) = page.next else { break seen };
        let last = page.rows.last().expect("a page with a next one has rows");
        assert_eq!(next, Cursor { created_at: last.created_at, id: last.id });
        after = Some(next);
    }
}

pub async fn tasks_of_one_moment_are_paged_by_id(s: &Subject) {
    let tasks = s.tasks(25);
    let mut ids = sorted(tasks.iter().map(|t| t.id));
    ids.reverse();
    s.insert(tasks).await;
    for limit in [1, 4, 5, 24, 25, 26] {
        assert_eq!(walk(s, &TaskFilter::default(), limit).await, ids, "limit {limit}");
    }
}

pub async fn a_full_last_page_has_no_next(s: &Subject) {
    s.insert(s.tasks(10)).await;
    let first = s.store.tasks(&TaskFilter::default(), None, 5).await.expect("tasks");
    assert_eq!(first.rows.len(), 5);
    let second = s.store.tasks(&TaskFilter::default(), first.next, 5).await.expect("tasks");
    assert_eq!((second.rows.len(), second.next), (5, None));
}

pub async fn filtered_pages_hold_every_match_once(s: &Subject) {
    let mut expected = Vec::new();
    for n in 0..30 {
        let claimed = s.running_as(|t| t.queue = queue(["a", "b", "c"][n % 3])).await;
        assert!(s.finish(attempt(&claimed), if n % 2 == 0 { succeeded() } else { failed() }).await);
        expected.push((n, claimed.task.id));
        if n % 4 == 0 {
            s.advance(1);
        }
    }
    expected.reverse();
    let only = |keep: fn(usize) -> bool| -> Vec<_> { expected.iter().filter(|(n, _)| keep(*n)).map(|(_, id)| *id).collect() };
    let all = TaskFilter::default();
    let state = TaskFilter { state: Some(TaskState::Failed), ..all.clone() };
    let in_b = TaskFilter { queue: Some(queue("b")), ..all.clone() };
    let both = TaskFilter { queue: Some(queue("b")), ..state.clone() };
    let mine = TaskFilter { worker: Some(worker()), ..all.clone() };
    assert_eq!(walk(s, &all, 7).await, only(|_| true));
    assert_eq!(walk(s, &state, 4).await, only(|n| n % 2 == 1));
    assert_eq!(walk(s, &in_b, 3).await, only(|n| n % 3 == 1));
    assert_eq!(walk(s, &both, 2).await, only(|n| n % 3 == 1 && n % 2 == 1));
    assert_eq!(walk(s, &mine, 7).await, only(|_| true));
}

pub async fn a_cursor_need_not_name_a_stored_task(s: &Subject) {
    let old = s.queued().await;
    let nowhere = Cursor { created_at: s.in_seconds(5), id: s.new_id() };
    let page = s.store.tasks(&TaskFilter::default(), Some(nowhere), 5).await.expect("tasks");
    assert_eq!(page.rows.iter().map(|r| r.id).collect::<Vec<_>>(), [old.id]);
    let before = Cursor { created_at: s.in_seconds(-5), id: old.id };
    assert!(s.store.tasks(&TaskFilter::default(), Some(before), 5).await.expect("tasks").rows.is_empty());
}

pub async fn a_summary_has_every_field_of_its_task(s: &Subject) {
    let claimed = s.running().await;
    assert!(s.finish(attempt(&claimed), failed()).await);
    let page = s.store.tasks(&TaskFilter::default(), None, 5).await.expect("tasks");
    let whole = s.view(claimed.task.id).await.summary;
    assert_eq!(format!("{:?}", page.rows[0]), format!("{whole:?}"), "the list and the task agree");
}
