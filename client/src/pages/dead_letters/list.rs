//! All groups, the one that failed last first.

use crate::prelude::*;
use ruche_api::DeadLetter;

use crate::{
    api::{self, use_query},
    messages::{dead_letters as m, words},
    pages::follow::{part, poll},
    router::{route::Route, router},
    ui::{
        confirm::counted,
        layout::heading,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, fixed_table},
        time,
    },
};

/// The page.
pub fn list() -> View {
    let cursor = router().param("cursor");
    let query = use_query(move || Some(api::dead_letters::list(cursor.get().as_deref()))).follow(|pulse| pulse.concerns_tasks());
    let query = poll(query, 30_000);
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        (remote(query, |page| if page.data.is_empty() { empty(m::none(), View::default()) } else { rows(page.data.clone()) }))
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn rows(groups: Vec<DeadLetter>) -> View {
    let columns = vec![
        Column::new(m::failure(), |group: &DeadLetter| {
            let (address, told) = (Route::DeadLetter(group.fingerprint.clone()).to_string(), group.failure.message.clone());
            html! { a(class="strong clipped", href=address) { (told) } }
        })
        .class("wide"),
        Column::new(m::kind(), |group: &DeadLetter| html! { code { (group.failure.kind.clone()) } }),
        Column::new(words::task(), |group: &DeadLetter| html! { code { (group.task.clone()) } }),
        Column::number(m::count(), |group: &DeadLetter| counted(group.count, group.at_least).into()),
        Column::new(m::first_seen(), |group: &DeadLetter| time::ago(group.first_seen)).class("nowrap"),
        Column::new(m::last_seen(), |group: &DeadLetter| time::ago(group.last_seen)).class("nowrap"),
    ];
    fixed_table(m::title(), columns, groups)
}

#[cfg(test)]
mod tests {
    use ruche_api::{Failure, Role};

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn a_group_says_what_went_wrong_how_often_and_leads_to_itself() {
        let group = DeadLetter {
            fingerprint: "00aa11bb22cc33dd".to_owned(),
            task: "http.request".to_owned(),
            count: 10_000,
            at_least: true,
            first_seen: now() - chrono::TimeDelta::hours(5),
            last_seen: now(),
            sample: uuid::Uuid::nil(),
            failure: Failure { kind: "timed_out".to_owned(), message: "<no answer>".to_owned(), details: None },
        };
        let html = rendered("/dead-letters", Role::Viewer, || rows(vec![group]));
        for part in ["/dead-letters/00aa11bb22cc33dd", "timed_out", "&lt;no answer", "http.request", "+"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
