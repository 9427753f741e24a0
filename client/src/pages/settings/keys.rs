//! API keys.

use ruche_api::{Key, KeyPage};

use super::{lead, new_key, role_word};
use crate::{
    api::{self, Query, use_query},
    browser::clock::{Moment, now},
    messages::{settings as m, words},
    pages::follow::{part, poll},
    prelude::*,
    router::router,
    session::{ended, here},
    ui::{
        badge::{Tone, badge},
        button::{Kind, button, icon_button},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, live_table},
        time,
        toast::toasts_here,
    },
};

/// The part.
pub fn tab() -> View {
    let cursor = router().param("cursor");
    let query = poll(use_query(move || Some(api::access::keys(cursor.get().as_deref()))), 15_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let dialogs = dialogs();
    let new = button(Kind::Primary, Some(Icon::Plus), m::key_new(), move || new_key::open(dialogs, move || query.again()));
    let draw = move |none| if none { empty(m::keys_none(), View::default()) } else { rows(all, query) };
    html! {
        (lead(m::keys_told(), new))
        (remote(query, |_| View::default()))
        (part(query, |page: &KeyPage| page.data.is_empty(), draw))
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn rows(all: ReadSignal<Vec<Key>>, query: Query<KeyPage>) -> View {
    let columns = vec![
        Column::new(words::name(), name).class("wide").still(),
        Column::new(m::role(), |key: &Key| role_word(key.role).into()),
        Column::new(m::key_state(), |key: &Key| state(key, now())),
        Column::new(m::key_expires(), |key: &Key| key.expires_at.map_or_else(|| words::never().into(), time::ago))
            .class("nowrap"),
        Column::new(m::key_used(), |key: &Key| key.last_used_at.map_or_else(|| words::never().into(), time::ago)).class("nowrap"),
        Column::new(m::key_created(), |key: &Key| {
            let by = m::by(&key.created_by);
            html! { span(class="stack-tight") { (time::ago(key.created_at)) span(class="muted small") { (by) } } }
        }),
        // The key of a row changes when it is revoked, so the button may stay until then.
        Column::new(words::actions(), move |key: &Key| actions(key, query)).class("narrow").still(),
    ];
    live_table(m::tab_keys(), columns, all, |key| (key.id, key.revoked_at), |_| "")
}

fn is_own(key: &Key) -> bool {
    here().get().value().is_some_and(|session| session.key_id == Some(key.id))
}

fn name(key: &Key) -> View {
    let yours = is_own(key).then(|| html! { span(class="muted small") { "(" (m::key_yours()) ")" } });
    html! { span(class="row") { span(class="strong") { (key.name.clone()) } (yours) } }
}

fn state(key: &Key, now: Moment) -> View {
    match key {
        Key { revoked_at: Some(_), .. } => badge(Tone::Off, m::key_revoked()),
        Key { expires_at: Some(at), .. } if *at <= now => badge(Tone::Off, m::key_expired()),
        _ => badge(Tone::Good, m::key_valid()),
    }
}

fn actions(key: &Key, query: Query<KeyPage>) -> View {
    if key.revoked_at.is_some() {
        return View::default();
    }
    let (dialogs, toasts, id, name, own) = (dialogs(), toasts_here(), key.id, key.name.clone(), is_own(key));
    let press = move || {
        let text = if own { m::revoke_own() } else { m::revoke_told() };
        let question = Question { title: m::revoke_asked(&name), text, verb: m::revoke(), dangerous: true };
        let name = name.clone();
        let then = move |()| {
            toasts.tell(m::revoked(&name));
            if own { ended() } else { query.again() }
        };
        confirm(dialogs, question, move || api::access::revoke_key(id), then);
    };
    icon_button(Icon::Trash, m::revoke_of(&key.name), press)
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn a_key_is_valid_until_it_expires_or_is_revoked() {
        let at = Moment::from_timestamp(1_800_000_000, 0).unwrap();
        let key = Key {
            id: uuid::Uuid::nil(),
            name: "ci".to_owned(),
            role: Role::Operator,
            created_at: at,
            created_by: "configured".to_owned(),
            expires_at: Some(at),
            revoked_at: None,
            last_used_at: None,
        };
        let told = |key: Key, now| rendered("/settings", Role::Admin, move || state(&key, now));
        let earlier = at - chrono::TimeDelta::seconds(1);
        assert!(told(key.clone(), earlier).contains("Valid"));
        assert!(told(key.clone(), at).contains("Expired"));
        assert!(told(Key { revoked_at: Some(earlier), ..key }, earlier).contains("Revoked"));
    }
}
