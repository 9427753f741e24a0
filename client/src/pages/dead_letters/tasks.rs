//! The tasks of a group, those that were accepted last.

use crate::prelude::*;
use ruche_api::{TaskState, TaskSummary};

use crate::{
    api::{self, tasks::TaskFilter, use_query},
    messages::{dead_letters as m, tasks, words},
    pages::follow::{Row, poll, rows},
    router::route::Route,
    ui::{
        layout::card,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// How many are shown; the others are in the list of tasks.
const MOST: u32 = 20;

/// The card.
pub fn card_of(fingerprint: &str) -> View {
    let filter =
        TaskFilter { state: Some(TaskState::Failed), fingerprint: Some(fingerprint.to_owned()), ..TaskFilter::default() };
    let query = use_query(move || Some(api::tasks::list(&filter, MOST, None))).follow(|pulse| pulse.concerns_tasks());
    let query = poll(query, 5_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    card(m::its_tasks(), View::default(), html! { (remote(query, |_| View::default())) (listed(all)) })
}

fn listed(all: ReadSignal<Vec<TaskSummary>>) -> View {
    let columns = vec![
        Column::new(words::task(), |row: &Row<TaskSummary>| row.shows(|task| (task.id, task.task.clone()), name)).class("wide"),
        Column::new(words::queue(), |row: &Row<TaskSummary>| {
            row.shows(
                |task| task.queue.clone(),
                |queue| {
                    let address = Route::Queue(queue.clone()).to_string();
                    html! { a(class="plain-link", href=address) { (queue) } }
                },
            )
        }),
        Column::number(words::attempt(), |row: &Row<TaskSummary>| {
            row.shows(|task| (task.attempts_used, task.max_attempts), |(used, most)| tasks::attempts_of(used, most).into())
        }),
        Column::new(m::failed_at(), |row: &Row<TaskSummary>| row.shows(|task| task.finished_at, time::ago_or_dash))
            .class("nowrap"),
    ];
    table(words::table_of(&m::its_tasks()), columns, rows(all, |task| task.id.to_string()), |row| row.name.clone())
}

fn name((id, task): (uuid::Uuid, String)) -> View {
    let (address, short) = (Route::Task(id).to_string(), id.simple().to_string()[24..].to_owned());
    html! { a(class="strong", href=address) { (task) } " " span(class="muted mono small") { (short) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{pages::tasks::rows::tests::task, testing::rendered};

    #[test]
    fn each_task_leads_to_itself_and_tells_its_attempts() {
        let failed = TaskSummary { attempts_used: 2, ..task(7, TaskState::Failed) };
        let html = rendered("/dead-letters/x", Role::Viewer, || listed(*create_signal(vec![failed])));
        assert!(html.contains("/tasks/00000000-0000-0000-0000-000000000007") && html.contains("2 of 5"), "{html}");
    }
}
