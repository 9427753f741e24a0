//! Certificates.

use std::io::Write;

use rcgen::CertifiedKey;
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

use super::{server::read_request, *};

/// An HTTPS server with a certificate for 127.0.0.1 that it issued itself: its port, and the certificate's file.
async fn https_server(names: &[&str]) -> (u16, tempfile::NamedTempFile) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(cert.pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let (listener, acceptor) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TlsAcceptor::from(Arc::new(config)));
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            read_request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    (port, file)
}

fn trusting(file: &tempfile::NamedTempFile) -> TestContext {
    configured(json!({"allowed_networks": ["127.0.0.1"], "ca_file": file.path()}))
}

#[tokio::test]
async fn an_untrusted_certificate_is_refused() {
    let (port, _) = https_server(&["127.0.0.1"]).await;
    assert_eq!(fails(&worker(), json!({"url": format!("https://127.0.0.1:{port}/")})).await, retried("tls"));
}

#[tokio::test]
async fn a_certificate_of_a_configured_authority_is_trusted_for_its_name_only() {
    let (port, file) = https_server(&["127.0.0.1"]).await;
    let request = json!({"url": format!("https://127.0.0.1:{port}/"), "expected_statuses": [302]});
    assert_eq!(run(&trusting(&file), request).await.unwrap().status, 302);
    let (port, file) = https_server(&["other.example"]).await;
    assert_eq!(fails(&trusting(&file), json!({"url": format!("https://127.0.0.1:{port}/")})).await, retried("tls"));
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_refused() {
    let (port, file) = https_server(&["127.0.0.1"]).await;
    let request = json!({"url": format!("https://127.0.0.1:{port}/"), "follow_redirects": 1});
    assert_eq!(fails(&trusting(&file), request).await, for_good("redirect"));
}

#[tokio::test]
async fn a_server_without_tls_is_no_https_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let test = worker();
    let (outcome, _) = tokio::join!(fails(&test, json!({"url": url})), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        stream
    });
    assert_eq!(outcome, retried("tls"));
}
