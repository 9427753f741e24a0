//! A webhook receiver that fails, stalls and drops connections for a known share of the orders, and writes down what came.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the receiver does with an order; a share of 100, by the hash of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Manner {
    /// Takes it at once.
    Accepts,
    /// 500 twice, then takes it (5 %).
    FailsTwice,
    /// 503 with `Retry-After: 1`, then takes it (2 %).
    BusyOnce,
    /// Answers nothing until the sender gives up, then takes it (2 %).
    StallsOnce,
    /// Closes the connection without an answer, then takes it (3 %).
    DropsOnce,
    /// 400, always (1 %).
    Refuses,
    /// 500, always (1 %).
    AlwaysFails,
}

impl Manner {
    /// The receiver's manner with an order.
    pub fn of(order_id: &str) -> Self {
        let digest = Sha256::digest(order_id.as_bytes());
        match u16::from_be_bytes([digest[0], digest[1]]) % 100 {
            0..5 => Self::FailsTwice,
            5..7 => Self::BusyOnce,
            7..9 => Self::StallsOnce,
            9..12 => Self::DropsOnce,
            12 => Self::Refuses,
            13 => Self::AlwaysFails,
            _ => Self::Accepts,
        }
    }

    /// How many deliveries are not taken before one is; `None` if none ever is.
    pub fn failures(self) -> Option<usize> {
        match self {
            Self::Accepts => Some(0),
            Self::FailsTwice => Some(2),
            Self::BusyOnce | Self::StallsOnce | Self::DropsOnce => Some(1),
            Self::Refuses | Self::AlwaysFails => None,
        }
    }
}

/// One delivery as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub order_id: String,
    pub webhook_id: String,
    pub signed: bool,
    /// Whether it was answered with 200.
    pub taken: bool,
}

/// A running receiver.
pub struct Receiver {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    key: Vec<u8>,
    log: Mutex<Vec<Delivery>>,
    seen: Mutex<HashMap<String, usize>>,
}

impl Receiver {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self> {
        Self::start_on("127.0.0.1", (0..32).map(|_| rand::random::<u8>()).collect()).await
    }

    /// Starts on a free port of one of this machine's addresses; `key` signs.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start_on(host: &str, key: Vec<u8>) -> Result<Self> {
        let listener = TcpListener::bind((host, 0)).await.context("couldn't start the receiver")?;
        let address = listener.local_addr()?.to_string();
        let shared = Arc::new(Shared { key, log: Mutex::default(), seen: Mutex::default() });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared })
    }

    pub fn url(&self) -> String {
        format!("http://{}/orders", self.address)
    }

    /// The signing secret, in the specification's form.
    pub fn secret(&self) -> String {
        secret_of(&self.shared.key)
    }

    /// What came, in order.
    pub fn log(&self) -> Vec<Delivery> {
        lock(&self.shared.log).clone()
    }
}

/// A signing secret, in the specification's form.
pub fn secret_of(key: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(key))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // A broken connection is the sender's loss.
        tokio::spawn(async move { drop(serve(stream, &shared).await) });
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> Result<()> {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await? {
        let order: serde_json::Value = serde_json::from_slice(&request.body)?;
        let order_id = order["order_id"].as_str().context("no order id")?.to_owned();
        let before = {
            let mut seen = lock(&shared.seen);
            let count = seen.entry(order_id.clone()).or_insert(0);
            *count += 1;
            *count - 1
        };
        let manner = Manner::of(&order_id);
        let taken = manner.failures().is_some_and(|failures| before >= failures);
        lock(&shared.log).push(Delivery {
            order_id,
            webhook_id: request.header("webhook-id").unwrap_or_default().to_owned(),
            signed: request.is_signed(&shared.key),
            taken,
        });
        let answer = match manner {
            _ if taken => "200 OK\r\ncontent-length: 0",
            Manner::BusyOnce => "503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0",
            Manner::Refuses => "400 Bad Request\r\ncontent-length: 0",
            Manner::DropsOnce => return Ok(()),
            Manner::StallsOnce => {
                // Until the sender closes the connection.
                drop(tokio::time::timeout(Duration::from_secs(60), stream.read_u8()).await);
                return Ok(());
            }
            Manner::Accepts | Manner::FailsTwice | Manner::AlwaysFails => "500 Internal Server Error\r\ncontent-length: 0",
        };
        stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await?;
    }
    Ok(())
}

struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Verifies the signature by the Standard Webhooks specification, independently of Ruche's code.
    fn is_signed(&self, key: &[u8]) -> bool {
        let (Some(id), Some(at)) = (self.header("webhook-id"), self.header("webhook-timestamp")) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return false };
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(&self.body);
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").is_some_and(|signatures| signatures.split(' ').any(|signature| signature == expected))
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Request>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let request = Request { head, body: Vec::new() };
            let length: usize = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            while buffer.len() < end + 4 + length {
                anyhow::ensure!(stream.read_buf(buffer).await? > 0, "the sender went away");
            }
            let body = buffer[end + 4..end + 4 + length].to_vec();
            buffer.drain(..end + 4 + length);
            return Ok(Some(Request { body, ..request }));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}
