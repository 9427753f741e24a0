//! What a schedule that is being written would do.

use ruche_api::ScheduleRule;

use super::{coming, draft::Draft, words as told};
use crate::{
    api::{self, ApiError, Remote, use_query},
    messages::schedules as m,
    pages::follow::settled,
    prelude::*,
    ui::{layout::card, notice::loading},
};

/// How long typing has to rest before its ticks are asked for, in milliseconds.
const RESTS_MS: i32 = 250;

/// The card.
pub fn card_of(draft: Draft) -> View {
    let rule = create_selector(move || draft.rule().ok());
    let calm = settled(rule, RESTS_MS);
    let query = use_query(move || calm.get_clone().map(|rule| api::schedules::preview_rule(&rule, 10)));
    let words = move || {
        rule.get_clone()
            .map(|rule: ScheduleRule| told::of_rule(&rule))
            .map(|told| html! { p(class="sentence strong") { (told.unwrap_or_default()) } })
    };
    let waits = move || {
        if rule.with(Option::is_none) {
            html! { p(class="muted") { (m::preview_waits()) } }
        } else {
            View::default()
        }
    };
    // What another rule would have done is not shown beside this one.
    let ticks = move || match query.get() {
        _ if rule.get_clone() != calm.get_clone() => loading(),
        Remote::There(preview) => untrack(|| coming::brief(&preview)),
        Remote::Failed(error) | Remote::Stale(_, error) => untrack(|| refused(&error)),
        Remote::Loading => loading(),
        Remote::NotAsked => View::default(),
    };
    let body = html! {
        div("aria-live"="polite") { (words) (waits) }
        (ticks)
    };
    html! { div(class="form-aside") { (card(m::preview(), View::default(), body)) } }
}

/// Why a rule has no ticks.
fn refused(error: &ApiError) -> View {
    let told: Vec<View> = match error {
        ApiError::Refused(problem) => {
            problem.errors.iter().map(|error| error.detail.clone()).map(|told| html! { p { (told) } }).collect()
        }
        _ => Vec::new(),
    };
    html! { div(class="banner warn") { div { p(class="notice-title") { (error.title()) } (told) } } }
}
