//! A load generator for HTTP/1.1 that costs little beside what it measures: keep-alive connections, one request at a time on
//! each, as much parsing as the answers of poem need.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::latency::Latencies;

/// What came of a run.
#[derive(Debug)]
pub struct Load {
    pub requests: usize,
    pub seconds: f64,
    pub latencies: Latencies,
}

/// A request as bytes, to be sent over and over.
pub fn request(method: &str, path: &str, body: Option<&str>) -> Vec<u8> {
    let body = body.unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends `request` over `connections` connections, each the next one when the answer is there, for `duration`.
///
/// # Errors
/// When a connection breaks or an answer is no 2xx.
pub async fn closed_loop(address: &str, request: Vec<u8>, connections: usize, duration: Duration) -> Result<Load> {
    let start = Instant::now();
    let clients = (0..connections).map(|_| tokio::spawn(client(address.to_owned(), request.clone(), start + duration)));
    let mut latencies = Latencies::default();
    for client in clients.collect::<Vec<_>>() {
        latencies.merge(client.await??);
    }
    Ok(Load { requests: latencies.len(), seconds: start.elapsed().as_secs_f64(), latencies })
}

async fn client(address: String, request: Vec<u8>, end: Instant) -> Result<Latencies> {
    let mut connection = Connection::open(&address).await?;
    let mut latencies = Latencies::default();
    while Instant::now() < end {
        let start = Instant::now();
        let status = connection.send(&request).await?;
        ensure!((200..300).contains(&status), "the server answered {status}");
        latencies.add(start.elapsed());
    }
    Ok(latencies)
}

/// A keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("couldn't connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer whole; returns the status.
    ///
    /// # Errors
    /// When the connection breaks, or the answer has no length.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, whole) = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
            if let Some(head) = head(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < whole {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
        }
        Ok(status)
    }
}

/// The status and the whole answer's length, once the head is there.
fn head(bytes: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).context("the head is no text")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    match length {
        Some(length) => Ok(Some((status, end + 4 + length))),
        None => bail!("the answer has no length"),
    }
}
