//! What is around every page: navigation at the side, a bar on top.

mod bar;
mod sidebar;

use crate::prelude::*;

use crate::{
    browser::dom,
    i18n::Lang,
    messages::navigation as m,
    pages,
    router::{route::Route, router},
    ui::{dialog::DialogHost, toast},
};

/// Everything inside. `speak` changes the language.
pub fn shell(speak: impl Fn(Lang) + Copy + 'static) -> View {
    let dialogs = DialogHost::provide();
    crate::shortcuts::listen(dialogs);
    let route = router().route();
    let open = create_signal(false);
    let mut first = true;
    create_effect(move || {
        route.track();
        open.set(false);
        // Whoever follows a link hears where it led; who has just come stays at the top.
        if !std::mem::take(&mut first) {
            dom::soon(|| dom::focus("main h1"));
        }
    });
    let page = move || {
        let route: Route = route.get_clone();
        untrack(|| pages::page(route))
    };
    html! {
        a(class="skip", href="#content") { (m::skip()) }
        div(class=move || if open.get() { "shell nav-open" } else { "shell" }) {
            (sidebar::sidebar(open))
            div(class="column") {
                (bar::bar(open, speak))
                main(class="content", id="content", tabindex="-1") { (page) }
            }
        }
        (dialogs.view())
        (toast::toasts())
    }
}
