//! A server that says what it is told to, without any idea of HTTP, and remembers what it heard.

use std::{
    future::Future,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(in crate::tasks) struct Server {
    pub(in crate::tasks) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every request with `answer` and closes the connection.
    pub(in crate::tasks) async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::doing(move |_, mut stream| {
            let answer = Arc::clone(&answer);
            async move {
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    /// Hands every request's path and connection to `act`.
    pub(in crate::tasks) async fn doing<F, Done>(act: F) -> Self
    where
        F: Fn(String, TcpStream) -> Done + Send + Sync + 'static,
        Done: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (hears, counts, act) = (Arc::clone(&heard), Arc::clone(&connections), Arc::new(act));
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                *counts.lock().unwrap() += 1;
                let (hears, act) = (Arc::clone(&hears), Arc::clone(&act));
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    hears.lock().unwrap().push(request);
                    act(path, stream).await;
                });
            }
        });
        Self { port, heard, connections, task }
    }

    pub(in crate::tasks) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests so far, as text.
    pub(in crate::tasks) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How often somebody connected.
    pub(in crate::tasks) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The head and the body of a request, as text.
pub(in crate::tasks) async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    while let Ok(read @ 1..) = stream.read_buf(&mut bytes).await {
        let _ = read;
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text.into_owned();
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A header's value in a request.
pub(in crate::tasks) fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines()
        .skip(1)
        .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}
