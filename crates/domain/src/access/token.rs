//! The text form of API keys and session tokens: `rk_<id>_<secret>` and `rs_<id>_<secret>`.
//!
//! Id and secret are lower case hexadecimal digits, 32 and 64 of them: one text per token, no two texts for one, a double click
//! selects all of it, and the regular expression `rk_[0-9a-f]{32}_[0-9a-f]{64}` finds keys that leaked into logs or repositories.

use std::fmt;

use uuid::Uuid;

/// Length of a token, in bytes.
pub const TOKEN_LEN: usize = 3 + ID_DIGITS + 1 + SECRET_DIGITS;

const ID_DIGITS: usize = 32;
const SECRET_DIGITS: usize = 64;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An API key.
    Key,
    /// A browser session.
    Session,
}

impl TokenKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Key => "rk_",
            Self::Session => "rs_",
        }
    }
}

/// A token taken apart. `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is for.
    pub kind: TokenKind,
    /// What it is found by.
    pub id: Uuid,
    /// What proves that the bearer has it: 256 random bits.
    pub secret: [u8; 32],
}

impl Token {
    /// Reads a token; `None` for anything but its one form.
    #[must_use]
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(kind.prefix())?.as_bytes();
        if text.len() != TOKEN_LEN || rest[ID_DIGITS] != b'_' {
            return None;
        }
        let mut id = [0; 16];
        let mut secret = [0; 32];
        read_hex(&rest[..ID_DIGITS], &mut id)?;
        read_hex(&rest[ID_DIGITS + 1..], &mut secret)?;
        Some(Self { kind, id: Uuid::from_bytes(id), secret })
    }

    /// The text to hand to its owner, and to nobody else.
    #[must_use]
    pub fn reveal(&self) -> String {
        let digits: String = self.secret.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}{}_{digits}", self.kind.prefix(), self.id.simple())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

fn read_hex(digits: &[u8], bytes: &mut [u8]) -> Option<()> {
    for (pair, byte) in digits.chunks_exact(2).zip(bytes) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(())
}

const fn digit(text: u8) -> Option<u8> {
    match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_has_one_text(id in any::<u128>(), secret in any::<[u8; 32]>(), at in 0usize..TOKEN_LEN, other in any::<char>()) {
            let token = Token { kind: TokenKind::Key, id: Uuid::from_u128(id), secret };
            let text = token.reveal();
            prop_assert_eq!(text.len(), TOKEN_LEN);
            prop_assert_eq!(Token::parse(TokenKind::Key, &text), Some(token.clone()));
            prop_assert_eq!(Token::parse(TokenKind::Session, &text), None);
            let changed: String = text.chars().enumerate().map(|(n, c)| if n == at { other } else { c }).collect();
            prop_assert_eq!(Token::parse(TokenKind::Key, &changed) == Some(token), changed == text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,140}", hex in "rk_[0-9a-f]{30,34}_?[0-9a-f]{62,66}") {
            let _ = Token::parse(TokenKind::Key, &text);
            prop_assert_eq!(Token::parse(TokenKind::Key, &hex).is_some(), hex.len() == TOKEN_LEN && hex.as_bytes()[35] == b'_');
        }
    }

    #[test]
    fn malformed_tokens_are_refused() {
        let good = Token { kind: TokenKind::Key, id: Uuid::from_u128(7), secret: [0xab; 32] }.reveal();
        assert!(Token::parse(TokenKind::Key, &good).is_some());
        for bad in [
            String::new(),
            "rk_".to_owned(),
            "rk__".to_owned(),
            good.to_uppercase(),
            good.replace("ab", "AB"),
            good[1..].to_owned(),
            format!("{good}0"),
            format!(" {good}"),
            format!("{good}\n"),
            good.replacen('_', "-", 1),
            format!("{}é", &good[..TOKEN_LEN - 2]),
            "é".repeat(50),
        ] {
            assert_eq!(Token::parse(TokenKind::Key, &bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let token = Token { kind: TokenKind::Session, id: Uuid::nil(), secret: [0xcd; 32] };
        assert!(!format!("{token:?}").contains("cdcd") && !format!("{token:?}").contains("205"));
    }
}
