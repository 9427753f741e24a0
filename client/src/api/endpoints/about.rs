//! What the server says of itself.

use serde::Deserialize;

use super::super::Ask;

/// The head of the API's document; the rest of it is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct About {
    pub info: Info,
}

/// Its name and version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Info {
    pub version: String,
}

pub fn server() -> Ask<About> {
    let mut ask = Ask::get(&[]);
    "/openapi.json".clone_into(&mut ask.path);
    ask
}
