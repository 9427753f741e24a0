//! What is around every page: navigation at the side, a bar on top.

mod bar;
mod sidebar;
mod stage;

use crate::prelude::*;

use crate::{
    i18n::Lang,
    messages::navigation as m,
    router::router,
    ui::{dialog::DialogHost, toast},
};

/// Everything inside. `speak` changes the language.
pub fn shell(speak: impl Fn(Lang) + Copy + 'static) -> View {
    let dialogs = DialogHost::provide();
    crate::shortcuts::listen(dialogs);
    let route = router().route();
    let open = create_signal(false);
    create_effect(move || {
        route.track();
        open.set(false);
    });
    let stage = stage::stage();
    html! {
        a(class="skip", href="#content") { (m::skip()) }
        div(class=move || if open.get() { "shell nav-open" } else { "shell" }) {
            (sidebar::sidebar(open))
            div(class="column") {
                (bar::bar(open, speak))
                main(class="content", id="content", tabindex="-1", "aria-busy"=move || stage.busy.get()) { (stage.view) }
            }
        }
        (dialogs.view())
        (toast::toasts())
    }
}
