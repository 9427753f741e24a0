//! Live events: server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>), over reconnections.

use std::{collections::VecDeque, time::Duration};

use reqwest::{Response, StatusCode};
use ruche_domain::TaskId;

use super::{ApiError, Client};

/// Longest event taken, in bytes; a longer one is cut off with its connection.
const LONGEST: usize = 1024 * 1024;

/// Pause before a reconnection.
const PAUSE: Duration = Duration::from_secs(1);

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name, e.g. `task.state`; `connected` is this client's own, after each connection.
    pub name: String,
    /// Its data: JSON.
    pub data: String,
    /// Its id.
    pub id: Option<String>,
}

/// The stream of events. Reconnects by itself and goes on after the last event seen.
#[derive(Debug)]
pub struct Events {
    client: Client,
    task: Option<TaskId>,
    response: Option<Response>,
    parser: Parser,
    ready: VecDeque<Event>,
    last_id: Option<String>,
}

impl Events {
    /// Connects; with `task` only that task's events come, and those that concern all.
    ///
    /// # Errors
    /// When the server is not there, or says no.
    pub async fn open(client: &Client, task: Option<TaskId>) -> Result<Self, ApiError> {
        let response = client.open_events(task, None).await?;
        Ok(Self {
            client: client.clone(),
            task,
            response: Some(response),
            parser: Parser::default(),
            ready: VecDeque::from([connected()]),
            last_id: None,
        })
    }

    /// The next event. Waits for a server that is away; `None` when it says that there will be no more. Cancel safe.
    ///
    /// # Errors
    /// When the server answers again, with a no.
    pub async fn next(&mut self) -> Result<Option<Event>, ApiError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(response) = &mut self.response else {
                match self.client.open_events(self.task, self.last_id.as_deref()).await {
                    Ok(response) if response.status() == StatusCode::NO_CONTENT => return Ok(None),
                    Ok(response) => {
                        self.response = Some(response);
                        self.ready.push_back(connected());
                    }
                    Err(ApiError::Unreachable { .. }) => tokio::time::sleep(PAUSE).await,
                    Err(error) if error.status().is_some_and(|status| status.is_server_error()) => {
                        tokio::time::sleep(PAUSE).await
                    }
                    Err(error) => return Err(error),
                }
                continue;
            };
            match response.chunk().await {
                Ok(Some(bytes)) if self.parser.held() < LONGEST => {
                    for event in self.parser.feed(&bytes) {
                        self.last_id = event.id.clone().or(self.last_id.take());
                        self.ready.push_back(event);
                    }
                }
                _ended => {
                    self.response = None;
                    self.parser = Parser::default();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

fn connected() -> Event {
    Event { name: "connected".to_owned(), ..Event::default() }
}

/// Splits a stream of bytes into events.
#[derive(Debug, Default)]
struct Parser {
    line: Vec<u8>,
    event: Event,
}

impl Parser {
    fn held(&self) -> usize {
        self.line.len() + self.event.data.len()
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned();
            events.extend(self.take_line(&line));
        }
        events
    }

    fn take_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return (!event.data.is_empty()).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "id" => self.event.id = Some(value.to_owned()),
            "data" => {
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // Comments keep the connection alive; `retry` is the server's wish for browsers.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_survive_any_cut_of_the_stream() {
        let text = ": hello\r\nretry: 5\n\nid: 7\nevent: task.state\ndata: {\"a\":\ndata: \"é\"}\n\ndata:x\n\n";
        let expected = [
            Event { name: "task.state".into(), data: "{\"a\":\n\"é\"}".into(), id: Some("7".into()) },
            Event { name: String::new(), data: "x".into(), id: None },
        ];
        for cut in 0..text.len() {
            let mut parser = Parser::default();
            let mut events = parser.feed(&text.as_bytes()[..cut]);
            events.extend(parser.feed(&text.as_bytes()[cut..]));
            assert_eq!(events, expected, "cut at {cut}");
        }
    }
}
