//! Ways to lists of tasks, for everything that has tasks behind it.

use crate::prelude::*;
use ruche_api::TaskState;

use crate::{
    api::tasks::state_word,
    i18n::number,
    router::{place::Place, route::Route},
};

/// Tasks of a queue, in a state or in any.
pub fn tasks_of_queue(queue: &str, state: Option<TaskState>) -> String {
    tasks("queue", queue, state)
}

/// Tasks that a worker runs or ran.
pub fn tasks_of_worker(worker: &str, state: Option<TaskState>) -> String {
    tasks("worker", worker, state)
}

/// A number that leads to its tasks; a faint one where there are none.
pub fn number_link(count: u64, address: String) -> View {
    let told = number::whole(count);
    if count == 0 {
        html! { span(class="muted") { (told) } }
    } else {
        html! { a(href=address) { (told) } }
    }
}

fn tasks(word: &str, value: &str, state: Option<TaskState>) -> String {
    Place::parse(&Route::Tasks.to_string()).with("state", state.map(state_word)).with(word, Some(value)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tasks_is_an_address() {
        assert_eq!(tasks_of_queue("mail", Some(TaskState::Queued)), "/tasks?state=queued&queue=mail");
        assert_eq!(tasks_of_worker("ruche@host-1", None), "/tasks?worker=ruche@host-1");
    }
}
