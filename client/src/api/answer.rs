//! Reading bodies.

use serde::de::DeserializeOwned;

/// What a body can be read as.
pub trait Answer: Sized + 'static {
    /// Reads it.
    fn read(body: &str) -> Result<Self, serde_json::Error>;
}

impl<T: DeserializeOwned + 'static> Answer for T {
    /// As JSON; an empty body is `null`.
    fn read(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(if body.trim().is_empty() { "null" } else { body })
    }
}
