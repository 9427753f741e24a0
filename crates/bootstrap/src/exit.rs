//! How a process ends: its exit code and the one error it prints.

use std::{fmt, fmt::Write as _};

use ruche_store::StoreError;
use ruche_store_sqlite::SqliteProblem;

use crate::{ListenError, config::ConfigError};

/// Every exit code of Ruche's programs. Numbers from 64 on are those of `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// It worked.
    Success = 0,
    /// It failed in a way that has no number of its own.
    Failure = 1,
    /// The command line is wrong (clap's number).
    Usage = 2,
    /// There is no such task, task name, queue or page.
    NotFound = 3,
    /// The task that was waited for ended otherwise than well.
    TaskFailed = 4,
    /// The input was refused: arguments of a task, or a file that is no database.
    Data = 65,
    /// The database or the server does not answer.
    Unavailable = 69,
    /// The address to listen on is taken or cannot be had.
    Address = 71,
    /// The data directory or the database's file cannot be written.
    CannotCreate = 73,
    /// Not now, perhaps later: somebody else uses the data directory, or what was waited for has not ended yet.
    Temporary = 75,
    /// The database's schema is older or newer than this program.
    Schema = 76,
    /// The API key is missing or wrong.
    NoPermission = 77,
    /// The configuration is wrong.
    Config = 78,
    /// Interrupted by a second signal.
    Interrupted = 130,
}

impl ExitCode {
    /// Every code with what it means, as `--help` shows it.
    pub const MEANINGS: [(Self, &str); 14] = [
        (Self::Success, "it worked"),
        (Self::Failure, "it failed in a way that has no number of its own"),
        (Self::Usage, "the command line is wrong"),
        (Self::NotFound, "there is no such task, or no such task name"),
        (Self::TaskFailed, "the task that was waited for failed, expired or was cancelled"),
        (Self::Data, "the input was refused"),
        (Self::Unavailable, "the database or the server does not answer"),
        (Self::Address, "the address to listen on is taken"),
        (Self::CannotCreate, "the data directory or the database's file cannot be written"),
        (Self::Temporary, "not now, perhaps later: the data directory is in use, or the task has not ended yet"),
        (Self::Schema, "the database's schema is older or newer than this program"),
        (Self::NoPermission, "the API key is missing, wrong, or its role does not allow this"),
        (Self::Config, "the configuration is wrong"),
        (Self::Interrupted, "interrupted by a second signal"),
    ];

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code for an error, by the first cause that tells.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(Self::of_cause).unwrap_or(Self::Failure)
    }

    fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Self> {
        if cause.is::<ConfigError>() {
            return Some(Self::Config);
        }
        if cause.is::<ListenError>() {
            return Some(Self::Address);
        }
        match cause.downcast_ref::<StoreError>()? {
            StoreError::Unavailable(_) | StoreError::Conflict(_) => Some(Self::Unavailable),
            StoreError::PendingMigrations { .. } | StoreError::NewerSchema { .. } => Some(Self::Schema),
            StoreError::Corrupt { .. } => Some(Self::Data),
            StoreError::Refused(source) => match source.downcast_ref::<SqliteProblem>()? {
                SqliteProblem::NotADatabase { .. } => Some(Self::Data),
                _ => Some(Self::CannotCreate),
            },
        }
    }

    /// The meanings as lines of text.
    #[must_use]
    pub fn table() -> String {
        let mut text = String::from("Exit codes:\n");
        for (code, meaning) in Self::MEANINGS {
            writeln!(text, "  {:>3}  {meaning}", code.number()).expect("writing to a string never fails");
        }
        text
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.number().into()
    }
}

/// Why a process ends badly: what to print and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: ExitCode,
    error: anyhow::Error,
}

impl Failure {
    /// A failure with a code of the caller's choice.
    #[must_use]
    pub fn new(code: ExitCode, error: impl Into<anyhow::Error>) -> Self {
        Self { code, error: error.into() }
    }

    /// A failure with only a message.
    #[must_use]
    pub fn message(code: ExitCode, message: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Self { code, error: anyhow::Error::msg(message) }
    }

    /// The exit code.
    #[must_use]
    pub const fn code(&self) -> ExitCode {
        self.code
    }

    /// Whether the error is one of this type.
    #[must_use]
    pub fn is<E: fmt::Display + fmt::Debug + Send + Sync + 'static>(&self) -> bool {
        self.error.is::<E>()
    }

    /// Adds what was tried, with the same code.
    #[must_use]
    pub fn context(self, what: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self { code: self.code, error: self.error.context(what) }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: ExitCode::of(&error), error }
    }
}

impl fmt::Display for Failure {
    /// The causes, outermost first; a cause whose words the one before already has is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = String::new();
        for cause in self.error.chain().map(ToString::to_string) {
            if said.contains(&cause) {
                continue;
            }
            if !said.is_empty() {
                said.push_str(": ");
            }
            said.push_str(&cause);
        }
        f.write_str(&said)
    }
}

/// Gives errors an exit code.
pub trait OrExit<T> {
    /// Ends with `code` on an error.
    ///
    /// # Errors
    /// When `self` is one.
    fn or_exit(self, code: ExitCode) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, code: ExitCode) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(code, error))
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn every_code_is_listed_once_in_order() {
        let numbers: Vec<_> = ExitCode::MEANINGS.iter().map(|(code, _)| code.number()).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(numbers, sorted);
    }

    #[test]
    fn the_innermost_known_cause_decides_the_code() {
        let pending: Result<(), _> = Err(StoreError::PendingMigrations { pending: 2 });
        let failure = Failure::from(pending.context("couldn't start").unwrap_err());
        assert_eq!(failure.code(), ExitCode::Schema);
        let away: Result<(), _> = Err(StoreError::Unavailable("refused".into()));
        assert_eq!(Failure::from(away.context("couldn't start").unwrap_err()).code(), ExitCode::Unavailable);
    }

    #[test]
    fn a_cause_is_said_once() {
        let inner = anyhow::anyhow!("connection refused");
        let failure = Failure::from(inner.context("couldn't connect: connection refused").context("couldn't start"));
        assert_eq!(failure.to_string(), "couldn't start: couldn't connect: connection refused");
    }
}
