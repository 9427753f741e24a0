//! Swagger UI, embedded. Its script and style are served as files of their own, so that no inline script need be allowed.

use std::sync::LazyLock;

use bytes::Bytes;
use poem::{
    Response, handler,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use poem_openapi::OpenApiService;

/// What the page may load: Swagger UI sets styles from its script and shows images from `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Ruche API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="ui"></div>
  <script src="/docs/swagger-ui.js"></script>
  <script src="/docs/init.js"></script>
</body>
</html>
"#;

const INIT: &str = r##"SwaggerUIBundle({
  dom_id: "#ui",
  url: "/openapi.json",
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
});
"##;

struct Assets {
    script: Bytes,
    style: Bytes,
}

/// The files inside the page that poem-openapi brings.
static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let html = OpenApiService::new((), "", "").swagger_ui_html();
    Assets {
        script: between(&html, "<script charset=\"UTF-8\">", "</script>"),
        style: between(&html, "<style charset=\"UTF-8\">", "</style>"),
    }
});

fn between(html: &str, from: &str, to: &str) -> Bytes {
    let inner = html.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inner, _)| inner);
    Bytes::copy_from_slice(inner.as_bytes())
}

/// The page.
#[handler]
pub fn page() -> Response {
    let mut response = Response::builder().content_type("text/html; charset=utf-8").body(PAGE);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What starts it.
#[handler]
pub fn init() -> Response {
    Response::builder().content_type("text/javascript; charset=utf-8").header(header::CACHE_CONTROL, "no-cache").body(INIT)
}

/// Swagger UI's script.
#[handler]
pub fn script(headers: &HeaderMap) -> Response {
    asset(&ASSETS.script, "text/javascript; charset=utf-8", headers)
}

/// Swagger UI's style.
#[handler]
pub fn style(headers: &HeaderMap) -> Response {
    asset(&ASSETS.style, "text/css; charset=utf-8", headers)
}

fn asset(body: &Bytes, content_type: &str, headers: &HeaderMap) -> Response {
    let tag = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");
    let answer = Response::builder().header(header::CACHE_CONTROL, "public, max-age=3600").header(header::ETAG, tag);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag) {
        return answer.status(StatusCode::NOT_MODIFIED).finish();
    }
    answer.content_type(content_type).body(body.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_are_found_in_the_page() {
        assert!(ASSETS.script.len() > 500_000, "{}", ASSETS.script.len());
        assert!(ASSETS.style.len() > 50_000, "{}", ASSETS.style.len());
        assert!(ASSETS.script.windows(15).any(|window| window == b"SwaggerUIBundle"));
    }
}
