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

#[cfg(test)]
mod tests {
    use poem::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_request_shows_one_thing_or_nothing() {
        for (headers, expected) in [
            (&[("authorization", "Bearer a")][..], Credentials::Bearer("a")),
            (&[("authorization", "bearer  a ")], Credentials::Bearer("a")),
            (&[("authorization", "Bearer a"), ("cookie", "ruche_session=b")], Credentials::Bearer("a")),
            (&[("authorization", "Basic a"), ("cookie", "ruche_session=b")], Credentials::None),
            (&[("authorization", "Bearer"), ("cookie", "ruche_session=b")], Credentials::None),
            (&[("authorization", "Bearer a"), ("authorization", "Bearer a")], Credentials::None),
            (&[("cookie", "ruche_session=b")], Credentials::Session("b")),
            (&[("cookie", "ruche_session=b; ruche_session=c")], Credentials::None),
            (&[("cookie", "__Host-ruche=b")], Credentials::None),
            (&[], Credentials::None),
        ] {
            let mut request = Request::default();
            for (name, value) in headers {
                request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(of(&request, false), expected, "{headers:?}");
        }
    }
}
