//! Light or dark, and how close the rows are. The page is told by attributes of its root; the style sheet does the rest.

use crate::prelude::*;

use crate::browser::{dom, storage::Memo};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }
}

/// How things look here.
#[derive(Clone, Copy)]
pub struct Look {
    theme: Signal<Theme>,
    compact: Signal<bool>,
}

impl Look {
    /// As was chosen before, for everything below the current scope.
    pub fn provide() -> Self {
        let look = Self {
            theme: create_signal(Memo::Theme.recall().map(|word| Theme::of(&word)).unwrap_or_default()),
            compact: create_signal(Memo::Density.recall().as_deref() == Some("compact")),
        };
        create_effect(move || dom::set_root_attribute("data-theme", look.theme.get().word()));
        create_effect(move || dom::set_root_attribute("data-density", if look.compact.get() { "compact" } else { "normal" }));
        provide_context(look);
        look
    }

    /// The theme, tracked.
    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Chooses a theme, for good.
    pub fn choose(self, theme: Theme) {
        Memo::Theme.remember(theme.word());
        self.theme.set(theme);
    }

    /// Whether rows are close, tracked.
    pub fn is_compact(self) -> bool {
        self.compact.get()
    }

    /// Puts rows close, or apart.
    pub fn set_compact(self, compact: bool) {
        Memo::Density.remember(if compact { "compact" } else { "normal" });
        self.compact.set(compact);
    }
}
