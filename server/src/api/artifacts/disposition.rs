//! The header `Content-Disposition` (RFC 6266) of a file whose name is a stranger's.

use std::fmt::Write as _;

use ruche_domain::FileName;

/// To be saved, never shown in the server's own origin: with the name in ASCII for old readers, and as it is (RFC 5987) for all
/// others.
pub fn attachment(name: &FileName) -> String {
    let plain: String = name.as_str().chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut text = format!("attachment; filename=\"{plain}\"");
    if plain != name.as_str() {
        text.push_str("; filename*=UTF-8''");
        for byte in name.as_str().bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                write!(text, "%{byte:02X}").expect("writing to a string never fails");
            }
        }
    }
    text
}

/// What means itself in a quoted string, also to readers that take `%` for an escape.
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        for (name, expected) in [
            ("report 2026.csv", "attachment; filename=\"report 2026.csv\""),
            ("a\"; x=\"b.html", "attachment; filename=\"a_; x=_b.html\"; filename*=UTF-8''a%22%3B%20x%3D%22b.html"),
            ("été.pdf", "attachment; filename=\"_t_.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9.pdf"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ] {
            assert_eq!(attachment(&FileName::new(name).unwrap()), expected);
        }
        let long = attachment(&FileName::new(&"蜂".repeat(200)).unwrap());
        assert!(long.is_ascii() && long.len() < 2_100);
    }
}
