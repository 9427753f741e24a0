//! What the model says and what is written elsewhere because it is read there.

use std::fs;

use ruche_nix_tests::{rendered, repository};

/// Without comments and spaces that say nothing.
fn directives(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut lines: Vec<String> =
        lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

#[test]
fn the_proxy_looks_for_everybody_where_the_model_has_them() {
    let wanted = rendered("upstreams", "test").unwrap();
    let path = repository().join("proxy/deployment/door/upstreams.conf");
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(directives(&written), directives(wanted.as_str().unwrap()), "{}", path.display());
}
