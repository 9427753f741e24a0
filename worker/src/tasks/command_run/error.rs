//! How a program's run fails, and whether another try may do better.

use std::io;

use crate::TaskError;

/// Why a run failed. No message holds an argument or output; the output's end goes into the failure's details.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("the worker's configuration allows no program of that name")]
    NotAllowed,
    #[error("{0}")]
    Arguments(&'static str),
    #[error("couldn't start the program: {0}")]
    Start(io::Error),
    #[error("couldn't wait for the program: {0}")]
    Wait(io::Error),
    #[error("the program ended with exit code {code}")]
    ExitCode { code: i32, tail: String },
    #[error("the program was ended by signal {signal}")]
    Signal { signal: i32, tail: String },
    #[error("the program was out of time and stopped")]
    Timeout,
    #[error("the program was stopped")]
    Cancelled,
}

impl CommandError {
    fn kind(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not_configured",
            Self::Arguments(_) => "invalid_arguments",
            Self::Start(_) | Self::Wait(_) => "start",
            Self::ExitCode { .. } | Self::Signal { .. } => "exit_status",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
        }
    }

    fn is_permanent(&self) -> bool {
        match self {
            Self::NotAllowed | Self::Arguments(_) => true,
            Self::Start(error) => matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::PermissionDenied
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::ArgumentListTooLong
            ),
            Self::Wait(_) | Self::ExitCode { .. } | Self::Signal { .. } | Self::Timeout | Self::Cancelled => false,
        }
    }
}

impl From<CommandError> for TaskError {
    fn from(error: CommandError) -> Self {
        let decided = if error.is_permanent() { Self::fail(&error) } else { Self::retry(&error) };
        let mut decided = decided.kind(error.kind());
        if let CommandError::ExitCode { tail, .. } | CommandError::Signal { tail, .. } = error {
            decided.failure.details = Some(tail).filter(|tail| !tail.is_empty());
        }
        decided
    }
}
