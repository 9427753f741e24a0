//! What can be asked for in the list of tasks.

use super::{card, pairs};
use crate::{
    messages::{help as m, tasks},
    prelude::*,
    router::{place::Place, route::Route},
};

/// Lines to begin from.
const EXAMPLES: [&str; 3] = ["state:failed created:<1h", "state:running queue:default", "task:http.request created:>2d"];

/// The card.
pub fn card_of() -> View {
    let words = [
        ("state:", tasks::about_state()),
        ("task:", tasks::about_task()),
        ("queue:", tasks::about_queue()),
        ("worker:", tasks::about_worker()),
        ("created:", tasks::about_created()),
        ("fingerprint:", tasks::about_fingerprint()),
        ("id:", tasks::about_id()),
    ];
    let words = words.into_iter().map(|(word, told)| (html! { code { (word) } }, told.into())).collect();
    let examples: Vec<View> = EXAMPLES
        .into_iter()
        .map(|line| {
            let address = Place::parse(&Route::Tasks.to_string()).with("q", Some(line)).to_string();
            html! { li { a(href=address) { code { (line) } } } }
        })
        .collect();
    let body = html! { p { (m::query_told()) } (pairs(words)) p { (m::try_it()) } ul(class="plain") { (examples) } };
    card(m::query(), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_can_be_read() {
        for line in EXAMPLES {
            assert!(crate::pages::tasks::filter::read(line, crate::browser::clock::now()).is_ok(), "{line}");
        }
    }
}
