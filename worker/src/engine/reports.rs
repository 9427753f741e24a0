//! Progress and log lines on their way to the store: coalesced, in batches, never in the task's way.

mod reported;

use std::{sync::Arc, time::Duration};

use ruche_domain::{LogLevel, Progress};
use ruche_store::{AttemptLog, AttemptProgress};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Instant, sleep, sleep_until},
};

pub(super) use reported::Reported;

use super::{Core, backoff::Backoff, live::Live};
use crate::Reports;

/// Progress is written at most this often.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Lines in one append, give or take one attempt's.
const LINES_AT_ONCE: usize = 2_000;

/// Where attempts that reported something queue up. Holds each attempt at most twice, so it is bounded by the slots.
pub(super) type ReportsInbox = UnboundedSender<Arc<Live>>;

pub(super) fn inbox() -> (ReportsInbox, UnboundedReceiver<Arc<Live>>) {
    unbounded_channel()
}

/// One attempt's way to report.
pub(super) struct Voice {
    pub(super) core: Arc<Core>,
    pub(super) live: Arc<Live>,
}

impl Reports for Voice {
    fn progress(&self, progress: Progress) {
        if self.live.reported.progress(progress) {
            self.core.announce(&self.live);
        }
    }

    fn log(&self, level: LogLevel, message: String) {
        if self.live.reported.log(self.core.clock.now(), level, message) {
            self.core.announce(&self.live);
        }
    }
}

impl Core {
    fn announce(&self, live: &Arc<Live>) {
        // An error means that the engine was dropped.
        drop(self.reports.send(Arc::clone(live)));
    }

    /// Waits until what an ended attempt reported is written, so that whoever sees its outcome sees its log.
    pub(super) async fn settle_reports(&self, live: &Arc<Live>) {
        if live.reported.close() {
            self.announce(live);
            live.reported.settled().await;
        }
    }
}

/// Writes what attempts report until the engine ends.
pub(super) async fn flush(core: Arc<Core>, mut inbox: UnboundedReceiver<Arc<Live>>) {
    let (mut waiting, mut next_progress) = (Vec::new(), Instant::now());
    loop {
        tokio::select! {
            arrived = inbox.recv_many(&mut waiting, LINES_AT_ONCE) => if arrived == 0 { return },
            () = sleep_until(next_progress), if !waiting.is_empty() => {}
        }
        let batch = Batch::gather(&mut waiting, Instant::now() >= next_progress);
        if !batch.progress.is_empty() {
            next_progress = Instant::now() + PROGRESS_INTERVAL;
        }
        batch.write(&core).await;
    }
}

/// What goes to the store together.
#[derive(Debug, Default)]
struct Batch {
    from: Vec<Arc<Live>>,
    progress: Vec<AttemptProgress>,
    logs: Vec<AttemptLog>,
}

impl Batch {
    /// Takes what may be written now; attempts that have more to say keep waiting.
    fn gather(waiting: &mut Vec<Arc<Live>>, progress_is_due: bool) -> Self {
        let (mut batch, mut lines) = (Self::default(), 0);
        waiting.retain(|live| {
            if lines >= LINES_AT_ONCE {
                return true;
            }
            let taken = live.reported.take(progress_is_due);
            lines += taken.lines.len();
            let attempt = live.attempt;
            batch.progress.extend(taken.progress.map(|progress| AttemptProgress { attempt, progress }));
            if !taken.lines.is_empty() {
                batch.logs.push(AttemptLog { attempt, lines: taken.lines });
            }
            batch.from.push(Arc::clone(live));
            taken.more
        });
        batch
    }

    async fn write(self, core: &Core) {
        if !self.progress.is_empty()
            && let Err(error) = core.store.record_progress(&self.progress, core.clock.now()).await
        {
            // The next progress says it better.
            tracing::debug!(error = &error as &dyn std::error::Error, "progress not recorded");
        }
        if !self.logs.is_empty() {
            append(core, &self.logs).await;
        }
        for live in self.from {
            live.reported.written();
        }
    }
}

/// Appends lines, however long the store is away; meanwhile attempts keep their slots, and what they buffer is bounded.
async fn append(core: &Core, logs: &[AttemptLog]) {
    let mut backoff = Backoff::new();
    while let Err(error) = core.store.append_logs(logs).await {
        let transient = error.is_transient();
        tracing::warn!(error = &error as &dyn std::error::Error, attempts = logs.len(), transient, "couldn't append logs");
        if !transient {
            return;
        }
        sleep(backoff.pause(&*core.clock)).await;
    }
}

#[cfg(test)]
mod tests {
    use ruche_domain::{TaskId, Timestamp};
    use ruche_store::AttemptRef;

    use super::*;

    fn live(id: u128) -> Arc<Live> {
        Arc::new(Live::new(AttemptRef { id: TaskId::from(uuid::Uuid::from_u128(id)), attempt: 1 }, Instant::now()))
    }

    #[tokio::test]
    async fn progress_waits_until_it_is_due_and_logs_do_not() {
        let live = live(1);
        live.reported.progress(Progress { current: 1, total: None, message: None });
        live.reported.log(Timestamp::UNIX_EPOCH, LogLevel::Info, "a".to_owned());
        let mut waiting = vec![Arc::clone(&live)];
        let batch = Batch::gather(&mut waiting, false);
        assert_eq!((batch.progress.len(), batch.logs.len(), waiting.len()), (0, 1, 1));
        live.reported.progress(Progress { current: 2, total: None, message: None });
        let batch = Batch::gather(&mut waiting, true);
        assert_eq!(batch.progress[0].progress.current, 2);
        assert!(batch.logs.is_empty() && waiting.is_empty());
    }

    #[tokio::test]
    async fn the_progress_of_an_ended_attempt_is_due_at_once() {
        let live = live(1);
        live.reported.progress(Progress { current: 1, total: None, message: None });
        assert!(live.reported.close());
        let batch = Batch::gather(&mut vec![live], false);
        assert_eq!(batch.progress.len(), 1);
    }

    #[tokio::test]
    async fn a_batch_of_lines_is_bounded() {
        let mut waiting: Vec<_> = (0..3).map(live).collect();
        for live in &waiting {
            for _ in 0..LINES_AT_ONCE - 1 {
                live.reported.log(Timestamp::UNIX_EPOCH, LogLevel::Info, "a".to_owned());
            }
        }
        let batch = Batch::gather(&mut waiting, true);
        assert_eq!((batch.logs.len(), waiting.len()), (2, 1));
    }
}
