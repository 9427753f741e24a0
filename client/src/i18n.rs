//! French and English. Messages are functions, one for both languages, so that one without a translation does not compile;
//! numbers, dates and durations come from the browser's `Intl`.

pub mod chosen;
pub mod duration;
mod intl;
pub mod moment;
pub mod number;

use std::cell::Cell;

use crate::browser::{dom, storage::Memo};

/// A language of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    En,
    Fr,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// Its tag, as BCP 47 has it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// The language of a tag such as `fr-CA`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.tag() == primary)
    }

    /// What was chosen here before, else what the browser prefers, else English.
    pub fn preferred() -> Self {
        let remembered = Memo::Language.recall().and_then(|tag| Self::of_tag(&tag));
        remembered.or_else(|| browser_languages().iter().find_map(|tag| Self::of_tag(tag))).unwrap_or_default()
    }
}

/// The tag for dates and numbers: what the browser prefers of this language, by its region where it tells one (`en-GB` writes dates otherwise
/// than `en` alone, which is taken for American).
fn regional(lang: Lang, tags: &[String]) -> &str {
    let mut own = tags.iter().map(String::as_str).filter(|tag| Lang::of_tag(tag) == Some(lang));
    let first = own.next();
    if first.is_none_or(|tag| tag.contains('-')) { first } else { own.find(|tag| tag.contains('-')).or(first) }
        .unwrap_or(lang.tag())
}

fn browser_languages() -> Vec<String> {
    if !crate::browser::is_there() {
        return Vec::new();
    }
    let languages = web_sys::window().map(|window| window.navigator().languages());
    languages.map(|languages| languages.iter().filter_map(|tag| tag.as_string()).collect()).unwrap_or_default()
}

thread_local! {
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// The language that messages are in now. Views need not follow it: when it changes, all of them are made anew.
pub fn lang() -> Lang {
    LANG.get()
}

/// Speaks `lang` from now on.
pub fn speak(lang: Lang) {
    LANG.set(lang);
    intl::forget();
    dom::set_root_attribute("lang", lang.tag());
}

/// The form for a number: French has the singular for 0 and 1, English for 1.
pub fn plural<T>(count: u64, one: T, other: T) -> T {
    let singular = match lang() {
        Lang::En => count == 1,
        Lang::Fr => count < 2,
    };
    if singular { one } else { other }
}

/// Defines messages: `name = English, French;`, or with parameters `name(count: u64) = English, French;`, where both are
/// expressions of texts. Each becomes a function that gives the text in the language of the moment.
macro_rules! messages {
    ($($(#[$meta:meta])* $name:ident $(($($parameter:ident: $type:ty),* $(,)?))? = $en:expr, $fr:expr;)+) => {$(
        $(#[$meta])*
        pub fn $name($($($parameter: $type),*)?) -> std::borrow::Cow<'static, str> {
            match $crate::i18n::lang() {
                $crate::i18n::Lang::En => std::borrow::Cow::from($en),
                $crate::i18n::Lang::Fr => std::borrow::Cow::from($fr),
            }
        }
    )+};
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::*;

    messages! {
        hello = "Hello", "Bonjour";
        tasks(count: u64) = format!("{count} {}", plural(count, "task", "tasks")), format!("{count} {}", plural(count, "tâche", "tâches"));
    }

    #[test]
    fn messages_follow_the_language() {
        assert_eq!((hello().as_ref(), tasks(0).as_ref()), ("Hello", "0 tasks"));
        speak(Lang::Fr);
        assert_eq!((hello().as_ref(), tasks(0).as_ref(), tasks(2).as_ref()), ("Bonjour", "0 tâche", "2 tâches"));
    }

    #[test]
    fn dates_are_written_as_in_the_region_that_the_browser_tells() {
        let of = |lang, tags: &[&str]| regional(lang, &tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).to_owned();
        assert_eq!(of(Lang::En, &["en-GB", "en-US", "en"]), "en-GB");
        assert_eq!(of(Lang::En, &["fr-CA", "fr", "en", "en-AU"]), "en-AU");
        assert_eq!(of(Lang::Fr, &["en-US", "fr-CA"]), "fr-CA");
        assert_eq!((of(Lang::Fr, &["fr"]), of(Lang::Fr, &["de-AT"])), ("fr".to_owned(), "fr".to_owned()));
    }

    #[test]
    fn a_regional_tag_means_its_language() {
        assert_eq!((Lang::of_tag("fr-CA"), Lang::of_tag("de")), (Some(Lang::Fr), None));
    }
}
