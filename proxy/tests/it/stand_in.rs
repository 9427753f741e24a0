//! A program behind the door that remembers what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// Answers every request alike, until the test ends.
pub struct StandIn {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    /// One that answers 200, with headers of its own that the door has to replace.
    pub fn start() -> Self {
        Self::answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nContent-Type: text/plain\r\nServer: stand-in/1\r\n\
             X-Powered-By: stand-in\r\nContent-Security-Policy: default-src *\r\nReferrer-Policy: unsafe-url\r\n\r\nhello",
        )
    }

    /// One that answers with these bytes and hangs up; with none of them, never.
    pub fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, heads) = (listener.local_addr().unwrap(), Arc::default());
        let kept = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(stream, answer, &kept));
            }
        });
        Self { address, heads }
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The head of the last request.
    pub fn last(&self) -> String {
        self.heads().pop().expect("it was asked nothing")
    }
}

fn serve(mut stream: TcpStream, answer: &str, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 0) && line != "\r\n" {
        head.push_str(&line);
        line.clear();
    }
    let length = value(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    heads.lock().unwrap().push(head);
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    if answer.is_empty() {
        // Until the other side gives up.
        let _ = reader.read_to_end(&mut body);
    }
    let _ = stream.write_all(answer.as_bytes());
}

/// A header's value in a request's head.
pub fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
