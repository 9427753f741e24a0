//! The language of the filter bar: terms apart by blanks, each a qualifier with a value, or a word.

use std::borrow::Cow;

use super::Qualifier;

/// A term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// `word:value`; the value may be in quotes.
    Of(String, String),
    /// Anything else.
    Word(String),
}

/// The terms of a text.
pub fn terms(text: &str) -> Vec<Term> {
    split(text).into_iter().map(term).collect()
}

fn term(raw: &str) -> Term {
    match raw.split_once(':') {
        Some((word, value)) if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') => {
            Term::Of(word.to_lowercase(), value.trim_matches('"').to_owned())
        }
        _ => Term::Word(raw.trim_matches('"').to_owned()),
    }
}

/// Pieces between blanks; blanks in quotes count as any other character.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })
    .filter(|piece| !piece.is_empty())
    .collect()
}

/// A term as it is written.
pub fn written(word: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("{word}:\"{value}\"") } else { format!("{word}:{value}") }
}

/// A completion of the last term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What it says.
    pub shown: String,
    pub told: Cow<'static, str>,
    /// The whole text with it.
    pub whole: String,
    /// Whether the term is complete with it.
    pub ends_term: bool,
}

/// What the last term may become.
pub fn completions(text: &str, qualifiers: &[Qualifier]) -> Vec<Completion> {
    let begins_anew = text.is_empty() || text.ends_with(char::is_whitespace);
    let last = if begins_anew { "" } else { split(text).last().copied().unwrap_or_default() };
    let before = &text[..text.len() - last.len()];
    if let Some((word, begun)) = last.split_once(':') {
        let Some(qualifier) = qualifiers.iter().find(|qualifier| qualifier.word.eq_ignore_ascii_case(word)) else {
            return Vec::new();
        };
        let begun = begun.trim_matches('"').to_lowercase();
        let values = (qualifier.values)()
            .into_iter()
            .filter(|value| value.to_lowercase().contains(&begun) && value.to_lowercase() != begun);
        return values
            .map(|value| {
                let term = written(qualifier.word, &value);
                Completion { whole: format!("{before}{term} "), shown: term, told: Cow::Borrowed(""), ends_term: true }
            })
            .collect();
    }
    let begun = last.to_lowercase();
    let fitting = qualifiers.iter().filter(|qualifier| qualifier.word.starts_with(&begun));
    fitting
        .map(|qualifier| {
            let term = format!("{}:", qualifier.word);
            Completion { whole: format!("{before}{term}"), shown: term, told: qualifier.told.clone(), ends_term: false }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    fn qualifier(word: &'static str, values: &[&str]) -> Qualifier {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Qualifier { word, told: "".into(), values: Rc::new(move || values.clone()) }
    }

    #[test]
    fn a_text_is_qualifiers_and_words() {
        let of = |word: &str, value: &str| Term::Of(word.to_owned(), value.to_owned());
        let expected = vec![of("state", "failed"), Term::Word("timeout".to_owned()), of("error", "no route"), of("queue", "a:b")];
        assert_eq!(terms("State:failed  timeout error:\"no route\" queue:a:b"), expected);
        assert_eq!(terms("http://x 12:30"), [of("http", "//x"), Term::Word("12:30".to_owned())]);
    }

    #[test]
    fn the_last_term_is_completed() {
        let known = [qualifier("state", &["failed", "queued"]), qualifier("schedule", &[])];
        let whole = |text: &str| completions(text, &known).into_iter().map(|completion| completion.whole).collect::<Vec<_>>();
        assert_eq!(whole("s"), ["state:", "schedule:"]);
        assert_eq!(whole("queue:a state:fa"), ["queue:a state:failed "]);
        assert_eq!(whole("state:failed "), ["state:failed state:", "state:failed schedule:"]);
        assert!(whole("state:failed").is_empty() && whole("nonsense:x").is_empty());
    }
}
