//! The cookie of a session.
//!
//! Over HTTPS its name begins with `__Host-`: browsers take such a cookie only from this very host, over HTTPS and for all paths, so
//! that neither a sibling domain nor plain HTTP can plant one (RFC 6265bis, section 4.1.3.2).

use std::time::Duration;

use poem::http::{HeaderMap, header};

/// The cookie's name.
pub const fn name(https: bool) -> &'static str {
    if https { "__Host-ruche" } else { "ruche_session" }
}

/// What a request brings under a name.
#[derive(Debug, PartialEq, Eq)]
pub enum Brought<'a> {
    /// Nothing.
    None,
    /// One value.
    One(&'a str),
    /// Several, or something unreadable: somebody tossed a cookie of their own in, and nobody can say which is ours.
    Several,
}

/// Reads the cookie. A value of ours needs no decoding, so this need not know more of cookies than where one ends.
pub fn of<'a>(headers: &'a HeaderMap, name: &str) -> Brought<'a> {
    let mut found = Brought::None;
    for value in headers.get_all(header::COOKIE) {
        let Ok(value) = value.to_str() else { return Brought::Several };
        for (key, value) in value.split(';').filter_map(|pair| pair.split_once('=')) {
            if key.trim() == name {
                if found != Brought::None {
                    return Brought::Several;
                }
                found = Brought::One(value.trim());
            }
        }
    }
    found
}

/// `Set-Cookie` with this token.
pub fn set(https: bool, token: &str, lifetime: Duration) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}", name(https), lifetime.as_secs())
}

/// `Set-Cookie` that removes it.
pub fn clear(https: bool) -> String {
    set(https, "", Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn one_cookie_is_read_and_several_are_nobody_s() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::COOKIE, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            match of(&headers, "ruche_session") {
                Brought::One(value) => value.to_owned(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(read(&["a=b; ruche_session=rs_1; c=d"]), "rs_1");
        for none in [&[][..], &["ruche_session"], &["xruche_session=1; Ruche_Session=2; __Host-ruche=3"], &[";;=;"]] {
            assert_eq!(read(none), "None", "{none:?}");
        }
        for tossed in [&["ruche_session=1; ruche_session=2"][..], &["ruche_session=1", "ruche_session=1"], &["a=é"]] {
            assert_eq!(read(tossed), "Several", "{tossed:?}");
        }
    }

    #[test]
    fn attributes_keep_scripts_and_other_sites_out() {
        assert_eq!(
            set(true, "t", Duration::from_secs(60)),
            "__Host-ruche=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
        );
        assert_eq!(clear(false), "ruche_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
