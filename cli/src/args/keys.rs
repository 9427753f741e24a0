//! `ruche keys`

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use ruche_domain::{KeyId, KeyName, Role};

use super::{ConfigArgs, OutputArgs, ServerArgs};

/// `ruche keys`
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Make a key and print it, this one time
    Create(CreateKeyArgs),
    /// List keys, newest first
    List(ListKeysArgs),
    /// Revoke a key; it is refused everywhere within 5 s
    Revoke(RevokeKeyArgs),
}

/// `ruche keys create`
#[derive(Debug, Args)]
pub struct CreateKeyArgs {
    /// Whose it is, or what for
    #[arg(long)]
    pub name: KeyName,
    /// What its bearer may do: viewer (read), operator (also enqueue, cancel, retry) or admin (also manage keys, read the audit log)
    #[arg(long)]
    pub role: Role,
    /// When it expires: after a time such as 12h, 30d, 8w, or at one such as 2027-01-31T12:00:00Z; never if left out
    #[arg(long, value_name = "TIME", value_parser = expiry)]
    pub expires: Option<Expiry>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
    /// Whether to do without the server.
    #[command(flatten)]
    pub direct: DirectArgs,
}

/// Writing to the database itself, for a deployment's first key.
#[derive(Debug, Args)]
#[command(next_help_heading = "Without the server, for the first key")]
pub struct DirectArgs {
    /// Write to the configured database itself instead of asking the server
    #[arg(long)]
    pub direct: bool,
    /// Write to this database itself; better not given here if it has a password
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// `ruche keys list`
#[derive(Debug, Args)]
pub struct ListKeysArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche keys revoke`
#[derive(Debug, Args)]
pub struct RevokeKeyArgs {
    /// The key's id
    pub id: KeyId,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// When a key expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long after it was made.
    After(TimeDelta),
    /// At this time.
    At(DateTime<Utc>),
}

impl Expiry {
    /// The time, for a key made at `now`.
    #[must_use]
    pub fn of(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::After(length) => now.checked_add_signed(length).unwrap_or(DateTime::<Utc>::MAX_UTC),
            Self::At(at) => at,
        }
    }
}

fn expiry(text: &str) -> Result<Expiry, String> {
    let refuse = || "expected a time such as 12h, 30d, 8w or 2027-01-31T12:00:00Z".to_owned();
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Ok(Expiry::At(at));
    }
    let hours = match text.chars().last() {
        Some('h') => 1,
        Some('d') => 24,
        Some('w') => 7 * 24,
        _ => return Err(refuse()),
    };
    // The last character is one byte long. A century is more than any key may have.
    let count: u32 = text[..text.len() - 1].parse().map_err(|_| refuse())?;
    let length = i64::from(count) * hours;
    if (1..=100 * 366 * 24).contains(&length) { Ok(Expiry::After(TimeDelta::hours(length))) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_others_refused() {
        assert_eq!(expiry("30d"), Ok(Expiry::After(TimeDelta::days(30))));
        assert_eq!(expiry("8w"), Ok(Expiry::After(TimeDelta::days(56))));
        assert!(matches!(expiry("2027-01-31T12:00:00Z"), Ok(Expiry::At(_))));
        for bad in ["", "d", "0d", "-1d", "1.5d", "30", "30m", "30 d", "4294967295w", "99999999999d", "é", "3é", "tomorrow"] {
            assert!(expiry(bad).is_err(), "{bad:?}");
        }
    }
}
