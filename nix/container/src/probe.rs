//! Asking a service on this machine whether it answers.

use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

/// Longest wait for one address to take a connection, and for each piece of an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The first part of an answer, which holds its status.
const HEAD: u64 = 1_024;

/// Fails with the first of `urls` that does not answer as it should.
pub fn all(urls: &[&str]) -> Result<(), String> {
    urls.iter().try_for_each(|url| one(url).map_err(|reason| format!("{url}: {reason}")))
}

fn one(url: &str) -> Result<(), String> {
    if let Some(address) = url.strip_prefix("tcp://") {
        return connect(address).map(drop);
    }
    let rest = url.strip_prefix("http://").ok_or("expected http:// or tcp://")?;
    let (address, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    if path.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("a path has no spaces".to_owned());
    }
    let status = status_of(connect(address)?, address, path).map_err(|error| error.to_string())?;
    if (200..300).contains(&status) { Ok(()) } else { Err(format!("status {status}")) }
}

fn connect(address: &str) -> Result<TcpStream, String> {
    let mut reason = "no such host".to_owned();
    for address in address.to_socket_addrs().map_err(|error| error.to_string())? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}

fn status_of(mut stream: TcpStream, host: &str, path: &str) -> std::io::Result<u16> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: ruche-container\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = Vec::new();
    // A server may end the connection as it likes once it has said its status.
    let read = stream.take(HEAD).read_to_end(&mut head);
    let line = String::from_utf8_lossy(&head);
    let status = line.strip_prefix("HTTP/").and_then(|rest| rest.split(' ').nth(1)).and_then(|code| code.get(..3)?.parse().ok());
    match status {
        Some(status) => Ok(status),
        None => Err(read.err().unwrap_or_else(|| std::io::Error::other("not an HTTP answer"))),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// A server for one request that says `answer`.
    fn answering(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let length = stream.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1:"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        format!("http://{address}/readyz")
    }

    #[test]
    fn any_status_of_success_is_a_yes_and_every_other_is_a_no() {
        assert_eq!(all(&[&answering("HTTP/1.1 200 OK\r\n\r\nok")]), Ok(()));
        assert_eq!(all(&[&answering("HTTP/1.0 204 No Content\r\n\r\n")]), Ok(()));
        assert!(all(&[&answering("HTTP/1.1 503 Service Unavailable\r\n\r\n")]).unwrap_err().ends_with("status 503"));
        assert!(all(&[&answering("HTTP/1.1 302 Found\r\n\r\n")]).unwrap_err().ends_with("status 302"));
        assert!(all(&[&answering("SSH-2.0-OpenSSH\r\n")]).unwrap_err().ends_with("not an HTTP answer"));
        assert!(all(&[&answering("")]).unwrap_err().ends_with("not an HTTP answer"));
    }

    #[test]
    fn an_open_port_is_enough_for_tcp_and_a_closed_one_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        assert_eq!(all(&[&url]), Ok(()));
        drop(listener);
        assert!(all(&[&url]).is_err());
    }

    #[test]
    fn every_address_has_to_answer() {
        let open = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("tcp://{}", open.local_addr().unwrap());
        assert!(all(&[&url, "tcp://127.0.0.1:1"]).unwrap_err().starts_with("tcp://127.0.0.1:1: "));
    }

    #[test]
    fn what_is_no_address_is_told() {
        for url in ["localhost:80", "http://nobody.invalid/", "http://127.0.0.1/a b", "http://127.0.0.1:99999/"] {
            assert!(all(&[url]).unwrap_err().starts_with(url));
        }
    }
}
