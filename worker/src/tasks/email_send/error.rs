//! How sending fails, and whether another try may do better.

use lettre::transport::smtp;

use crate::TaskError;

/// Why sending failed. No message holds an address, a server's words (they repeat addresses) or credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EmailError {
    #[error("this worker's configuration has no mail server")]
    NotConfigured,
    #[error("{0}")]
    Arguments(&'static str),
    #[error("a recipient's domain is not among those that this worker may write to")]
    Recipient,
    #[error("the mail server answered {0}")]
    Later(smtp::response::Code),
    #[error("the mail server refused: {0}")]
    Refused(smtp::response::Code),
    #[error("couldn't reach the mail server")]
    Connect,
    #[error("couldn't agree on a secure connection with the mail server")]
    Tls,
    #[error("the mail server doesn't speak SMTP, or lacks what the configuration asks of it")]
    Protocol,
    #[error("the mail server did not answer in time")]
    Timeout,
    #[error("stopped before the mail server had accepted the message")]
    Cancelled,
}

impl EmailError {
    fn kind(&self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Arguments(_) => "invalid_arguments",
            Self::Recipient => "recipient_not_allowed",
            Self::Later(_) | Self::Refused(_) => "smtp_status",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Protocol => "protocol",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
        }
    }
}

impl From<EmailError> for TaskError {
    fn from(error: EmailError) -> Self {
        let decided = match &error {
            EmailError::NotConfigured | EmailError::Arguments(_) | EmailError::Recipient | EmailError::Refused(_) => {
                Self::fail(&error)
            }
            EmailError::Later(_)
            | EmailError::Connect
            | EmailError::Tls
            | EmailError::Protocol
            | EmailError::Timeout
            | EmailError::Cancelled => Self::retry(&error),
        };
        decided.kind(error.kind())
    }
}

impl From<smtp::Error> for EmailError {
    fn from(error: smtp::Error) -> Self {
        match error.status() {
            Some(code) if error.is_permanent() => Self::Refused(code),
            Some(code) => Self::Later(code),
            None if error.is_timeout() => Self::Timeout,
            None if error.is_tls() => Self::Tls,
            None if error.is_response() || error.is_client() => Self::Protocol,
            None => Self::Connect,
        }
    }
}
