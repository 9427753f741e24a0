//! The web client's files, where a program has them inside. What they are is for that program to say; how they are served is said here.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};

/// What the client may load: nothing but what is served beside it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What is shown in the client's place by a program that was built without it.
const ABSENT: &str = include_str!("client/absent.html");

/// Below here paths are not the client's, whether they exist or not.
const OTHERS: [&str; 7] = ["api", "docs", "metrics", "openapi.json", "problems", "livez", "readyz"];

/// A file of the client.
#[derive(Debug, Clone, Copy)]
pub struct ClientFile {
    /// Its path, e.g. `/assets/client-0123456789abcdef.js`; the one at `/index.html` is shown for every path that is no other file's.
    pub path: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed by gzip.
    pub gzip: &'static [u8],
    /// Compressed by Brotli.
    pub brotli: &'static [u8],
}

/// The client. Without files it says how to build it.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub &'static [ClientFile]);

impl Client {
    /// The answer to a request for the client; `None` if it is for somebody else.
    pub(crate) fn answer(self, request: &Request) -> Option<Response> {
        let path = request.uri().path();
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if OTHERS.contains(&first) || !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        if first == "assets" {
            let file = self.0.iter().find(|file| file.path == path)?;
            return Some(served(file, "public, max-age=31536000, immutable", request.headers()));
        }
        match self.0.iter().find(|file| file.path == "/index.html") {
            Some(page) => Some(served(page, "no-cache", request.headers())),
            None if path == "/" => Some(Response::builder().content_type("text/html; charset=utf-8").body(ABSENT)),
            None => None,
        }
    }
}

fn served(file: &ClientFile, caching: &'static str, asked: &HeaderMap) -> Response {
    let (encoding, body) = if accepts(asked, "br") {
        (Some("br"), file.brotli)
    } else if accepts(asked, "gzip") {
        (Some("gzip"), file.gzip)
    } else {
        (None, file.plain)
    };
    let mut response = Response::builder().status(StatusCode::OK).content_type(content_type(file.path)).body(body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` names this encoding and does not rule it out by `q=0`.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let listed = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    listed.map(|item| item.split(';').map(str::trim)).any(|mut item| {
        let is_it = item.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = item.find_map(|parameter| parameter.strip_prefix("q=")?.parse::<f32>().ok());
        is_it && weight.is_none_or(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Client = Client(&[
        ClientFile { path: "/index.html", plain: b"page", gzip: b"gz", brotli: b"br" },
        ClientFile { path: "/assets/client-1.wasm", plain: b"wasm", gzip: b"gz", brotli: b"br" },
    ]);

    async fn asked(client: Client, path: &str, encodings: &str) -> Option<(HeaderMap, String)> {
        let request = Request::builder().uri(path.parse().unwrap()).header(header::ACCEPT_ENCODING, encodings).finish();
        let response = client.answer(&request)?;
        let headers = response.headers().clone();
        Some((headers, response.into_body().into_string().await.unwrap()))
    }

    #[tokio::test]
    async fn every_page_of_the_client_is_its_one_page() {
        for path in ["/", "/tasks", "/queues/a%2Fb", "/index.html"] {
            let (headers, body) = asked(FILES, path, "").await.unwrap();
            assert_eq!((body.as_str(), headers[header::CACHE_CONTROL].to_str().unwrap()), ("page", "no-cache"), "{path}");
            assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval'"));
        }
    }

    #[tokio::test]
    async fn what_is_not_there_and_what_is_the_servers_is_not_the_client() {
        for path in ["/assets/client-2.wasm", "/assets", "/api/v1/nothing", "/api", "/docs/x", "/metrics", "/openapi.json"] {
            assert!(asked(FILES, path, "br").await.is_none(), "{path}");
        }
        let post = Request::builder().method(Method::POST).uri("/tasks".parse().unwrap()).finish();
        assert!(FILES.answer(&post).is_none());
    }

    #[tokio::test]
    async fn a_browser_gets_the_smallest_file_it_understands() {
        for (encodings, body) in [("gzip, deflate, br", "br"), ("gzip", "gz"), ("br;q=0, gzip;q=0.5", "gz"), ("identity", "wasm")]
        {
            let (headers, got) = asked(FILES, "/assets/client-1.wasm", encodings).await.unwrap();
            assert_eq!(
                (got.as_str(), headers[header::CONTENT_TYPE].to_str().unwrap()),
                (body, "application/wasm"),
                "{encodings}"
            );
            assert!(headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        }
    }

    #[tokio::test]
    async fn a_program_without_the_client_says_how_to_build_it() {
        let (_, body) = asked(Client(&[]), "/", "").await.unwrap();
        assert!(body.contains("cargo xtask up"));
        assert!(asked(Client(&[]), "/tasks", "").await.is_none());
    }
}
