//! A mail server that can be told to misbehave at any step, and remembers what it heard.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A step of a delivery (RFC 5321).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Greeting,
    Hello,
    Mail,
    Recipient,
    Data,
    Content,
}

impl Step {
    pub(super) const ALL: [Self; 6] = [Self::Greeting, Self::Hello, Self::Mail, Self::Recipient, Self::Data, Self::Content];

    fn of(line: &str, in_content: bool) -> Option<Self> {
        match line {
            "." if in_content => Some(Self::Content),
            _ if in_content => None,
            _ if line.starts_with("EHLO") => Some(Self::Hello),
            _ if line.starts_with("MAIL") => Some(Self::Mail),
            _ if line.starts_with("RCPT") => Some(Self::Recipient),
            _ if line.starts_with("DATA") => Some(Self::Data),
            _ => None,
        }
    }

    fn usual_answer(self) -> &'static str {
        match self {
            Self::Greeting => "220 mail.example",
            Self::Hello => "250-mail.example\r\n250 8BITMIME",
            Self::Data => "354 go on",
            Self::Mail | Self::Recipient | Self::Content => "250 fine",
        }
    }
}

/// What the server does at one step instead of the usual.
#[derive(Clone)]
enum Misdeed {
    Answer(Step, String),
    Silence(Step),
    None,
}

pub(super) struct MailServer {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<(bool, String)>>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub(super) async fn good() -> Self {
        Self::start(Misdeed::None).await
    }

    pub(super) async fn answering(step: Step, answer: &str) -> Self {
        Self::start(Misdeed::Answer(step, answer.to_owned())).await
    }

    pub(super) async fn silent(step: Step) -> Self {
        Self::start(Misdeed::Silence(step)).await
    }

    async fn start(misdeed: Misdeed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let hears = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, misdeed.clone(), Arc::clone(&hears)));
            }
        });
        Self { port, heard, task }
    }

    /// Every line so far, commands and content.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
    }

    /// The commands so far that begin with `verb`, without their parameters.
    pub(super) fn commands(&self, verb: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let commands = heard.iter().filter(|(content, line)| !content && line.starts_with(verb));
        commands.map(|(_, line)| line.split_inclusive('>').next().unwrap_or(line).to_owned()).collect()
    }

    /// Waits until the client is at `step`.
    pub(super) async fn reached(&self, step: Step) {
        while !self.heard.lock().unwrap().iter().any(|(content, line)| Step::of(line, *content) == Some(step)) {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, misdeed: Misdeed, heard: Arc<Mutex<Vec<(bool, String)>>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut step, mut in_content) = (Some(Step::Greeting), false);
    loop {
        let answer = match (&misdeed, step) {
            (Misdeed::Silence(silent), Some(step)) if *silent == step => std::future::pending().await,
            (Misdeed::Answer(at, answer), Some(step)) if *at == step => Some(answer.as_str()),
            (_, step) => step.map(Step::usual_answer),
        };
        if let Some(answer) = answer.or((!in_content).then_some("502 what?"))
            && writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err()
        {
            return;
        }
        in_content = match step {
            Some(Step::Data) => answer.is_some_and(|answer| answer.starts_with("354")),
            Some(Step::Content) => false,
            _ => in_content,
        };
        let Ok(Some(line)) = lines.next_line().await else { return };
        step = Step::of(&line, in_content);
        heard.lock().unwrap().push((in_content, line));
    }
}
