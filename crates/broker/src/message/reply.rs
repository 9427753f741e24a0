//! Outcomes for Celery clients that wait on the `rpc://` result backend
//! (`celery/backends/rpc.py`, `celery/backends/base.py`).

use chrono::SecondsFormat;
use ruche_domain::{CeleryContext, RawJson, TaskFailure, TaskId, Timestamp};
use serde::Serialize;

use crate::ReplyMessage;

/// Module Python is told an exception comes from. It is no Python module, so that Celery makes an exception class on the
/// fly instead of looking up (and refusing) a name that is something else there.
const EXCEPTION_MODULE: &str = "ruche.errors";

/// Makes replies about one task.
#[derive(Debug, Clone, Copy)]
pub struct Replies<'a> {
    /// The task.
    pub task_id: TaskId,
    /// What its client wants.
    pub context: &'a CeleryContext,
    /// When the task ended.
    pub date_done: Timestamp,
}

#[derive(Serialize)]
struct Body<'a> {
    task_id: TaskId,
    status: &'a str,
    result: &'a RawJson,
    traceback: Option<&'a str>,
    children: [(); 0],
    date_done: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Exception<'a> {
    exc_type: &'a str,
    exc_message: [&'a str; 1],
    exc_module: &'a str,
}

impl Replies<'_> {
    /// The task succeeded. `None` when the client waits for nothing; so for the others.
    #[must_use]
    pub fn success(&self, result: &RawJson) -> Option<ReplyMessage> {
        self.reply("SUCCESS", result, None)
    }

    /// The task failed for good.
    #[must_use]
    pub fn failure(&self, failure: &TaskFailure) -> Option<ReplyMessage> {
        let name = class_name(&failure.kind);
        self.exception("FAILURE", &name, EXCEPTION_MODULE, &failure.message, failure.details.as_deref())
    }

    /// The task was cancelled (`revoked`), or not started in time (`expired`): `reason` is one of these words, as in Celery.
    #[must_use]
    pub fn revoked(&self, reason: &str) -> Option<ReplyMessage> {
        self.exception("REVOKED", "TaskRevokedError", "celery.exceptions", reason, None)
    }

    fn exception(&self, status: &str, name: &str, module: &str, message: &str, trace: Option<&str>) -> Option<ReplyMessage> {
        let exception = Exception { exc_type: name, exc_message: [message], exc_module: module };
        let exception = RawJson::of(&exception).expect("strings always have a JSON form");
        self.reply(status, &exception, trace)
    }

    fn reply(&self, status: &str, result: &RawJson, traceback: Option<&str>) -> Option<ReplyMessage> {
        let Self { task_id, context, date_done } = *self;
        let reply_to = context.reply_to.clone().filter(|_| !context.ignore_result)?;
        let body = Body {
            task_id,
            status,
            result,
            traceback,
            children: [],
            date_done: date_done.to_rfc3339_opts(SecondsFormat::Micros, false),
            group_id: context.group_id.as_deref(),
            parent_id: context.parent_id.as_deref(),
        };
        let body = serde_json::to_string(&body).expect("strings and checked JSON always have a JSON form");
        let correlation_id = context.correlation_id.clone().unwrap_or_else(|| task_id.to_string());
        Some(ReplyMessage { reply_to, correlation_id, body })
    }
}

/// `timed_out` as Python names exception classes: `TimedOut`.
fn class_name(kind: &str) -> String {
    let words = kind.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String =
        words.flat_map(|word| word[..1].to_ascii_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>()).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { "TaskFailed".to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;

    fn body(reply: Option<ReplyMessage>) -> Value {
        serde_json::from_str(&reply.expect("a reply").body).expect("JSON")
    }

    fn context() -> CeleryContext {
        CeleryContext { reply_to: Some("client".into()), group_id: Some("g".into()), ..CeleryContext::default() }
    }

    fn replies(context: &CeleryContext) -> Replies<'_> {
        let task_id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        Replies { task_id, context, date_done: DateTime::from_timestamp(1_700_000_000, 5_000).unwrap() }
    }

    #[test]
    fn a_success_is_what_celery_expects() {
        let result = RawJson::parse(r#"{"n":123456789012345678901234567890}"#).unwrap();
        let reply = replies(&context()).success(&result).unwrap();
        assert_eq!(reply.correlation_id, "01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(
            reply.body,
            concat!(
                r#"{"task_id":"01890a5d-ac96-774b-bcce-b302099a8057","status":"SUCCESS","#,
                r#""result":{"n":123456789012345678901234567890},"traceback":null,"children":[],"#,
                r#""date_done":"2023-11-14T22:13:20.000005+00:00","group_id":"g"}"#
            )
        );
    }

    #[test]
    fn a_failure_names_an_exception() {
        let failure = TaskFailure::new("timed_out", "no answer \"in\" time");
        let reply = body(replies(&context()).failure(&failure));
        assert_eq!(reply["status"], "FAILURE");
        let expected = json!({"exc_type": "TimedOut", "exc_message": ["no answer \"in\" time"], "exc_module": "ruche.errors"});
        assert_eq!(reply["result"], expected);
        assert_eq!(class_name("404"), "TaskFailed");
        assert_eq!(class_name("é!"), "TaskFailed");
    }

    #[test]
    fn a_revocation_is_celerys_own_exception() {
        let reply = body(replies(&context()).revoked("expired"));
        assert_eq!(reply["status"], "REVOKED");
        assert_eq!(reply["result"]["exc_type"], "TaskRevokedError");
        assert_eq!(reply["result"]["exc_message"], json!(["expired"]));
    }

    #[test]
    fn clients_that_want_nothing_get_nothing() {
        assert!(replies(&CeleryContext::default()).revoked("revoked").is_none());
        let silent = CeleryContext { ignore_result: true, ..context() };
        assert!(replies(&silent).success(&RawJson::null()).is_none());
    }
}
