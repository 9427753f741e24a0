//! The whole: what every view has around it.

mod shell;

use crate::prelude::*;

use crate::{
    api::{ApiError, Remote},
    browser::{clock::Ticking, dom},
    i18n::{self, Lang, chosen::Chosen},
    live::Live,
    pages::{self, parts::Parts},
    router::Router,
    session::Here,
    theme::Look,
    ui::{
        notice::{failure, loading},
        toast::Toasts,
    },
};

/// Starts the client in the page that loaded it.
pub fn start() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
    if let Some(skeleton) = dom::find("#skeleton") {
        skeleton.remove();
    }
    sycamore::render(app);
}

/// The client.
pub fn app() -> View {
    let language = create_signal(Lang::preferred());
    i18n::speak(language.get_untracked());
    let router = Router::provide();
    Look::provide();
    Toasts::provide();
    Ticking::provide();
    // The page's part comes while the server is asked who is here.
    Parts::provide().want(&router.route().get_clone_untracked());
    let here = Here::provide();
    let chosen = Chosen(language);
    provide_context(chosen);
    let speak = move |lang: Lang| chosen.choose(lang);
    // What is shown as a whole: it is made anew when somebody comes or goes, or wants another language.
    let stage = create_selector(move || (Stage::of(&here.get()), language.get()));
    let staged = move || {
        let (stage, _) = stage.get();
        untrack(|| match stage {
            Stage::Unknown => loading(),
            Stage::Stranger => pages::login(speak),
            Stage::Broken => html! { main(class="login", id="content") { (broken(here)) } },
            Stage::Inside => {
                Live::provide();
                shell::shell(speak)
            }
        })
    };
    html! { (staged) }
}

/// How far somebody has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unknown,
    Stranger,
    Broken,
    Inside,
}

impl Stage {
    fn of(who: &Remote<ruche_api::Session>) -> Self {
        match who {
            Remote::NotAsked | Remote::Loading => Self::Unknown,
            Remote::There(_) | Remote::Stale(..) => Self::Inside,
            Remote::Failed(error) if error.asks_to_log_in() => Self::Stranger,
            Remote::Failed(_) => Self::Broken,
        }
    }
}

fn broken(here: Here) -> View {
    let error = here.get().error().cloned().unwrap_or(ApiError::Offline);
    failure(&error, move || here.ask())
}
