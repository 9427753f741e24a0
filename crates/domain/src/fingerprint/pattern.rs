//! A message without what changes from one failure to the next.

/// Longest pattern, in bytes: failures that begin alike are alike.
pub const MAX: usize = 512;

const NUMBER: char = '#';
const QUOTED: &str = "\"?\"";
/// Longest quoted text that is taken for one; an apostrophe far away belongs to something else.
const LONGEST_QUOTED: usize = 256;
/// Shortest run of hexadecimal digits, one of them a decimal one, that is a number and no word.
const SHORTEST_HEX: usize = 8;

/// The pattern of a message: numbers, hexadecimal numbers and UUIDs become `#`, as do numbers joined by `.`, `,`, `:` or `-` (addresses,
/// dates, versions); texts in quotes become `"?"`; white space becomes one space.
pub fn of(message: &str) -> String {
    let chars: Vec<char> = message.chars().collect();
    let mut pattern = Pattern::default();
    let mut at = 0;
    while at < chars.len() && pattern.text.len() < MAX {
        at += pattern.take(&chars, at);
    }
    let mut text = pattern.text;
    text.truncate(text.trim_end().len());
    text.truncate(text.floor_char_boundary(MAX));
    text
}

#[derive(Default)]
struct Pattern {
    text: String,
}

impl Pattern {
    /// Takes what begins at `at`; how many characters that was.
    fn take(&mut self, chars: &[char], at: usize) -> usize {
        let rest = &chars[at..];
        let before = at.checked_sub(1).map(|before| chars[before]);
        if let Some(length) = quoted(before, rest) {
            self.text.push_str(QUOTED);
            return length;
        }
        if rest[0].is_ascii_alphanumeric() {
            if let Some(length) = uuid(rest) {
                self.number();
                return length;
            }
            let length = rest.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
            self.word(&rest[..length]);
            return length;
        }
        match rest[0] {
            NUMBER => self.number(),
            c if c.is_whitespace() || c.is_control() => {
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
            }
            c => self.text.push(c),
        }
        1
    }

    fn word(&mut self, word: &[char]) {
        let digits = word.strip_prefix(&['0', 'x']).unwrap_or(word);
        let hexadecimal = !digits.is_empty() && digits.iter().all(char::is_ascii_hexdigit);
        let prefixed = digits.len() < word.len();
        let long = word.len() >= SHORTEST_HEX && word.iter().any(char::is_ascii_digit);
        if hexadecimal && (prefixed || long) {
            return self.number();
        }
        for c in word {
            if c.is_ascii_digit() { self.number() } else { self.text.push(*c) }
        }
    }

    /// Adds a number, as one with the number that it continues.
    fn number(&mut self) {
        let head = self.text.trim_end_matches(['.', ',', ':', '-']);
        if head.ends_with(NUMBER) && self.text.len() - head.len() <= 1 {
            self.text.truncate(head.len());
        } else {
            self.text.push(NUMBER);
        }
    }
}

/// The length of the quoted text that begins here, with its quotes. An apostrophe within a word opens nothing.
fn quoted(before: Option<char>, rest: &[char]) -> Option<usize> {
    let quote = rest[0];
    if !matches!(quote, '"' | '\'' | '`') || (quote == '\'' && before.is_some_and(char::is_alphanumeric)) {
        return None;
    }
    let closes = |&(at, c): &(usize, &char)| {
        let within_word = quote == '\'' && rest.get(at + 1).is_some_and(|next| next.is_alphanumeric());
        *c == quote && !within_word && rest[at - 1] != '\\'
    };
    let end = rest.iter().enumerate().skip(1).take(LONGEST_QUOTED).find(closes);
    end.map(|(at, _)| at + 1)
}

/// The length of the UUID that begins here.
fn uuid(rest: &[char]) -> Option<usize> {
    const LENGTH: usize = 36;
    let text = rest.get(..LENGTH)?;
    let fits = text.iter().enumerate().all(|(at, c)| match at {
        8 | 13 | 18 | 23 => *c == '-',
        _ => c.is_ascii_hexdigit(),
    });
    let ends = rest.get(LENGTH).is_none_or(|next| !next.is_ascii_alphanumeric());
    (fits && ends).then_some(LENGTH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_changes_is_left_out() {
        for (message, pattern) in [
            ("answered 503 after 1.25 s", "answered # after # s"),
            ("connect 10.0.0.1:5432 refused", "connect # refused"),
            ("no user 01890a5d-ac96-774b-bcce-b302099a8057", "no user #"),
            ("at 0x7ffd01, commit 652dd12fa", "at #, commit #"),
            ("key \"a b\" and 'c' and `d`", "key \"?\" and \"?\" and \"?\""),
            ("couldn't open 'it's here'", "couldn't open \"?\""),
            ("  a\n\tb  ", "a b"),
            ("2026-11-22T12:00:00.5Z", "#T#Z"),
            ("http2 deadbeef added", "http# deadbeef added"),
            ("5 unclosed \"quote", "# unclosed \"quote"),
            ("", ""),
        ] {
            assert_eq!(of(message), pattern, "{message}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_is_its_own_pattern(message in "[a-z0-9 .,:#x-]{0,80}") {
            let once = of(&message);
            prop_assert_eq!(of(&once), once);
        }

        #[test]
        fn numbers_ids_and_names_do_not_matter(
            a in 0u64.., b in 0u64.., f in -1e6f64..1e6, g in -1e6f64..1e6, ids in any::<(u128, u128)>(),
            s in "[a-z /]{0,20}", t in "[a-z /]{0,20}",
        ) {
            let say = |n: u64, f: f64, id: u128, s: &str| {
                of(&format!("row {n} of '{s}' took {:.3} ms, task {}: {n:#x}", f.abs(), uuid::Uuid::from_u128(id)))
            };
            prop_assert_eq!(say(a, f, ids.0, &s), say(b, g, ids.1, &t));
        }

        #[test]
        fn any_text_has_a_bounded_pattern(message in any::<String>()) {
            prop_assert!(of(&message.repeat(3)).len() <= MAX);
        }
    }
}
