//! Changes that another site's page asks a browser for are refused.
//!
//! A browser sends cookies (and reaches servers that ask for no key) whoever's page asks it to; what no page can do is to lie about
//! where it comes from. Browsers say that in `Sec-Fetch-Site`, to HTTPS and loopback addresses; elsewhere `Origin` tells.

use poem::http::{HeaderMap, header};

use super::client::Client;
use crate::problem::{Code, Problem};

/// How much a request has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// That it comes from a page of ours: it brings a cookie, which only browsers do.
    Required,
    /// Only that it does not come from another site's page: it may well come from no browser.
    IfBrowser,
}

/// Checks a request that is to change something.
pub fn check(headers: &HeaderMap, client: &Client, proof: Proof) -> Result<(), Problem> {
    if is_ours(headers, client, proof) { Ok(()) } else { Err(Problem::new(Code::CrossSite)) }
}

fn is_ours(headers: &HeaderMap, client: &Client, proof: Proof) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if let Some(site) = sites.next() {
        let known = site == "same-origin" || (site == "none" && proof == Proof::IfBrowser);
        return known && sites.next().is_none();
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return proof == Proof::IfBrowser };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let same = match (authority, &client.host) {
        (Some(authority), Some(host)) => authority.eq_ignore_ascii_case(host),
        _ => false,
    };
    same && origins.next().is_none()
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_pages_of_ours_may_change_something() {
        let client = Client { address: None, https: false, host: Some("ruche.example:8000".to_owned()) };
        // Headers, whether a cookie's proof is enough, whether it is no other site's page.
        for (headers, required, if_browser) in [
            (&[("sec-fetch-site", "same-origin")][..], true, true),
            (&[("sec-fetch-site", "none")], false, true),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://ruche.example:8000")], false, false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "Same-Origin")], false, false),
            (&[("origin", "http://ruche.example:8000")], true, true),
            (&[("origin", "http://RUCHE.example:8000")], true, true),
            (&[("origin", "http://ruche.example")], false, false),
            (&[("origin", "http://evil.example")], false, false),
            (&[("origin", "null")], false, false),
            (&[("origin", "http://ruche.example:8000"), ("origin", "http://evil.example")], false, false),
            (&[], false, true),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(check(&map, &client, Proof::Required).is_ok(), required, "{headers:?}");
            assert_eq!(check(&map, &client, Proof::IfBrowser).is_ok(), if_browser, "{headers:?}");
        }
    }
}
