//! Mistakes in a service are told when it is evaluated, by the service's name.

use ruche_nix_tests::expression;

const SOUND: &str = r#"
    description = "a test"; image = "test"; limits = { memory = 64; processes = 8; cpus = "0.5"; };
"#;

/// What Nix says of a service with `more` in it.
fn refused(more: &str) -> String {
    expression(&format!("(import ./nix/schema.nix).complete \"test\" {{ {SOUND} {more} }}")).unwrap_err()
}

#[test]
fn a_sound_service_is_completed() {
    let service = expression(&format!("(import ./nix/schema.nix).complete \"test\" {{ {SOUND} }}")).unwrap();
    assert_eq!(service["name"], "test");
    assert_eq!(service["oneShot"], false);
    assert_eq!(service["scratch"]["/tmp"], 16);
}

#[test]
fn a_misspelt_key_is_refused() {
    let error = refused("enviroment = { };");
    assert!(error.contains("in services.test: unknown key enviroment"), "{error}");
}

#[test]
fn a_missing_key_is_refused() {
    let error = expression("(import ./nix/schema.nix).complete \"test\" { }").unwrap_err();
    for key in ["description", "image", "limits"] {
        assert!(error.contains(&format!("{key} is missing")), "{error}");
    }
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    for (key, value) in [
        ("command", "\"serve\""),
        ("environment", "{ A = 1; }"),
        ("secrets", "[ 1 ]"),
        ("ports", "{ http.number = 0; }"),
        ("ports", "{ http.number = 70000; }"),
        ("ports", "{ http = { number = 80; nmae = \"a\"; }; }"),
        ("ports", "{ http = { number = 80; published = { port = 80; }; }; }"),
        ("after", "{ postgres = \"well\"; }"),
        ("health", "{ command = [ ]; }"),
        ("scratch", "{ \"/tmp\" = \"16m\"; }"),
        ("kubernetes", "\"somewhere\""),
        ("replicas", "{ least = 1; }"),
        ("stopSeconds", "\"10s\""),
    ] {
        let error = refused(&format!("{key} = {value};"));
        assert!(error.contains(&format!("in services.test: {key} is not what it has to be")), "{key} = {value}: {error}");
    }
}

#[test]
fn a_service_without_limits_for_something_is_refused() {
    let error = expression("(import ./nix/schema.nix).complete \"t\" { description = \"\"; image = \"\"; limits.memory = 1; }")
        .unwrap_err();
    assert!(error.contains("limits is not what it has to be"), "{error}");
}

/// The whole model with one key of one service changed: what its checks of services against each other say.
fn with(service: &str, key: &str, value: &str) -> String {
    let nix = format!(
        "(import ./nix/model.nix {{ world = (import ./nix/worlds.nix).containers; \
         change = name: service: if name == {service:?} then service // {{ {key} = {value}; }} else service; }}).services"
    );
    expression(&nix).unwrap_err()
}

#[test]
fn services_that_do_not_fit_together_are_refused() {
    for (service, key, value, wanted) in [
        ("server", "after", "{ nobody = \"healthy\"; }", "services.server: there is no service nobody"),
        ("server", "secrets", "[ \"nothing\" ]", "services.server: there is no secret nothing"),
        ("server", "networks", "[ \"elsewhere\" ]", "services.server: there is no network elsewhere"),
        ("server", "after", "{ migrate = \"healthy\"; }", "services.server: migrate has no health to wait for"),
        ("server", "after", "{ postgres = \"completed\"; }", "services.server: postgres never completes"),
        ("server", "after", "{ prometheus = \"healthy\"; }", "prometheus is not started without the profile monitoring"),
        ("proxy", "networks", "[ \"monitoring\" ]", "services.proxy: client is on none of its networks"),
        ("client", "health", "null", "services.client: a service that goes on needs a health check"),
        (
            "client",
            "health",
            "{ command = [ ]; port = \"nothing\"; }",
            "services.client: its health is asked for at a port it does not have",
        ),
        ("rabbitmq", "networks", "[ \"data\" ]", "services.rabbitmq: it publishes a port and is on internal networks only"),
    ] {
        let error = with(service, key, value);
        assert!(error.contains(wanted), "{service}.{key} = {value}: {error}");
    }
}
