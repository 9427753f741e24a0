//! The client's own container.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::{
    door::{Behind, Door, Setup, program, swap},
    program::repository,
    ruche::{self, assert_problem},
    stand_in::StandIn,
    wire,
};

/// A client of a few files, served; with brotli where nginx has the module.
fn open(behind: &Behind) -> (Door, bool) {
    let setup = Setup::new("client", behind);
    let folder = setup.path("files");
    fs::create_dir_all(folder.join("assets")).unwrap();
    for (name, bytes) in [
        ("index.html", &b"<!doctype html><title>Ruche</title>"[..]),
        ("assets/app-0a1b.js", b"plain"),
        ("assets/app-0a1b.js.gz", b"gzip"),
        ("assets/app-0a1b.js.br", b"brotli"),
        ("assets/app-0a1b.wasm", b"\0asm"),
        ("assets/app-0a1b.css", b"body{}"),
        (".hidden", b"hidden"),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    setup.edit("local.conf", |text| swap(&text, "/srv/client", &folder.display().to_string()));
    let module = Path::new("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so");
    let brotli = module.is_file() && program() == Path::new("/usr/sbin/nginx");
    if brotli {
        setup.edit("main.conf", |text| swap(&text, "#   load_module", "load_module"));
        setup.edit("local.conf", |text| swap(&text, "#   brotli_static on;", "brotli_static on;"));
    }
    (setup.start(), brotli)
}

#[test]
fn hashed_files_never_change_and_all_else_is_the_client_s_page() {
    let (door, _) = open(&Behind::default());
    let script = wire::get(door.address, "/assets/app-0a1b.js");
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    let wasm = wire::get(door.address, "/assets/app-0a1b.wasm");
    assert_eq!((wasm.status, wasm.header("content-type")), (200, "application/wasm"));
    for path in ["/", "/tasks", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057?a=b", "/queues/my.queue", "/index.html"] {
        let page = wire::get(door.address, path);
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(page.text().contains("<title>Ruche</title>"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "));
    }
    assert_problem(&wire::get(door.address, "/assets/app-ffff.js"), 404, "not_found");
    assert_problem(&wire::get(door.address, "/.hidden"), 404, "not_found");
    assert_problem(&wire::get(door.address, "/assets/../../../etc/passwd"), 400, "bad_request");
    assert_problem(&wire::get(door.address, "/assets/..%2findex.html"), 400, "bad_request");
    assert_problem(&wire::send(door.address, "POST", "/tasks", &[], b"x"), 405, "method_not_allowed");
}

#[test]
fn compressed_files_are_served_to_whom_takes_them() {
    let (door, brotli) = open(&Behind::default());
    let best = if brotli { "br" } else { "gzip" };
    for (accepts, encoding) in [("", ""), ("gzip", "gzip"), ("gzip, deflate, br", best), ("identity", "")] {
        let answer = wire::send(door.address, "GET", "/assets/app-0a1b.js", &[("Accept-Encoding", accepts)], b"");
        assert_eq!(answer.header("content-encoding"), encoding, "{accepts}");
        let body = match encoding {
            "br" => "brotli",
            "gzip" => "gzip",
            _ => "plain",
        };
        assert_eq!((answer.text().as_str(), answer.header("content-type")), (body, "text/javascript; charset=utf-8"));
        assert!(answer.header("vary").contains("Accept-Encoding"));
    }
}

#[test]
fn the_client_works_without_the_door() {
    let ruche = ruche::open();
    let (door, _) = open(&Behind::default().with("server", &ruche.server));
    let id = ruche::enqueue(&door, &ruche::sleep(1));
    assert_eq!(wire::get(door.address, &format!("/api/v1/tasks/{id}")).status, 200);
    assert_eq!(wire::get(door.address, "/docs").status, 200);
    assert_eq!(wire::get(door.address, "/openapi.json").status, 200);
    assert_problem(&wire::get(door.address, "/api"), 404, "not_found");
    assert_problem(&wire::get(door.address, "/metrics"), 404, "not_found");
}

#[test]
fn the_client_s_page_asks_nobody() {
    let server = StandIn::start();
    let (door, _) = open(&Behind::default().with("server", server.address));
    assert_eq!(wire::get(door.address, "/tasks").status, 200);
    assert_eq!(server.heads(), Vec::<String>::new());
}

#[test]
fn the_proxy_s_policy_for_the_client_is_the_server_s_own() {
    let source = fs::read_to_string(repository().join("server/src/client.rs")).unwrap();
    let policy = source.split_once("const POLICY: &str = \"").and_then(|(_, rest)| rest.split_once("\";")).unwrap().0;
    let policy = policy.split("\\\n").map(str::trim_start).collect::<String>();
    let (door, _) = open(&Behind::default());
    assert_eq!(wire::get(door.address, "/").header("content-security-policy"), policy);
}
