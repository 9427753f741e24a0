//! What a request shows of its caller.

use poem::{Request, http::header};

use super::cookie::{self, Brought};

/// What a request shows of its caller.
#[derive(Debug, PartialEq, Eq)]
pub enum Credentials<'a> {
    /// Nothing, or nothing that can be understood.
    None,
    /// The token of `Authorization: Bearer`.
    Bearer(&'a str),
    /// The token of a session's cookie.
    Session(&'a str),
}

/// Reads them. With `Authorization` the cookie does not count, whatever the header says: a caller is never taken for another one
/// than it says it is.
pub fn of(request: &Request, https: bool) -> Credentials<'_> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    if let Some(value) = values.next() {
        let token = value.to_str().ok().and_then(bearer).filter(|_| values.next().is_none());
        return token.map_or(Credentials::None, Credentials::Bearer);
    }
    match cookie::of(request.headers(), cookie::name(https)) {
        Brought::One(token) => Credentials::Session(token),
        Brought::None | Brought::Several => Credentials::None,
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
