//! All operations, the latest first.

use crate::prelude::*;
use ruche_api::{Operation, OperationState};

use super::told;
use crate::{
    api::{self, use_query},
    i18n::number,
    messages::{operations as m, words},
    pages::follow::{Row, part, poll_while, rows},
    router::{route::Route, router},
    ui::{
        badge,
        layout::heading,
        notice::empty,
        pager::pager,
        progress::progress,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// The page.
pub fn list() -> View {
    let cursor = router().param("cursor");
    // No event tells of an operation's progress, but those of the tasks it changes tell that there is one.
    let query = use_query(move || Some(api::operations::list(cursor.get().as_deref())));
    let query = query.follow_each(10_000, |pulse| pulse.concerns_tasks());
    let query = poll_while(query, 2_000, |page| page.data.iter().any(|one| !one.state.is_terminal()));
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let body = part(
        query,
        |page| page.data.is_empty(),
        move |none| {
            if none { empty(m::none(), View::default()) } else { rows_of(all) }
        },
    );
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        (remote(query, |_| View::default()))
        (body)
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn rows_of(all: ReadSignal<Vec<Operation>>) -> View {
    let columns = vec![
        Column::new(m::action(), |row: &Row<Operation>| {
            row.shows(
                |one| (Route::Operation(one.id).to_string(), told::action(one)),
                |(address, told)| html! { a(class="strong", href=address) { (told) } },
            )
        })
        .class("nowrap"),
        Column::new(m::of_tasks(), |row: &Row<Operation>| {
            row.shows(|one| told::filter(&one.filter), |filter| html! { code { (filter) } })
        })
        .class("wide"),
        Column::new(words::state(), |row: &Row<Operation>| row.shows(|one| (one.state, one.matched), state)),
        Column::number(m::changed(), |row: &Row<Operation>| row.shows(|one| one.changed, |count| number::whole(count).into())),
        Column::number(m::skipped(), |row: &Row<Operation>| row.shows(|one| one.skipped, |count| number::whole(count).into())),
        Column::new(words::created(), |row: &Row<Operation>| row.shows(|one| one.created_at, time::ago)).class("nowrap"),
        Column::new(m::took(), |row: &Row<Operation>| {
            row.shows(|one| (one.created_at, one.finished_at), |(from, until)| time::took(from, until))
        })
        .class("nowrap"),
    ];
    table(m::title(), columns, rows(all, |one| one.id.to_string()), |row| row.name.clone())
}

/// Where it stands; how far it is while it is at it. How many tasks there are in all is not known before the end.
fn state((state, matched): (OperationState, u64)) -> View {
    let moving =
        (state == OperationState::Running).then(|| progress(words::progress(), matched, None, Some(m::so_far().into_owned())));
    html! { div(class="state-cell") { (badge::operation_state(state)) (moving) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn an_operation_that_runs_shows_how_far_it_is() {
        let drawn = |stands| rendered("/operations", Role::Viewer, || state((stands, 1_234)));
        assert!(drawn(OperationState::Running).contains("<progress") && drawn(OperationState::Running).contains("1234"));
        assert!(!drawn(OperationState::Succeeded).contains("<progress"));
    }
}
