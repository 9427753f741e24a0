//! Who may do what: rules per operation, callers and how they show who they are, browsers' sessions, guessing held back.

pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod cookie;
pub(crate) mod credentials;
mod issue;
pub(crate) mod lasting;
pub(crate) mod origin;
pub(crate) mod rules;
pub(crate) mod secret;
pub(crate) mod sessions;
pub(crate) mod throttle;
pub(crate) mod verified;

pub use issue::{IssueError, IssuedKey, issue, issue_from_command_line};

/// Names no key may have: the audit log has them for callers without one.
pub const RESERVED: [&str; 3] = [CONFIGURED, ANONYMOUS, COMMAND_LINE];

/// The key of the configuration.
pub const CONFIGURED: &str = "configured";

/// A caller that a server without a key lets in.
pub const ANONYMOUS: &str = "anonymous";

/// Whoever may write to the database itself.
pub const COMMAND_LINE: &str = "command-line";

/// A name of [`RESERVED`].
pub fn reserved(name: &'static str) -> ruche_domain::KeyName {
    name.parse().expect("reserved names follow the rule of names")
}
