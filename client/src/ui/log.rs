//! Log lines: filtered by text and level, each with an address of its own.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{LogLevel, LogLine};

use super::{keyed::keyed, notice::empty};
use crate::{browser::dom, i18n::moment, messages::data as m};

/// Shows `lines`. What follows them is put at the end.
pub fn log(lines: ReadSignal<Vec<LogLine>>) -> View {
    let (wanted, lowest) = (create_signal(String::new()), create_signal(LogLevel::Debug));
    let shown = create_memo(move || {
        let wanted = wanted.with(|text| text.trim().to_lowercase());
        let matches =
            |line: &&LogLine| line.level >= lowest.get() && (wanted.is_empty() || line.message.to_lowercase().contains(&wanted));
        lines.with(|lines| lines.iter().filter(matches).cloned().collect::<Vec<_>>())
    });
    let levels: Vec<View> = [LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error]
        .into_iter()
        .map(|level| html! { option(value=word(level)) { (name(level)) } })
        .collect();
    let notice = move || {
        if lines.with(Vec::is_empty) {
            empty(m::log_empty(), View::default())
        } else if shown.with(Vec::is_empty) {
            empty(m::log_none_match(), View::default())
        } else {
            View::default()
        }
    };
    html! {
        div(class="log") {
            div(class="log-tools") {
                label(class="visually-hidden", r#for="log-filter") { (m::log_filter()) }
                input(id="log-filter", r#type="search", placeholder=m::log_filter(), on:input=move |event| wanted.set(dom::value_of(&event)))
                label(class="visually-hidden", r#for="log-level") { (m::log_level()) }
                select(id="log-level", on:change=move |event| lowest.set(of_word(&dom::value_of(&event)))) { (levels) }
            }
            (notice)
            ol(class="log-lines", role="log", "aria-label"=m::log(), tabindex="0") { (keyed(shown, line, |line| line.seq)) }
        }
    }
}

fn line(line: LogLine) -> View {
    let LogLine { seq, attempt, at, level, message } = line;
    let class = format!("log-line {}", word(level));
    let id = format!("L{seq}");
    html! {
        li(class=class, id=id.clone()) {
            a(class="log-number", href=format!("#{id}"), "data-replace"="", "aria-label"=m::log_line(seq)) { (seq.to_string()) }
            time(class="log-time", datetime=moment::machine(at), title=moment::full(at)) { (moment::precise(at)) }
            span(class="log-attempt", title=format!("#{attempt}")) { (format!("#{attempt}")) }
            span(class="log-level") { (name(level)) }
            span(class="log-message") { (message) }
        }
    }
}

const fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

fn of_word(word: &str) -> LogLevel {
    match word {
        "info" => LogLevel::Info,
        "warn" => LogLevel::Warn,
        "error" => LogLevel::Error,
        _ => LogLevel::Debug,
    }
}

fn name(level: LogLevel) -> Cow<'static, str> {
    match level {
        LogLevel::Debug => m::level_debug(),
        LogLevel::Info => m::level_info(),
        LogLevel::Warn => m::level_warn(),
        LogLevel::Error => m::level_error(),
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn a_line_is_text_whatever_is_in_it_and_has_an_address() {
        let line = LogLine { seq: 7, attempt: 1, at: now(), level: LogLevel::Warn, message: "<script>x</script>".to_owned() };
        let html = rendered("/", Role::Viewer, || log(*create_signal(vec![line])));
        assert!(!html.contains("<script>") && html.contains("id=\"L7\"") && html.contains("href=\"#L7\""), "{html}");
    }
}
