//! The rows that are shown. They stay where they are while tasks change and new ones come: those wait behind a button.

use crate::prelude::*;
use ruche_api::{TaskPage, TaskSummary};

use crate::{
    api::Query,
    i18n::number,
    messages::tasks as m,
    router::router,
    ui::icon::{Icon, icon},
};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub task: TaskSummary,
    /// It is not among those that match any more, or not on this page.
    pub gone: bool,
}

impl Row {
    /// Its class in the table.
    pub fn class(&self) -> &'static str {
        if self.gone { "gone" } else { "" }
    }
}

/// The rows, and those that wait to be shown.
#[derive(Clone, Copy)]
pub struct Rows {
    shown: Signal<Vec<Row>>,
    newer: Signal<usize>,
}

impl Rows {
    /// Follows a page.
    pub fn of(page: Query<TaskPage>) -> Self {
        let rows = Self { shown: create_signal(Vec::new()), newer: create_signal(0) };
        let mut last = None;
        create_effect(move || {
            let Some(page) = page.value() else {
                last = None;
                rows.shown.set(Vec::new());
                return;
            };
            let place = router().place_untracked().to_string();
            let is_other = last.replace(place.clone()) != Some(place);
            if is_other || rows.shown.with_untracked(Vec::is_empty) {
                rows.take(&page);
            } else {
                let (shown, newer) = merged(&rows.shown.get_clone_untracked(), &page.data);
                rows.newer.set(newer);
                if rows.shown.with_untracked(|before| *before != shown) {
                    rows.shown.set(shown);
                }
            }
        });
        rows
    }

    /// Shows a page as it is.
    fn take(self, page: &TaskPage) {
        self.newer.set(0);
        self.shown.set(page.data.iter().map(|task| Row { task: task.clone(), gone: false }).collect());
    }

    /// What is shown.
    pub fn shown(self) -> ReadSignal<Vec<Row>> {
        *self.shown
    }

    /// Whether there is nothing, tracked.
    pub fn is_empty(self) -> bool {
        self.shown.with(Vec::is_empty)
    }

    /// Shows those that wait.
    pub fn newer_button(self, page: Query<TaskPage>) -> View {
        let show = move |_| {
            if let Some(page) = page.value_untracked() {
                self.take(&page);
            }
        };
        let button = move || {
            let newer = self.newer.get();
            (newer > 0).then(|| {
                let most = page.value_untracked().map_or(0, |page| page.data.len());
                let count = if newer >= most { format!("{}+", number::whole(newer as u64)) } else { number::whole(newer as u64) };
                html! { button(class="newer", r#type="button", on:click=show) { (icon(Icon::Refresh)) (m::newer(&count)) } }
            })
        };
        html! { div(class="newer-place", role="status") { (button) } }
    }
}

/// What is shown, with the tasks as they are now, and how many there are that are not shown.
fn merged(shown: &[Row], fresh: &[TaskSummary]) -> (Vec<Row>, usize) {
    let rows = shown.iter().map(|row| match fresh.iter().find(|task| task.id == row.task.id) {
        Some(task) => Row { task: task.clone(), gone: false },
        None => Row { gone: true, ..row.clone() },
    });
    let newer = fresh.iter().filter(|task| !shown.iter().any(|row| row.task.id == task.id)).count();
    (rows.collect(), newer)
}

#[cfg(test)]
pub mod tests {
    use ruche_api::TaskState;
    use uuid::Uuid;

    use super::*;
    use crate::browser::clock::now;

    pub fn task(id: u128, state: TaskState) -> TaskSummary {
        TaskSummary {
            id: Uuid::from_u128(id),
            task: "http.request".to_owned(),
            queue: "default".to_owned(),
            priority: 0,
            state,
            attempt: 0,
            attempts_used: 0,
            max_attempts: 5,
            created_at: now(),
            queued_at: None,
            due_at: None,
            started_at: None,
            finished_at: None,
            lease_until: None,
            expires_at: None,
            worker: None,
            cancel_requested: false,
            progress: None,
            failure: None,
        }
    }

    #[test]
    fn rows_keep_their_place_and_newcomers_wait() {
        let shown: Vec<Row> = [1, 2].map(|id| Row { task: task(id, TaskState::Queued), gone: false }).to_vec();
        let fresh = [task(4, TaskState::Queued), task(3, TaskState::Queued), task(2, TaskState::Running)];
        let (rows, newer) = merged(&shown, &fresh);
        assert_eq!(newer, 2);
        assert_eq!((rows[0].task.id, rows[0].gone), (Uuid::from_u128(1), true));
        assert_eq!((rows[1].task.state, rows[1].gone), (TaskState::Running, false));
    }
}
