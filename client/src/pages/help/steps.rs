//! First steps, as commands to copy.

use std::borrow::Cow;

use super::card;
use crate::{messages::help as m, prelude::*, router::route::Route, ui::copy::code_with_copy};

/// The card.
pub fn card_of() -> View {
    let origin = crate::browser::is_there().then(web_sys::window).flatten().and_then(|window| window.location().origin().ok());
    let origin = origin.unwrap_or_else(|| "http://127.0.0.1:8000".to_owned());
    let curl = format!(
        "curl {origin}/api/v1/tasks -H \"authorization: Bearer $RUCHE_API_KEY\" -H 'content-type: application/json' -d '{{\"task\":\"ruche.sleep\",\"kwargs\":{{\"milliseconds\":3000}}}}'"
    );
    let steps = [
        (m::step_up(), "ruche up".to_owned()),
        (m::step_enqueue(), "ruche enqueue ruche.sleep milliseconds=3000 --wait 60".to_owned()),
        (m::step_watch(), "ruche watch".to_owned()),
        (m::step_schedule(), "ruche schedules create nightly ruche.sleep milliseconds=3000 --cron '0 3 * * *'".to_owned()),
        (m::step_key(), "ruche keys create --name ci --role operator --expires 90d".to_owned()),
        (m::step_curl(), curl),
    ];
    let steps: Vec<View> = steps.into_iter().map(|(told, command)| step(told, command)).collect();
    let enqueue = Route::Enqueue.to_string();
    let body = html! { div(class="stack") { (steps) } p { (m::step_page()) " " a(href=enqueue) { (m::enqueue_page()) } } };
    card(m::first_steps(), body)
}

fn step(told: Cow<'static, str>, command: String) -> View {
    let label = m::copy_command(&command);
    html! { div(class="help-command") { p { (told) } (code_with_copy(label, command)) } }
}
