//! A server that holds each request for a while and writes down when it came and went.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// A request, from when it was read to before it was answered: within its task's own start and end.
#[derive(Debug, Clone)]
pub struct Span {
    pub key: String,
    pub start: Instant,
    pub end: Instant,
}

/// A running server.
pub struct Holder {
    address: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    spans: Mutex<Vec<Span>>,
    /// First requests by key, the newest last.
    begun: Mutex<Vec<(String, Instant)>>,
    came: Notify,
}

impl Holder {
    /// Starts on a free loopback port; a request's path is its key.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(held: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("couldn't start the receiver")?;
        let (address, seen) = (listener.local_addr()?.to_string(), Arc::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&shared);
                // A broken connection is the sender's loss.
                tokio::spawn(async move { drop(serve(stream, &seen, held).await) });
            }
        });
        Ok(Self { address, seen })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came and went.
    pub fn spans(&self) -> Vec<Span> {
        lock(&self.seen.spans).clone()
    }

    /// When the first request of a key came.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn first(&self, key: &str, patience: Duration) -> Result<Instant> {
        let came = async {
            loop {
                let next = self.seen.came.notified();
                let found = lock(&self.seen.begun).iter().rev().find(|(one, _)| one == key).map(|(_, at)| *at);
                match found {
                    Some(at) => return at,
                    None => next.await,
                }
            }
        };
        match tokio::time::timeout(patience, came).await {
            Ok(at) => Ok(at),
            Err(_) => bail!("no task of {key} began within {patience:?}"),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, seen: &Seen, held: Duration) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let start = Instant::now();
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end + 4);
        let key = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
        lock(&seen.begun).push((key.clone(), start));
        seen.came.notify_waiters();
        tokio::time::sleep(held).await;
        lock(&seen.spans).push(Span { key, start, end: Instant::now() });
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
    }
}
