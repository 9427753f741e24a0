//! Asking a process on this machine how it is, for images that have no curl.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longest wait for the whole answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process is not well, or not there.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It does not answer.
    #[error("couldn't ask {address}")]
    Unreachable {
        /// Where it should be.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It says no.
    #[error("{address} says: {answer}")]
    No {
        /// Where it is.
        address: SocketAddr,
        /// Why, in its words.
        answer: String,
    },
}

/// Asks the process that listens on `listen` for `path`, which begins with a slash; `Ok` for a status of 200.
///
/// # Errors
/// When it says no, or nothing.
pub async fn ask(listen: SocketAddr, path: &str) -> Result<(), AskError> {
    let address = reachable(listen);
    let answer = match timeout(PATIENCE, exchange(address, path)).await {
        Ok(answer) => answer,
        Err(_elapsed) => Err(io::ErrorKind::TimedOut.into()),
    };
    let answer = answer.map_err(|source| AskError::Unreachable { address, source })?;
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) == Some("200") {
        return Ok(());
    }
    let reason = answer.split("\r\n\r\n").nth(1).map(reason_in).filter(|reason| !reason.is_empty());
    let answer = reason.as_deref().unwrap_or(status).chars().filter(|c| !c.is_control()).take(200).collect();
    Err(AskError::No { address, answer })
}

/// The detail of a problem (RFC 9457), else the first line.
fn reason_in(body: &str) -> String {
    let problem = serde_json::from_str::<serde_json::Value>(body).unwrap_or_default();
    let detail = problem["detail"].as_str().or(problem["title"].as_str());
    detail.or(body.lines().next()).unwrap_or_default().to_owned()
}

async fn exchange(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4_096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Every address means this machine here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answering(answer: &'static str) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        address
    }

    #[tokio::test]
    async fn only_200_is_a_yes() {
        assert!(ask(answering("HTTP/1.0 200 OK\r\n\r\nok\n").await, "/readyz").await.is_ok());
        let no = ask(answering("HTTP/1.0 503 Service Unavailable\r\n\r\nthe broker is unavailable\n").await, "/readyz").await;
        assert!(no.unwrap_err().to_string().ends_with("says: the broker is unavailable"));
        let no = ask(answering("HTTP/1.0 503 x\r\n\r\n{\"title\":\"Not ready\",\"detail\":\"stopping\"}").await, "/readyz").await;
        assert!(no.unwrap_err().to_string().ends_with("says: stopping"));
        assert!(ask(([127, 0, 0, 1], 1).into(), "/").await.is_err());
    }
}
