//! A secret that is shown once.

use crate::{
    messages::{settings as m, words},
    prelude::*,
    ui::{
        button::{Kind, button},
        copy::code_with_copy,
        dialog::{Dialog, DialogHost},
    },
};

/// What a dialog says of it.
pub fn shown(dialog: Dialog, secret: String) -> View {
    html! {
        div(class="banner warn", role="status") { p { (m::secret_once()) } }
        div(class="secret") { span(class="hint") { (m::secret()) } (code_with_copy(m::secret_copy(), secret)) }
        div(class="dialog-buttons") { (button(Kind::Primary, None, words::done(), move || dialog.close())) }
    }
}

/// Opens a dialog with it.
pub fn show(dialogs: DialogHost, secret: String) {
    dialogs.open(m::secret(), move |dialog| shown(dialog, secret.clone()));
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{testing::rendered, ui::dialog::dialogs};

    #[test]
    fn a_secret_is_shown_with_a_button_that_copies_it() {
        let html = rendered("/settings", Role::Admin, || {
            show(dialogs(), "whsec_abc".to_owned());
            dialogs().view()
        });
        assert!(html.contains("whsec_abc") && html.contains("aria-label=\"Copy the secret\""), "{html}");
        assert!(html.contains("shown this once"), "{html}");
    }
}
