//! What is where.

use crate::{
    door::{Behind, Door},
    ruche::{self, assert_problem},
    stand_in::StandIn,
    wire,
};

#[test]
fn the_api_its_documentation_and_its_readiness_are_behind_the_door() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    let id = ruche::enqueue(&door, &ruche::sleep(1));
    let task = wire::get(door.address, &format!("/api/v1/tasks/{id}"));
    assert_eq!((task.status, task.json()["id"].as_str()), (200, Some(id.as_str())));
    for path in ["/docs", "/docs/init.js", "/docs/swagger-ui.js", "/docs/swagger-ui.css", "/openapi.json", "/readyz", "/healthz"]
    {
        assert_eq!(wire::get(door.address, path).status, 200, "{path}");
    }
    assert_problem(&wire::get(door.address, "/api/v1/nothing"), 404, "not_found");
}

#[test]
fn what_is_for_machines_inside_is_not_behind_the_door() {
    let ruche = ruche::open();
    let door = ruche::door(&ruche);
    for path in ["/metrics", "/livez", "/nginx_status", "/api", "/_who", "/_problem/not_found"] {
        let answer = wire::get(door.address, path);
        // Where there is no location, the client is asked, which is not there.
        assert!([404, 502].contains(&answer.status), "{path}: {}", answer.text());
    }
    let status = wire::get(([127, 0, 0, 1], door.setup.status_port).into(), "/nginx_status");
    assert_eq!(status.status, 200);
    assert!(status.text().contains("Active connections: "), "{}", status.text());
}

#[test]
fn programs_below_a_path_of_their_own_get_it_as_it_was_sent() {
    for name in ["grafana", "prometheus", "rabbitmq"] {
        let (behind, ruche) = (StandIn::start(), ruche::open());
        let door = Door::open(&Behind::default().with("server", &ruche.server).with(name, behind.address));
        let bare = wire::get(door.address, &format!("/{name}"));
        assert_eq!((bare.status, bare.header("location")), (301, format!("/{name}/").as_str()));
        for path in ["/", "/a/b?c=d%20e&f", "/api/queues/%2F/orders%2Fnew", "/a//b"] {
            let path = format!("/{name}{path}");
            let answer = wire::get(door.address, &path);
            assert_eq!((answer.status, answer.text().as_str()), (200, "hello"), "{path}");
            let head = behind.last();
            assert!(head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{head}");
        }
    }
}

#[test]
fn grafana_s_live_view_may_become_a_web_socket() {
    let grafana = StandIn::answering("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    let door = Door::open(&Behind::default().with("grafana", grafana.address));
    let headers = [("Upgrade", "websocket"), ("Connection", "Upgrade")];
    let mut bytes = wire::request("GET", "/grafana/api/live/ws", &headers, b"");
    bytes = String::from_utf8(bytes).unwrap().replace("Connection: close\r\n", "").into_bytes();
    let answer = wire::raw(door.address, &bytes);
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let head = grafana.last().to_lowercase();
    assert!(head.contains("upgrade: websocket") && head.contains("connection: upgrade"), "{head}");
}

#[test]
fn the_page_of_links_speaks_the_browser_s_language_and_its_links_lead_somewhere() {
    let client = StandIn::start();
    let door = Door::open(&Behind::default().with("client", client.address));
    assert_eq!(wire::get(door.address, "/welcome").header("location"), "/welcome/");
    for (asked, language) in [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB", "en"), ("de, fr;q=0.5", "en"), ("", "en")] {
        let page = wire::send(door.address, "GET", "/welcome/", &[("Accept-Language", asked)], b"");
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(page.header("vary"), "Accept-Language");
        let text = page.text();
        assert!(text.contains(&format!("<html lang=\"{language}\">")), "{asked}: {text}");
        for path in ["/", "/docs", "/grafana/", "/prometheus/", "/rabbitmq/"] {
            assert!(text.contains(&format!("<a href=\"{path}\">")), "{path}");
        }
        assert!(!text.contains("style=") && !text.contains("<script>"), "the policy forbids it");
        for linked in text.split("=\"/welcome/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(wire::get(door.address, &format!("/welcome/{linked}")).status, 200, "{linked}");
        }
    }
    assert_problem(&wire::get(door.address, "/welcome/other"), 404, "not_found");
}
