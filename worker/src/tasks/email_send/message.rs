//! From arguments to a message.

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{EmailSend, config::Rules, error::EmailError};
use crate::TaskContext;

/// Most recipients of all kinds.
const MOST_RECIPIENTS: usize = 50;
/// Longest subject, header value or address, in bytes (a line of RFC 5322).
const LONGEST_LINE: usize = 998;
/// Most bytes of text and HTML together.
const MOST_CONTENT: usize = 5 * 1024 * 1024;

/// Headers that callers may give; the others are ours or the mail server's.
const ALLOWED: [&str; 7] =
    ["Auto-Submitted", "In-Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "References", "X-Entity-Ref-ID"];

/// A message and what is told of it.
pub(super) struct Composed {
    pub(super) message: Message,
    pub(super) id: String,
    pub(super) recipients: usize,
}

/// The message of a task. It is the same for every attempt, `Message-ID` and `Date` included.
pub(super) fn compose(wish: EmailSend, rules: &Rules, context: &TaskContext) -> Result<Composed, EmailError> {
    check(&wish)?;
    let id = format!("<{}@{}>", context.id(), rules.from.email.domain());
    let mut message = Message::builder()
        .from(rules.from.clone())
        .message_id(Some(id.clone()))
        .date(context.created_at().into())
        .subject(wish.subject);
    for to in &wish.to {
        message = message.to(recipient(to, rules)?);
    }
    for cc in &wish.cc {
        message = message.cc(recipient(cc, rules)?);
    }
    for bcc in &wish.bcc {
        message = message.bcc(recipient(bcc, rules)?);
    }
    if let Some(reply_to) = &wish.reply_to {
        message = message.reply_to(mailbox(reply_to)?);
    }
    for (name, value) in wish.headers {
        message = message.raw_header(header(&name, value)?);
    }
    let message = match (wish.text, wish.html) {
        (Some(text), Some(html)) => message.multipart(MultiPart::alternative_plain_html(text, html)),
        (Some(text), None) => message.singlepart(SinglePart::plain(text)),
        (None, Some(html)) => message.singlepart(SinglePart::html(html)),
        (None, None) => return Err(EmailError::Arguments("one of text and html is needed")),
    };
    let message = message.map_err(|_| EmailError::Arguments("the message cannot be put together from these arguments"))?;
    let recipients = message.envelope().to().len();
    Ok(Composed { message, id, recipients })
}

fn check(wish: &EmailSend) -> Result<(), EmailError> {
    if wish.to.is_empty() || wish.to.len() + wish.cc.len() + wish.bcc.len() > MOST_RECIPIENTS {
        return Err(EmailError::Arguments("there must be 1 to 50 recipients, one of them in to"));
    }
    line(&wish.subject)?;
    let content = [&wish.text, &wish.html].into_iter().flatten().map(String::len).sum::<usize>();
    if content > MOST_CONTENT { Err(EmailError::Arguments("text and html may have 5 MiB together")) } else { Ok(()) }
}

/// One line: no CR, LF, NUL or other control characters, with which a text could end its header and begin another.
fn line(text: &str) -> Result<(), EmailError> {
    if text.len() > LONGEST_LINE {
        return Err(EmailError::Arguments("a subject, header or address is longer than 998 bytes"));
    }
    if text.contains(|character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')) {
        return Err(EmailError::Arguments("a subject, header or address has a line break or another control character"));
    }
    Ok(())
}

fn mailbox(text: &str) -> Result<Mailbox, EmailError> {
    line(text)?;
    text.parse().map_err(|_| EmailError::Arguments("an address is not valid: expected ada@example.com or Ada <ada@example.com>"))
}

fn recipient(text: &str, rules: &Rules) -> Result<Mailbox, EmailError> {
    let mailbox = mailbox(text)?;
    if rules.permit(&mailbox.email) { Ok(mailbox) } else { Err(EmailError::Recipient) }
}

fn header(name: &str, value: String) -> Result<HeaderValue, EmailError> {
    line(&value)?;
    let name = ALLOWED.into_iter().find(|allowed| allowed.eq_ignore_ascii_case(name));
    let name = name.ok_or(EmailError::Arguments("this header may not be given"))?;
    Ok(HeaderValue::new(HeaderName::new_from_ascii_str(name), value))
}
