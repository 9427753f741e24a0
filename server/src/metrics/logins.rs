//! Logins.

use prometheus::{IntCounterVec, Registry};
use ruche_metrics::catalogue::LOGINS;

/// How a login went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginOutcome {
    /// A session was opened.
    Accepted,
    /// The key was none.
    Refused,
    /// It came after too many that were refused.
    Throttled,
}

impl LoginOutcome {
    const ALL: [Self; 3] = [Self::Accepted, Self::Refused, Self::Throttled];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
        }
    }
}

/// Logins.
pub struct Logins(IntCounterVec);

impl Logins {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let logins = LOGINS.counters(registry)?;
        // There from the start, so that a first refusal shows as a rise.
        for outcome in LoginOutcome::ALL {
            logins.with_label_values(&[outcome.as_str()]);
        }
        Ok(Self(logins))
    }

    /// Counts one.
    pub fn count(&self, outcome: LoginOutcome) {
        self.0.with_label_values(&[outcome.as_str()]).inc();
    }
}
