//! Drives an attempt's code until it ends, its time is up, or it is told to stop.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use autometrics::autometrics;
use futures::{FutureExt, future::BoxFuture};
use ruche_domain::RawJson;
use ruche_metrics::objectives::TASKS;
use tokio::time::{Instant, sleep_until};

use super::Ending;
use crate::{
    TaskError,
    engine::live::{Live, Stop},
};

/// An attempt's time limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long the code may run.
    pub(super) timeout: Option<Duration>,
    /// How long it may go on after it was asked to stop.
    pub(super) grace: Duration,
}

impl Limits {
    /// When the code's time is up, if it begins now.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }
}

type Work = BoxFuture<'static, Result<RawJson, TaskError>>;

/// Starts the code and drives it to its end. Panics anywhere in it are caught.
pub(super) async fn drive(start: impl FnOnce() -> Work, live: &Live, limits: Limits) -> Ending {
    match catch_unwind(AssertUnwindSafe(start)) {
        Ok(work) => run_attempt(work, live, limits).await,
        Err(payload) => Ending::panicked(&*payload),
    }
}

#[autometrics(objective = TASKS, ok_if = Ending::is_success)]
async fn run_attempt(mut work: Work, live: &Live, limits: Limits) -> Ending {
    let mut watched = Watched { known: Stop::No, timeout: limits.deadline(), give_up: None };
    let ending = loop {
        tokio::select! {
            // The code first: most attempts end at the first look, and then nothing else is paid for.
            biased;
            done = AssertUnwindSafe(&mut work).catch_unwind() => {
                break match done {
                    Ok(returned) => Ending::Returned(returned),
                    Err(payload) => Ending::panicked(&*payload),
                };
            }
            stop = live.stop_beyond(watched.known) => {
                if watched.told(stop, Instant::now() + limits.grace) {
                    break Ending::Dropped;
                }
            }
            () = reached(watched.timeout) => break Ending::TimedOut(limits.timeout.unwrap_or_default()),
            () = reached(watched.give_up) => break Ending::Dropped,
        }
    };
    discard(work, ending)
}

/// What an attempt was told so far, and its hours.
struct Watched {
    known: Stop,
    timeout: Option<Instant>,
    give_up: Option<Instant>,
}

impl Watched {
    /// Takes note of a reason to stop; `true` if the code is to be dropped at once.
    fn told(&mut self, stop: Stop, give_up: Instant) -> bool {
        self.known = stop;
        // A second reason does not prolong the grace.
        self.give_up.get_or_insert(give_up);
        stop == Stop::Lost
    }
}

async fn reached(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Dropping the code runs its destructors, which may panic as well.
fn discard(work: Work, ending: Ending) -> Ending {
    match catch_unwind(AssertUnwindSafe(move || drop(work))) {
        Ok(()) => ending,
        Err(payload) => match ending {
            Ending::Returned(Ok(_)) => ending,
            _ => Ending::panicked(&*payload),
        },
    }
}

#[cfg(test)]
mod tests {
    use ruche_domain::TaskId;
    use ruche_store::AttemptRef;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const NEVER: Duration = Duration::from_secs(3_600);
    const LIMITS: Limits = Limits { timeout: Some(NEVER), grace: NEVER };

    fn live() -> Live {
        Live::new(AttemptRef { id: TaskId::from(uuid::Uuid::nil()), attempt: 1 }, Instant::now())
    }

    fn forever() -> Work {
        std::future::pending().boxed()
    }

    #[tokio::test]
    async fn code_that_never_ends_is_dropped_when_its_time_is_up() {
        let began = Instant::now();
        let ending = drive(forever, &live(), Limits { timeout: Some(SOON), ..LIMITS }).await;
        assert!(matches!(ending, Ending::TimedOut(SOON)));
        assert!(began.elapsed() >= SOON);
    }

    #[tokio::test]
    async fn code_that_ignores_a_request_to_stop_gets_a_grace_period() {
        let (live, began) = (live(), Instant::now());
        live.tell(Stop::Cancel);
        assert!(matches!(drive(forever, &live, Limits { grace: SOON, ..LIMITS }).await, Ending::Dropped));
        assert!(began.elapsed() >= SOON);
    }

    #[tokio::test]
    async fn code_that_stops_when_asked_returns_by_itself() {
        let live = live();
        live.tell(Stop::Cancel);
        let token = live.token.clone();
        let polite = || async move { token.cancelled_owned().map(|()| Ok(RawJson::null())).await };
        assert!(matches!(drive(|| polite().boxed(), &live, LIMITS).await, Ending::Returned(Ok(_))));
    }

    #[tokio::test]
    async fn a_second_reason_to_stop_does_not_prolong_the_grace() {
        let (first, second) = (Instant::now(), Instant::now() + NEVER);
        let mut watched = Watched { known: Stop::No, timeout: None, give_up: None };
        assert!(!watched.told(Stop::Drain, first));
        assert!(!watched.told(Stop::Cancel, second));
        assert_eq!((watched.known, watched.give_up), (Stop::Cancel, Some(first)));
    }

    #[tokio::test]
    async fn code_without_a_lease_is_dropped_at_once() {
        let live = live();
        live.tell(Stop::Lost);
        assert!(matches!(drive(forever, &live, LIMITS).await, Ending::Dropped));
    }

    #[tokio::test]
    async fn panics_in_the_code_and_in_its_destructors_are_caught() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("in drop");
            }
        }
        let at_start = drive(|| panic!("at start"), &live(), LIMITS).await;
        assert!(matches!(at_start, Ending::Panicked(text) if text == "at start"));
        let later = drive(|| async { panic!("later {}", 1) }.boxed(), &live(), LIMITS).await;
        assert!(matches!(later, Ending::Panicked(text) if text == "later 1"));
        let live = live();
        live.tell(Stop::Lost);
        let bomb = || async {
            let _bomb = Bomb;
            std::future::pending().await
        };
        assert!(matches!(drive(|| bomb().boxed(), &live, LIMITS).await, Ending::Panicked(_)));
    }
}
