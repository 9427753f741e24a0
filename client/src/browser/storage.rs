//! What is remembered in this browser: language, theme, and other things of taste. Never anything secret.

/// Something remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memo {
    Language,
    Theme,
    Density,
    SingleKeys,
    TimeZone,
    SavedViews,
}

impl Memo {
    const fn key(self) -> &'static str {
        match self {
            Self::Language => "ruche.language",
            Self::Theme => "ruche.theme",
            Self::Density => "ruche.density",
            Self::SingleKeys => "ruche.single-keys",
            Self::TimeZone => "ruche.time-zone",
            Self::SavedViews => "ruche.saved-views",
        }
    }

    /// What was remembered last.
    pub fn recall(self) -> Option<String> {
        storage()?.get_item(self.key()).ok()?
    }

    /// Remembers it, if the browser lets us.
    pub fn remember(self, value: &str) {
        if let Some(storage) = storage() {
            // A browser that keeps nothing forgets it with the page.
            let _ = storage.set_item(self.key(), value);
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    if !super::is_there() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}
