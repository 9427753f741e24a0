//! The form of a new API key, and then its secret.

use ruche_api::{CreateKey, CreatedKey, Role};

use super::{refused, role_word, secret};
use crate::{
    api::{self, Action},
    browser::{clock, dom},
    messages::{settings as m, words},
    prelude::*,
    ui::{
        button::{Kind, button},
        dialog::{Dialog, DialogHost},
        field::Field,
    },
};

/// Days that a key may be made for.
const DAYS: [u32; 4] = [7, 30, 90, 365];

const ROLES: [Role; 3] = [Role::Viewer, Role::Operator, Role::Admin];

/// Opens it; `made` is called when there is one more.
pub fn open(dialogs: DialogHost, made: impl Fn() + Copy + 'static) {
    dialogs.open(m::key_new(), move |dialog| {
        let secret = create_signal(None::<String>);
        let shown = move || match secret.get_clone() {
            Some(text) => untrack(|| secret::shown(dialog, text)),
            None => untrack(|| form(dialog, secret, made)),
        };
        html! { (shown) }
    });
}

/// Whether it is a name of letters, digits and these signs, as the server takes it.
pub fn is_name(text: &str, signs: &str) -> bool {
    (1..=100).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

fn form(dialog: Dialog, secret: Signal<Option<String>>, made: impl Fn() + Copy + 'static) -> View {
    let (name, wrong) = (create_signal(String::new()), create_signal(None::<String>));
    let (role, days) = (create_signal(Role::Operator), create_signal(Some(90_u32)));
    let (action, refusal) = (Action::new(), create_signal(None));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = name.with_untracked(|text| text.trim().to_owned());
        let fits = is_name(&text, "._:@-");
        wrong.set((!fits).then(|| m::key_name_wrong().into_owned()));
        if !fits {
            return dom::focus("#key-name");
        }
        let expires_at = days.get_untracked().map(|days| clock::now() + chrono::TimeDelta::days(i64::from(days)));
        let ask = api::access::create_key(&CreateKey { name: text, role: role.get_untracked(), expires_at });
        action.run(ask, move |answer| match answer {
            Ok(CreatedKey { secret: text, .. }) => {
                made();
                secret.set(Some(text));
            }
            Err(error) => refusal.set(Some(error)),
        });
    };
    let named = Field::new("key-name", words::name()).hint(m::key_name_hint()).error(wrong).required().control(|field| {
        html! {
            input(
                id="key-name", autocomplete="off", "spellcheck"="false", "aria-required"="true", "aria-describedby"=field.described_by(),
                "aria-invalid"=field.invalid(), on:input=move |event| name.set(dom::value_of(&event))
            )
        }
    });
    html! {
        form(class="stack", on:submit=submit, novalidate=true) {
            (named)
            (choices(role, days))
            (refused(refusal))
            div(class="dialog-buttons") {
                (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                button(class="button primary", r#type="submit", disabled=move || action.is_busy()) { (m::key_create()) }
            }
        }
    }
}

fn choices(role: Signal<Role>, days: Signal<Option<u32>>) -> View {
    let roles: Vec<View> = ROLES
        .into_iter()
        .map(|one| html! { option(value=role_word(one), selected=(one == Role::Operator)) { (role_word(one)) } })
        .collect();
    let ages: Vec<View> = DAYS
        .into_iter()
        .map(|one| html! { option(value=one.to_string(), selected=(one == 90)) { (m::in_days(u64::from(one))) } })
        .collect();
    let choose = move |event: web_sys::Event| {
        let word = dom::value_of(&event);
        role.set(ROLES.into_iter().find(|one| role_word(*one) == word).unwrap_or(Role::Viewer));
    };
    html! {
        div(class="field") {
            label(r#for="key-role") { (m::role()) }
            p(class="hint", id="key-role-hint") { (m::keys_told()) }
            select(id="key-role", "aria-describedby"="key-role-hint", on:change=choose) { (roles) }
        }
        div(class="field") {
            label(r#for="key-expires") { (m::key_expires()) }
            select(id="key-expires", on:change=move |event| days.set(dom::value_of(&event).parse().ok())) {
                (ages) option(value="never") { (words::never()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing::rendered, ui::dialog::dialogs};

    #[test]
    fn names_are_what_the_server_takes() {
        assert!(is_name("you@example.com", "._:@-"));
        assert!(!is_name("", "._:@-") && !is_name("a b", "._:@-") && !is_name(&"a".repeat(101), "._:@-"));
    }

    #[test]
    fn every_control_has_a_name() {
        let html = rendered("/settings?tab=keys", Role::Admin, || {
            open(dialogs(), || ());
            dialogs().view()
        });
        for id in ["key-name", "key-role", "key-expires"] {
            assert!(html.contains(&format!("for=\"{id}\"")) && html.contains(&format!("id=\"{id}\"")), "{id}: {html}");
        }
    }
}
