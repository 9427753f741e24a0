//! Versions and documentation.

use crate::{
    api::{self, use_query},
    messages::settings as m,
    pages::follow::part,
    prelude::*,
    ui::{
        layout::{card, facts},
        remote::remote,
    },
};

/// The version this client was built as.
const CLIENT: &str = env!("CARGO_PKG_VERSION");

/// The part.
pub fn tab() -> View {
    let query = use_query(|| Some(api::about::server()));
    let body = html! {
        (remote(query, |_| View::default()))
        (part(query, |about| about.info.version.clone(), |version| told(&version)))
        ul(class="plain") {
            li { a(href="/docs") { (m::documentation()) } }
            li { a(href="/openapi.json") { (m::document()) } }
        }
    };
    card(m::about(), View::default(), body)
}

fn told(server: &str) -> View {
    let differs = (server != CLIENT).then(|| html! { p(class="banner warn", role="status") { (m::versions_differ()) } });
    let shown = facts(vec![(m::server_version(), Some(server.to_owned().into())), (m::client_version(), Some(CLIENT.into()))]);
    html! { (differs) (shown) }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn another_version_of_the_server_is_told() {
        let of = |version: &'static str| rendered("/settings?tab=about", Role::Viewer, move || told(version));
        assert!(of("0.0.0-other").contains("load the page again"));
        assert!(!of(CLIENT).contains("load the page again"));
    }
}
