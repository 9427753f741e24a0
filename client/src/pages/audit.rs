//! The audit log: who changed what, when, from where.

mod filters;

use crate::prelude::*;
use ruche_api::{AuditEntry, Role};

use crate::{
    api::{self, access::AuditFilter, use_query},
    messages::{audit as m, words},
    pages::follow::{part, settled},
    router::router,
    session::here,
    ui::{
        badge::{Tone, badge},
        copy::copy,
        layout::heading,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, fixed_table},
        time,
    },
};

/// How long typing has to rest before it is asked for, in milliseconds.
const PAUSE: i32 = 300;

/// The page.
pub fn audit() -> View {
    let place = router();
    let wanted = create_selector(move || {
        let value = |name| place.param(name).get();
        (value("actor"), value("action"), value("target"), value("from"), value("before"), value("cursor"))
    });
    let calm = settled(wanted, PAUSE);
    let query = use_query(move || {
        if !here_is_admin() {
            return None;
        }
        let (actor, action, target, from, before, cursor) = calm.get_clone();
        let filter = AuditFilter { actor, action, target, from, before };
        Some(api::access::audit(&filter, cursor.as_deref()))
    });
    if !here_is_admin() {
        return html! { (heading(m::title(), Some(m::lead()), View::default())) (empty(m::admins_only(), View::default())) };
    }
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        (filters::filters())
        (remote(query, |page| if page.data.is_empty() { empty(m::none(), View::default()) } else { entries(page.data.clone()) }))
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn here_is_admin() -> bool {
    here().may(Role::Admin)
}

fn entries(entries: Vec<AuditEntry>) -> View {
    let columns = vec![
        Column::new(m::at(), |entry: &AuditEntry| time::full(entry.at)).class("nowrap"),
        Column::new(m::actor(), |entry: &AuditEntry| {
            let (actor, role) = (entry.actor.clone(), m::role_of(role_word(entry)));
            html! { span(class="strong") { (actor) } " " span(class="muted small") { (role) } }
        }),
        Column::new(m::action(), |entry: &AuditEntry| html! { code { (entry.action.clone()) } }).class("nowrap"),
        Column::new(m::target(), |entry: &AuditEntry| match entry.target.clone() {
            Some(target) => html! { code(class="clipped") { (target) } },
            None => time::dash(),
        })
        .class("wide"),
        Column::new(m::from(), |entry: &AuditEntry| entry.address.clone().map_or_else(time::dash, Into::into)),
        Column::new(m::outcome(), outcome),
        Column::new(m::request(), |entry: &AuditEntry| copy(m::request_of(&entry.request_id), copied(&entry.request_id)))
            .class("narrow"),
    ];
    fixed_table(words::table_of(&m::title()), columns, entries)
}

fn copied(request: &str) -> impl Fn() -> String + 'static {
    let request = request.to_owned();
    move || request.clone()
}

fn role_word(entry: &AuditEntry) -> &'static str {
    match entry.role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Admin => "admin",
    }
}

fn outcome(entry: &AuditEntry) -> View {
    match entry.status {
        499 => badge(Tone::Off, m::went_away()),
        status @ 200..400 => badge(Tone::Good, status.to_string()),
        status => badge(Tone::Bad, status.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn an_entry_says_who_did_what_to_what_from_where() {
        let entry = AuditEntry {
            id: uuid::Uuid::nil(),
            at: now(),
            actor: "anna".to_owned(),
            key_id: None,
            role: Role::Operator,
            action: "cancelTask".to_owned(),
            target: Some("a<b".to_owned()),
            address: Some("192.0.2.1".to_owned()),
            request_id: "r-1".to_owned(),
            status: 403,
        };
        let html = rendered("/audit", Role::Admin, || entries(vec![entry]));
        for part in ["anna", "as operator", "cancelTask", "a&lt;b", "192.0.2.1", "403", "r-1"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
