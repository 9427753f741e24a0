//! Names of files. They come from strangers and end up in headers, terminals and other people's file systems.

use std::{fmt, str::FromStr, sync::Arc};

/// A file's name: 1 to 200 characters, no path, nothing that cannot be seen. No file here is ever called so: objects are stored
/// under their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(Arc<str>);

/// The text is no file's name; the message says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid file name: {0}")]
pub struct InvalidFileName(&'static str);

impl FileName {
    /// Most characters.
    pub const MAX_CHARS: usize = 200;

    /// Checks a name.
    ///
    /// # Errors
    /// When it is empty, too long, a path, begins or ends with a space, or holds characters that are not seen: control
    /// characters, and those that change the direction of text and so can disguise an ending.
    pub fn new(name: &str) -> Result<Self, InvalidFileName> {
        if name.is_empty() || name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidFileName("it has 1 to 200 characters"));
        }
        if name.contains(['/', '\\']) || name == "." || name == ".." {
            return Err(InvalidFileName("it is no path"));
        }
        if name.trim() != name {
            return Err(InvalidFileName("it neither begins nor ends with a space"));
        }
        if name.chars().any(is_unseen) {
            return Err(InvalidFileName("it holds no control characters and none that change the direction of text"));
        }
        Ok(Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its last ending, and that ending without its dot.
    #[must_use]
    pub fn parts(&self) -> (&str, Option<&str>) {
        match self.0.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() && !ending.is_empty() => (stem, Some(ending)),
            _ => (&self.0, None),
        }
    }

    /// The same name with another ending (`ending` without a dot, in ASCII), after `mark`; cut where it would become too long.
    #[must_use]
    pub fn derived(&self, mark: &str, ending: &str) -> Self {
        let room = Self::MAX_CHARS.saturating_sub(mark.chars().count() + ending.chars().count() + 1);
        let stem: String = self.parts().0.chars().take(room.max(1)).collect();
        let name = format!("{}{mark}.{ending}", stem.trim_end());
        Self::new(&name).unwrap_or_else(|_| Self(format!("file.{ending}").into()))
    }
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FileName {
    type Err = InvalidFileName;

    fn from_str(name: &str) -> Result<Self, InvalidFileName> {
        Self::new(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_taken_as_they_are() {
        for good in ["a", "report 2026.csv", ".profile", "a..b", "été.pdf", "蜂巣.png", "a\"b'c;d=e%20", &"é".repeat(200)] {
            assert_eq!(FileName::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn hostile_names_are_refused() {
        let bad = [
            "",
            ".",
            "..",
            "../etc/passwd",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "C:\\a",
            " a",
            "a ",
            "a\0b",
            "a\nb",
            "a\r\nSet-Cookie: x",
            "\u{1b}[2Ja",
            "exe.\u{202e}gnp",
            "a\u{200b}",
            "\u{feff}a",
            "a\u{2028}b",
            "a\u{85}b",
        ];
        for name in bad {
            assert!(FileName::new(name).is_err(), "{name:?}");
        }
        assert!(FileName::new(&"a".repeat(201)).is_err());
    }

    #[test]
    fn a_derived_name_is_a_name_too() {
        let derived = |name: &str| FileName::new(name).unwrap().derived("-64x64", "png").to_string();
        assert_eq!(derived("photo.jpeg"), "photo-64x64.png");
        assert_eq!(derived(".profile"), ".profile-64x64.png");
        assert_eq!(derived("no ending"), "no ending-64x64.png");
        let long = derived(&"é".repeat(200));
        assert!(long.ends_with("é-64x64.png") && long.chars().count() == 200);
    }
}
