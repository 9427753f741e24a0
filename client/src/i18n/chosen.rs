//! The language that was chosen, for pages that let it be chosen.

use sycamore::prelude::*;

use super::{Lang, speak};
use crate::browser::storage::Memo;

/// Chooses languages, for everything below the scope it was provided in.
#[derive(Clone, Copy)]
pub struct Chosen(pub Signal<Lang>);

impl Chosen {
    /// Speaks `lang` from now on, in this browser; all views are made anew.
    pub fn choose(self, lang: Lang) {
        Memo::Language.remember(lang.tag());
        speak(lang);
        self.0.set(lang);
    }
}
