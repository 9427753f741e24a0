//! TLS, where certificates are given.

use std::{fs, io::Write, net::SocketAddr, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::ServerName};

use crate::{
    door::{Behind, Door, Setup, swap},
    ruche,
    wire::{self, Answer},
};

/// A door with `deployment/door-tls`, and who trusts its certificate.
fn open(behind: &Behind) -> (Door, Arc<ClientConfig>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["ruche.example".to_owned()]).unwrap();
    let setup = Setup::new("door", behind);
    for (name, text) in [("tls-certificate", cert.pem()), ("tls-key", signing_key.serialize_pem())] {
        fs::write(setup.path(name), text).unwrap();
    }
    let plain = setup.plain_port();
    let secrets = setup.path("").display().to_string();
    let shipped = |file: &str| fs::read_to_string(setup.path(&format!("deployment/door-tls/{file}"))).unwrap();
    let (listen, redirect) = (shipped("listen.conf"), shipped("server-redirect.conf"));
    let without_v6 = |text: &str| text.lines().filter(|line| !line.contains("[::]")).collect::<Vec<_>>().join("\n");
    setup.edit("listen.conf", |_| {
        let listen = swap(&without_v6(&listen), "listen 443 ", &format!("listen 127.0.0.1:{} ", setup.port));
        swap(&listen, "/run/secrets/", &secrets)
    });
    let redirect = swap(&without_v6(&redirect), "listen 80 ", &format!("listen 127.0.0.1:{plain} "));
    fs::write(setup.path("deployment/door/server-redirect.conf"), redirect).unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    (setup.start(), Arc::new(versions.with_root_certificates(roots).with_no_client_auth()))
}

fn get(address: SocketAddr, trust: &Arc<ClientConfig>, path: &str) -> Answer {
    let name = ServerName::try_from("ruche.example").unwrap();
    let connection = ClientConnection::new(Arc::clone(trust), name).unwrap();
    let mut stream = StreamOwned::new(connection, wire::connect(address));
    stream.write_all(&wire::request("GET", path, &[], b"")).unwrap();
    wire::read(stream)
}

#[test]
fn with_certificates_the_door_speaks_tls_and_says_so() {
    let ruche = ruche::open();
    let (door, trust) = open(&Behind::default().with("server", &ruche.server));
    let answer = get(door.address, &trust, "/api/v1/tasks");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

#[test]
fn plain_http_is_sent_to_https() {
    let (door, _) = open(&Behind::default());
    let plain = SocketAddr::from(([127, 0, 0, 1], door.setup.plain_port()));
    let answer = wire::get(plain, "/tasks?state=failed");
    assert_eq!((answer.status, answer.header("location")), (308, "https://ruche.example/tasks?state=failed"));
    assert_eq!(wire::get(plain, "/healthz").status, 200);
    let mistaken = wire::get(door.address, "/tasks");
    assert_eq!((mistaken.status, mistaken.header("location")), (308, "https://ruche.example/tasks"));
}
