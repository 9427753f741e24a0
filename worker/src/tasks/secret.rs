//! Secrets that tasks need: read once, at the start, never shown.

use std::{fmt, path::PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

/// A secret text. Its `Debug` form hides it and it has no other.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself. Not for logs, not for errors.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where a secret comes from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// A file with the secret; whitespace around it is ignored.
    File(PathBuf),
    /// The secret itself: meant for environment variables, a configuration file should name a file instead.
    Value(Secret),
}

/// The file of a secret cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("couldn't read the secret in {}", path.display())]
pub struct UnreadableSecret {
    path: PathBuf,
    source: std::io::Error,
}

impl SecretSource {
    /// The secret.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn read(&self) -> Result<Secret, UnreadableSecret> {
        match self {
            Self::Value(secret) => Ok(Secret(secret.0.trim().to_owned())),
            Self::File(path) => std::fs::read_to_string(path)
                .map(|text| Secret(text.trim().to_owned()))
                .map_err(|source| UnreadableSecret { path: path.clone(), source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let source: SecretSource = serde_json::from_str(r#"{"value":"hush"}"#).unwrap();
        assert!(!format!("{source:?} {:?}", source.read().unwrap()).contains("hush"));
    }

    #[test]
    fn a_files_last_newline_is_no_part_of_the_secret() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hush\n").unwrap();
        assert_eq!(SecretSource::File(file.path().to_owned()).read().unwrap().expose(), "hush");
    }
}
