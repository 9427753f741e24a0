//! How far something has come.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::Progress;

use crate::i18n::number;

/// A bar with its numbers. Without a total it only shows that something happens.
pub fn progress(label: impl Into<Cow<'static, str>>, current: u64, total: Option<u64>, message: Option<String>) -> View {
    let label = label.into();
    let numbers = match total {
        Some(total) if total > 0 => {
            #[expect(clippy::cast_precision_loss, reason = "a percentage is shown")]
            let share = (current as f64 / total as f64).min(1.0);
            format!("{} / {} · {}", number::whole(current), number::whole(total), number::percent(share))
        }
        _ => number::whole(current),
    };
    let bar = match total {
        Some(total) => {
            html! { progress("aria-label"=label, value=current.to_string(), max=total.max(1).to_string()) { (numbers.clone()) } }
        }
        None => html! { progress("aria-label"=label) { (numbers.clone()) } },
    };
    let message = message.map(|message| html! { span(class="progress-message") { (message) } });
    html! { div(class="progress") { (bar) span(class="progress-numbers") { (numbers) } (message) } }
}

/// An attempt's.
pub fn of_attempt(label: impl Into<Cow<'static, str>>, told: &Progress) -> View {
    progress(label, told.current, told.total, told.message.clone())
}
