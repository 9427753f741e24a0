//! JSON to look at: collapsible, keys in their order, numbers exactly as they were written. What is closed is not read.

mod level;

pub use level::pretty;

use std::borrow::Cow;

use crate::prelude::*;

use self::level::{Level, read};
use super::{button::Kind, button::button, copy::copy};
use crate::{i18n::number, messages::data as m};

/// Entries of one list or object that are drawn at first.
const MOST: usize = 100;

/// Lists and objects down to this depth are open at first.
const OPEN_TO: usize = 2;

/// Shows `text`, a JSON value. `label` says what it is.
pub fn json(label: impl Into<Cow<'static, str>>, text: &str) -> View {
    let label = label.into();
    let whole = text.to_owned();
    let tree = node(None, text.to_owned(), 0);
    html! {
        div(class="json", role="group", "aria-label"=label) {
            div(class="json-tools") { (copy(m::copy_json(), move || level::pretty(&whole))) }
            div(class="json-tree") { (tree) }
        }
    }
}

/// A value with its key, if it has one.
fn node(key: Option<String>, text: String, depth: usize) -> View {
    let key = key.map(|key| html! { span(class="json-key") { (format!("\"{key}\"")) } span(class="json-mark") { ": " } });
    match read(&text) {
        Level::Plain(kind) => html! { div(class="json-line") { (key) span(class=kind) { (text) } } },
        Level::List(items) if items.is_empty() => html! { div(class="json-line") { (key) span(class="json-mark") { "[]" } } },
        Level::Object(entries) if entries.is_empty() => {
            html! { div(class="json-line") { (key) span(class="json-mark") { "{}" } } }
        }
        Level::List(items) => {
            let entries = items.into_iter().map(|item| (None, item)).collect();
            folded(key, "[", "]", entries, depth)
        }
        Level::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (Some(key), value)).collect();
            folded(key, "{", "}", entries, depth)
        }
    }
}

fn folded(
    key: Option<View>,
    opening: &'static str,
    closing: &'static str,
    entries: Vec<(Option<String>, String)>,
    depth: usize,
) -> View {
    let count = entries.len();
    let starts_open = depth < OPEN_TO && count <= MOST;
    let (opened, shown) = (create_signal(starts_open), create_signal(MOST));
    let toggled = move |event: web_sys::Event| {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|details| details.has_attribute("open")) {
            opened.set(true);
        }
    };
    // Once it was opened it stays drawn.
    let was_open = create_selector(move || opened.get());
    let body = move || {
        if !was_open.get() {
            return View::default();
        }
        let most = shown.get();
        let lines: Vec<View> =
            untrack(|| entries.iter().take(most).map(|(key, value)| node(key.clone(), value.clone(), depth + 1)).collect());
        let left = count.saturating_sub(most);
        let more = (left > 0).then(|| {
            button(Kind::Quiet, None, m::show_more(&number::whole(left as u64)), move || shown.set(shown.get() + 10 * MOST))
        });
        html! { (lines) (more) }
    };
    let size = m::entries(count as u64);
    html! {
        details(class="json-node", open=starts_open, on:toggle=toggled) {
            summary { (key) span(class="json-mark") { (opening) } span(class="json-size") { (size) } span(class="json-mark json-closed") { (closing) } }
            div(class="json-body") { (body) }
            div(class="json-mark") { (closing) }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn keys_keep_their_order_and_numbers_their_digits() {
        let html = rendered("/", Role::Viewer, || json("Payload", r#"{"z":12345678901234567890123,"a":[1.50,"<b>"]}"#));
        assert!(html.contains("12345678901234567890123") && html.contains("1.50"), "{html}");
        assert!(html.find("&quot;z&quot;").or(html.find("\"z\"")) < html.find("&quot;a&quot;").or(html.find("\"a\"")), "{html}");
        assert!(html.contains("&lt;b>") || html.contains("&lt;b&gt;"), "{html}");
    }

    #[test]
    fn what_is_deep_is_closed() {
        let html = rendered("/", Role::Viewer, || json("Payload", r#"{"a":{"b":{"c":"deep"}}}"#));
        assert!(!html.contains("deep"), "{html}");
    }
}
