//! What one attempt reported and the store does not have yet.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ruche_domain::{LogLevel, LogLine, Progress, Timestamp};
use tokio::sync::Notify;

/// Lines kept of one attempt.
const MOST_LINES: u32 = 10_000;

/// Longest line kept, in bytes.
const LONGEST_LINE: usize = 8 * 1_024;

/// Longest progress message kept, in bytes.
const LONGEST_MESSAGE: usize = 200;

/// Bytes of lines that may wait; beyond it lines are dropped.
const MOST_WAITING: usize = 1_024 * 1_024;

/// What one attempt reported and the store does not have yet. Bounded; taking a report never waits.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reported {
    waiting: Mutex<Waiting>,
    written: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    progress: Option<Progress>,
    lines: Vec<LogLine>,
    bytes: usize,
    /// Lines taken so far, those written already included.
    taken: u32,
    /// No more lines are taken.
    full: bool,
    gap: Option<Gap>,
    /// The attempt stands in the inbox.
    announced: bool,
    /// A write is on its way.
    writing: bool,
    /// The attempt has ended.
    closed: bool,
}

/// Lines that found no room.
#[derive(Debug)]
struct Gap {
    lines: u32,
    since: Timestamp,
}

impl Gap {
    fn told(self) -> LogLine {
        let message = format!("{} lines were dropped: they came faster than they could be written", self.lines);
        LogLine { at: self.since, level: LogLevel::Warn, message }
    }
}

/// What is to be written now.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) progress: Option<Progress>,
    pub(super) lines: Vec<LogLine>,
    /// Whether something stays behind.
    pub(super) more: bool,
}

impl Reported {
    /// Keeps the latest progress. `true` if the attempt is to be announced.
    pub(super) fn progress(&self, mut progress: Progress) -> bool {
        progress.message = progress.message.map(|message| clean(message, LONGEST_MESSAGE));
        let mut waiting = self.lock();
        if waiting.closed {
            return false;
        }
        waiting.progress = Some(progress);
        waiting.announce()
    }

    /// Keeps a line, if there is room. `true` if the attempt is to be announced.
    pub(super) fn log(&self, at: Timestamp, level: LogLevel, message: String) -> bool {
        let message = clean(message, LONGEST_LINE);
        let mut waiting = self.lock();
        if waiting.closed {
            return false;
        }
        waiting.keep(LogLine { at, level, message });
        waiting.announce()
    }

    /// Takes what may be written now; a later [`Self::written`] ends the write.
    pub(super) fn take(&self, progress_is_due: bool) -> Taken {
        let mut waiting = self.lock();
        let progress = if progress_is_due || waiting.closed { waiting.progress.take() } else { None };
        let mut lines = std::mem::take(&mut waiting.lines);
        lines.extend(waiting.gap.take().map(Gap::told));
        waiting.bytes = 0;
        // The attempt may stand in the inbox twice, so a write may be on its way already.
        waiting.writing |= progress.is_some() || !lines.is_empty();
        waiting.announced = waiting.progress.is_some();
        Taken { progress, lines, more: waiting.announced }
    }

    /// What was taken is written, or given up.
    pub(super) fn written(&self) {
        self.lock().writing = false;
        self.written.notify_waiters();
    }

    /// Takes no more. `true` if something has yet to be written.
    pub(super) fn close(&self) -> bool {
        let mut waiting = self.lock();
        waiting.closed = true;
        !waiting.is_settled()
    }

    /// Waits until everything is written.
    pub(super) async fn settled(&self) {
        loop {
            let written = self.written.notified();
            tokio::pin!(written);
            written.as_mut().enable();
            if self.lock().is_settled() {
                return;
            }
            written.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Each change is complete before anything could panic.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_settled(&self) -> bool {
        self.progress.is_none() && self.lines.is_empty() && !self.writing
    }

    fn announce(&mut self) -> bool {
        let something = self.progress.is_some() || !self.lines.is_empty();
        something && !std::mem::replace(&mut self.announced, true)
    }

    fn keep(&mut self, line: LogLine) {
        if self.full {
            return;
        }
        if self.taken >= MOST_LINES {
            self.full = true;
            let message = format!("no more lines are kept: an attempt may write {MOST_LINES}");
            return self.push(LogLine { level: LogLevel::Warn, message, ..line });
        }
        if self.bytes + line.message.len() > MOST_WAITING {
            self.gap.get_or_insert(Gap { lines: 0, since: line.at }).lines += 1;
            return;
        }
        self.push(line);
    }

    fn push(&mut self, line: LogLine) {
        self.taken += 1;
        self.bytes += line.message.len();
        self.lines.push(line);
    }
}

/// Cut at a character boundary, without NUL characters (PostgreSQL keeps none).
fn clean(mut text: String, most: usize) -> String {
    cut(&mut text, most);
    if text.contains('\0') {
        text = text.replace('\0', "\u{fffd}");
        cut(&mut text, most);
    }
    text
}

fn cut(text: &mut String, most: usize) {
    text.truncate(text.floor_char_boundary(most));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(reported: &Reported, message: &str) -> bool {
        reported.log(Timestamp::UNIX_EPOCH, LogLevel::Info, message.to_owned())
    }

    fn lines(reported: &Reported) -> Vec<String> {
        reported.take(true).lines.into_iter().map(|line| line.message).collect()
    }

    #[test]
    fn an_attempt_is_announced_once_until_it_is_looked_at() {
        let reported = Reported::default();
        assert!(log(&reported, "a"));
        assert!(!log(&reported, "b"));
        assert_eq!(lines(&reported), ["a", "b"]);
        assert!(log(&reported, "c"));
    }

    #[test]
    fn long_lines_are_cut_and_nul_is_replaced() {
        let reported = Reported::default();
        log(&reported, &"é".repeat(LONGEST_LINE));
        log(&reported, "a\0b");
        let lines = lines(&reported);
        assert_eq!(lines[0].len(), LONGEST_LINE);
        assert_eq!(lines[1], "a\u{fffd}b");
        reported.progress(Progress { current: 1, total: None, message: Some("x".repeat(500)) });
        assert_eq!(reported.take(true).progress.unwrap().message.unwrap().len(), LONGEST_MESSAGE);
    }

    #[test]
    fn after_ten_thousand_lines_one_says_so() {
        let reported = Reported::default();
        (0..10_500).for_each(|_| _ = log(&reported, "a"));
        let lines = lines(&reported);
        assert_eq!(lines.len(), 10_001);
        assert!(lines[10_000].starts_with("no more lines"));
        log(&reported, "late");
        assert!(reported.take(true).lines.is_empty());
    }

    #[test]
    fn what_waits_is_bounded_and_gaps_are_told() {
        let reported = Reported::default();
        let line = "x".repeat(LONGEST_LINE);
        (0..200).for_each(|_| _ = log(&reported, &line));
        let lines = lines(&reported);
        assert_eq!(lines.len(), 129);
        assert!(lines[128].starts_with("72 lines were dropped"));
    }

    #[tokio::test]
    async fn an_attempt_is_settled_when_its_lines_are_written() {
        let reported = Reported::default();
        log(&reported, "a");
        assert!(reported.close());
        reported.take(true);
        assert!(futures::FutureExt::now_or_never(reported.settled()).is_none());
        reported.written();
        reported.settled().await;
        assert!(!log(&reported, "too late"));
    }
}
