//! From a program's output to the attempt's log, with bounds.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use ruche_domain::LogLevel;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::lines::Lines;
use crate::TaskContext;

/// Most lines that go into the log.
const MOST_LINES: u64 = 10_000;
/// Last lines kept for the failure's details.
const TAIL_LINES: usize = 20;
/// Most bytes of those.
const TAIL_BYTES: usize = 4_096;

/// Where standard output and standard error meet.
pub(crate) struct Output<'a> {
    context: &'a TaskContext,
    taken: Mutex<Taken>,
}

struct Taken {
    room: usize,
    lines: u64,
    truncated: bool,
    tail: VecDeque<String>,
}

impl<'a> Output<'a> {
    pub(crate) fn new(context: &'a TaskContext, max_bytes: usize) -> Self {
        Self { context, taken: Mutex::new(Taken { room: max_bytes, lines: 0, truncated: false, tail: VecDeque::new() }) }
    }

    /// Reads a stream to its end. What does not fit is read all the same, so that the program does not hang, and thrown away.
    pub(crate) async fn capture(&self, stream: Option<impl AsyncRead + Unpin>, level: LogLevel) {
        let Some(mut stream) = stream else { return };
        let (mut lines, mut buffer) = (Lines::default(), vec![0; 16 * 1024]);
        // An error means the same as the end: nothing more can be read.
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            lines.push(&buffer[..read], |line| self.take(level, line));
            // A flood must not keep others from running.
            tokio::task::consume_budget().await;
        }
        if let Some(line) = lines.finish() {
            self.take(level, line);
        }
    }

    fn take(&self, level: LogLevel, line: String) {
        let mut taken = self.lock();
        if taken.truncated {
            return;
        }
        if line.len() + 1 > taken.room || taken.lines >= MOST_LINES {
            taken.truncated = true;
            drop(taken);
            return self.context.warn("the program wrote more than the log takes; the rest is left out");
        }
        taken.room -= line.len() + 1;
        taken.lines += 1;
        taken.tail.push_back(line.clone());
        if taken.tail.len() > TAIL_LINES {
            taken.tail.pop_front();
        }
        drop(taken);
        self.context.log(level, line);
    }

    /// Lines in the log, and whether there were more.
    pub(crate) fn logged(&self) -> (u64, bool) {
        let taken = self.lock();
        (taken.lines, taken.truncated)
    }

    /// The last lines in the log.
    pub(crate) fn tail(&self) -> String {
        let tail = self.lock().tail.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let cut = tail.len().saturating_sub(TAIL_BYTES);
        tail[tail.ceil_char_boundary(cut)..].to_owned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
