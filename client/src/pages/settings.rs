//! Settings: of this browser, and of the server's keys, webhooks, limits and tasks. Which part is shown is in the address.

mod about;
mod browser;
mod definitions;
mod deliveries;
mod keys;
mod limits;
mod new_key;
mod secret;
mod webhook;
mod webhook_form;
mod webhooks;

use ruche_api::Role;

use crate::{
    messages::settings as m,
    prelude::*,
    router::router,
    session::here,
    ui::{
        layout::heading,
        notice::empty,
        tabs::{Tab, tabs},
    },
};

/// The page.
pub fn settings() -> View {
    let tab = router().param("tab");
    let body = move || {
        let tab = tab.text();
        untrack(|| match tab.as_str() {
            "keys" if here().may(Role::Admin) => keys::tab(),
            "keys" => empty(m::needs_admin(), View::default()),
            "webhooks" => webhooks::tab(),
            "limits" => limits::tab(),
            "definitions" => definitions::tab(),
            "about" => about::tab(),
            _ => browser::tab(),
        })
    };
    let mut all = vec![Tab::new("", m::tab_browser())];
    if here().may(Role::Admin) {
        all.push(Tab::new("keys", m::tab_keys()));
    }
    all.extend([
        Tab::new("webhooks", m::tab_webhooks()),
        Tab::new("limits", m::tab_limits()),
        Tab::new("definitions", m::tab_definitions()),
        Tab::new("about", m::tab_about()),
    ]);
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        (tabs(m::title(), tab, all))
        div(class="stack settings") { (body) }
    }
}

/// A part's explanation, with what can be done beside it.
fn lead(text: std::borrow::Cow<'static, str>, actions: View) -> View {
    html! { div(class="settings-lead") { p(class="muted") { (text) } div(class="card-actions") { (actions) } } }
}

/// What the server refused, within a form.
fn refused(error: Signal<Option<crate::api::ApiError>>) -> View {
    let shown = move || {
        error.get_clone().map(|error| {
            let more = crate::ui::notice::explained(&error);
            html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (more) } } }
        })
    };
    html! { (shown) }
}

/// The word of a role, as the API has it.
const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rendered;

    #[test]
    fn keys_are_for_admins_only() {
        let address = "/settings?tab=keys";
        let (admin, operator) = (rendered(address, Role::Admin, settings), rendered(address, Role::Operator, settings));
        assert!(admin.contains("tab=keys") && admin.contains("New key"), "{admin}");
        assert!(!operator.contains("tab=keys") && !operator.contains("New key"), "{operator}");
        assert!(operator.contains("Only keys with the role admin"), "{operator}");
    }

    #[test]
    fn the_browsers_settings_have_names() {
        let html = rendered("/settings", Role::Viewer, settings);
        for id in ["settings-language", "settings-theme", "settings-compact", "settings-utc", "settings-keys"] {
            assert!(html.contains(&format!("for=\"{id}\"")) && html.contains(&format!("id=\"{id}\"")), "{id}: {html}");
        }
        assert!(!html.contains("style="), "{html}");
    }
}
