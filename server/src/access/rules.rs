//! What each operation asks of its caller: the one table. The gate enforces it, the OpenAPI document shows it.

use poem::http::Method;
use ruche_domain::Role;

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is open to everybody.
    Nothing,
    /// At least this role.
    Role(Role),
}

/// Whether a change is entered in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audited {
    /// It is no change, or enters itself.
    No,
    /// Always.
    Yes,
    /// What it accepts (202): its other answers only tell what would be changed.
    Accepted,
    /// It enqueues: entered where the configuration says so, and whenever it is refused for want of a role.
    Enqueues,
}

/// An operation's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What it asks of its caller.
    pub needs: Needs,
    /// Whether it is entered in the audit log.
    pub audited: Audited,
}

const OPEN: Needs = Needs::Nothing;
const VIEWER: Needs = Needs::Role(Role::Viewer);
const OPERATOR: Needs = Needs::Role(Role::Operator);
const ADMIN: Needs = Needs::Role(Role::Admin);

/// Every operation, by its id in the document.
const NEEDS: &[(&str, Needs)] = &[
    ("isAlive", OPEN),
    ("isReady", OPEN),
    ("getMetrics", OPEN),
    // They tell who somebody is; both check what they are given themselves.
    ("login", OPEN),
    ("logout", OPEN),
    ("getSession", VIEWER),
    ("listTasks", VIEWER),
    ("getTask", VIEWER),
    ("getTaskResult", VIEWER),
    ("listTaskAttempts", VIEWER),
    ("getTaskTimeline", VIEWER),
    ("listTaskLogs", VIEWER),
    ("listTaskDefinitions", VIEWER),
    ("getTaskDefinition", VIEWER),
    ("listQueues", VIEWER),
    ("getQueue", VIEWER),
    ("listWorkers", VIEWER),
    ("getStats", VIEWER),
    ("getStatsHistory", VIEWER),
    ("streamEvents", VIEWER),
    ("enqueueTask", OPERATOR),
    ("enqueueTyped", OPERATOR),
    ("enqueueBatch", OPERATOR),
    ("cancelTask", OPERATOR),
    ("retryTask", OPERATOR),
    ("listSchedules", VIEWER),
    ("getSchedule", VIEWER),
    ("listScheduleTicks", VIEWER),
    ("previewSchedule", VIEWER),
    ("previewRule", OPERATOR),
    ("createSchedule", OPERATOR),
    ("replaceSchedule", OPERATOR),
    ("deleteSchedule", OPERATOR),
    ("pauseSchedule", OPERATOR),
    ("resumeSchedule", OPERATOR),
    ("runSchedule", OPERATOR),
    ("backfillSchedule", OPERATOR),
    ("listOperations", VIEWER),
    ("getOperation", VIEWER),
    ("createOperation", OPERATOR),
    ("cancelOperation", OPERATOR),
    ("listDeadLetters", VIEWER),
    ("getDeadLetter", VIEWER),
    ("replayDeadLetters", OPERATOR),
    ("discardDeadLetters", OPERATOR),
    ("listWorkflows", VIEWER),
    ("getWorkflow", VIEWER),
    ("createWorkflow", OPERATOR),
    ("cancelWorkflow", OPERATOR),
    ("retryWorkflow", OPERATOR),
    ("changeQueue", OPERATOR),
    ("listTaskLimits", VIEWER),
    ("getTaskLimit", VIEWER),
    ("limitTask", OPERATOR),
    ("liftTaskLimit", OPERATOR),
    ("pauseQueue", OPERATOR),
    ("resumeQueue", OPERATOR),
    ("listArtifacts", VIEWER),
    ("getArtifact", VIEWER),
    ("getArtifactContent", VIEWER),
    ("uploadArtifact", OPERATOR),
    ("deleteArtifact", OPERATOR),
    ("listWebhooks", VIEWER),
    ("getWebhook", VIEWER),
    ("listWebhookDeliveries", VIEWER),
    ("testWebhook", OPERATOR),
    ("replayWebhookDelivery", OPERATOR),
    ("replayWebhook", OPERATOR),
    ("createWebhook", ADMIN),
    ("replaceWebhook", ADMIN),
    ("deleteWebhook", ADMIN),
    ("pauseWebhook", ADMIN),
    ("resumeWebhook", ADMIN),
    ("rotateWebhookSecret", ADMIN),
    ("createKey", ADMIN),
    ("listKeys", ADMIN),
    ("getKey", ADMIN),
    ("revokeKey", ADMIN),
    ("listAudit", ADMIN),
];

/// Operations that enqueue, which a busy server is asked for thousands of times a second.
const ENQUEUE: &[&str] = &["enqueueTask", "enqueueTyped", "enqueueBatch"];

/// Operations that may be asked to tell only what they would do.
const DRY_RUN: &[&str] = &["createOperation"];

/// The rule of an operation. One that is not in the table (a test finds it) is for viewers where it only reads, else for
/// operators: never open by mistake.
pub fn of(operation: &str, method: &Method) -> Rule {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let needs = declared(operation).unwrap_or(if reads { VIEWER } else { OPERATOR });
    let audited = match needs {
        _ if reads => Audited::No,
        Needs::Nothing => Audited::No,
        Needs::Role(_) if ENQUEUE.contains(&operation) => Audited::Enqueues,
        Needs::Role(_) if DRY_RUN.contains(&operation) => Audited::Accepted,
        Needs::Role(_) => Audited::Yes,
    };
    Rule { needs, audited }
}

/// What the table says of an operation.
pub fn declared(operation: &str) -> Option<Needs> {
    NEEDS.iter().find(|(id, _)| *id == operation).map(|(_, needs)| *needs)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn operations() -> Vec<(String, String)> {
        let document = crate::openapi::raw();
        let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
        let id = |operation: &Value| operation["operationId"].as_str().unwrap().to_owned();
        items.map(|(method, operation)| (method.to_uppercase(), id(operation))).collect()
    }

    #[test]
    fn every_operation_declares_what_it_asks_of_its_caller() {
        let operations = operations();
        for (_, id) in &operations {
            assert!(declared(id).is_some(), "{id} is new: say in server/src/access/rules.rs who may do it");
        }
        let served: HashSet<_> = operations.iter().map(|(_, id)| id.as_str()).collect();
        let listed: Vec<_> = NEEDS.iter().map(|(id, _)| *id).collect();
        assert_eq!(listed.iter().collect::<HashSet<_>>().len(), listed.len(), "each once");
        for id in listed.iter().chain(ENQUEUE) {
            assert!(served.contains(id), "{id} is gone");
        }
    }

    #[test]
    fn viewers_change_nothing_and_changes_leave_a_trace() {
        for (method, id) in operations() {
            let method: Method = method.parse().unwrap();
            let rule = of(&id, &method);
            if method != Method::GET && rule.needs != OPEN {
                assert!(rule.needs != VIEWER && rule.audited != Audited::No, "{id}");
            }
        }
        assert_eq!(of("unheardOf", &Method::GET), Rule { needs: VIEWER, audited: Audited::No });
        assert_eq!(of("unheardOf", &Method::PATCH), Rule { needs: OPERATOR, audited: Audited::Yes });
    }
}
