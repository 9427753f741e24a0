//! The kinds of problems: one table that gives statuses, titles, the explanations under `/problems/{code}` and the document's words.

use poem::http::StatusCode;

macro_rules! codes {
    ($($name:ident $word:literal $status:ident $title:literal $explanation:literal;)*) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),* }
            }

            /// The kind, for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// What it means and what to do.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation),* }
            }
        }
    };
}

codes! {
    BadRequest "bad_request" BAD_REQUEST "Bad request"
        "The request is not valid HTTP, or its body broke off. Send it again, complete.";
    InvalidParameter "invalid_parameter" BAD_REQUEST "Invalid parameter"
        "A query parameter, path parameter or header is unknown, repeated or out of bounds; `errors` names it.";
    InvalidJson "invalid_json" BAD_REQUEST "Body is not JSON"
        "The body is no JSON document, is not UTF-8, or nests deeper than 64 levels.";
    Unauthorized "unauthorized" UNAUTHORIZED "Not authorised"
        "The request carries no API key, or one that is wrong, expired or revoked. Send it as `Authorization: Bearer <key>`, or log in.";
    Forbidden "forbidden" FORBIDDEN "Not allowed"
        "The role of the API key does not allow this operation; `detail` says which one does.";
    CrossSite "cross_site" FORBIDDEN "Asked for by another site"
        "A browser sent this for a page of another site, or does not show that it did not. Use the API's own pages, or an API key; \
         a proxy has to pass `Host` on.";
    NotFound "not_found" NOT_FOUND "No such path"
        "Nothing is served at this path. `/openapi.json` lists what is.";
    TaskNotFound "task_not_found" NOT_FOUND "No such task"
        "There is no task with this id: it never was, or its retention is over.";
    QueueNotFound "queue_not_found" NOT_FOUND "No such queue"
        "No task waits in this queue, no worker serves it and no task definition names it.";
    OperationNotFound "operation_not_found" NOT_FOUND "No such operation"
        "There is no operation with this id: it never was, or its retention is over.";
    DeadLetterNotFound "dead_letter_not_found" NOT_FOUND "No such dead letters"
        "No failed task has this fingerprint: they were retried, discarded, or their retention is over.";
    DefinitionNotFound "definition_not_found" NOT_FOUND "No such task definition"
        "No worker has registered a task under this name. `GET /api/v1/task-definitions` lists those that are.";
    TaskLimitNotFound "task_limit_not_found" NOT_FOUND "Task name is not limited"
        "The starts of tasks of this name are not limited. `GET /api/v1/task-limits` lists the names that are.";
    ScheduleNotFound "schedule_not_found" NOT_FOUND "No such schedule"
        "There is no schedule of this name. `GET /api/v1/schedules` lists those there are.";
    WorkflowNotFound "workflow_not_found" NOT_FOUND "No such workflow"
        "There is no workflow with this id: it never was, or its retention is over.";
    ArtifactNotFound "artifact_not_found" NOT_FOUND "No such artifact"
        "There is no artifact with this id: it never was, was deleted, or its retention is over.";
    WebhookNotFound "webhook_not_found" NOT_FOUND "No such webhook"
        "There is no webhook of this name. `GET /api/v1/webhooks` lists those there are.";
    DeliveryNotFound "delivery_not_found" NOT_FOUND "No such delivery"
        "The webhook has no delivery with this id: it never had, or its retention is over.";
    KeyNotFound "key_not_found" NOT_FOUND "No such API key"
        "There is no API key with this id: it never was, or was revoked long ago.";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "The path exists, but not with this method. The header `Allow` lists those that may be used.";
    TaskEnded "task_ended" CONFLICT "Task has ended"
        "The task has ended already, so there is nothing to cancel. `detail` says how it ended.";
    NotRetryable "not_retryable" CONFLICT "Task cannot be retried"
        "Only tasks that have ended can be retried; this one waits or runs. `detail` says where it stands.";
    ScheduleExists "schedule_exists" CONFLICT "Schedule exists"
        "There is a schedule of this name already, which stays as it is. Replace it with PUT, or choose another name.";
    ScheduleOverlap "schedule_overlap" CONFLICT "Task before has not ended"
        "The schedule's overlap policy is `skip`, and its task before has not ended. `detail` names the task.";
    WorkflowEnded "workflow_ended" CONFLICT "Workflow has ended"
        "Every node of the workflow has ended already, so there is nothing to cancel. `detail` says how it ended.";
    NothingToRetry "nothing_to_retry" CONFLICT "Nothing to retry"
        "No node of the workflow has failed, expired or been cancelled. `detail` says where the workflow stands.";
    WorkflowIncomplete "workflow_incomplete" CONFLICT "Workflow is incomplete"
        "Tasks of the workflow were deleted, so it cannot run again. Create it anew.";
    WebhookExists "webhook_exists" CONFLICT "Webhook exists"
        "There is a webhook of this name already, which stays as it is. Replace it with PUT, or choose another name.";
    TooManyWebhooks "too_many_webhooks" CONFLICT "Too many webhooks"
        "There are as many webhooks as there may be. Delete one that is not needed, or let one receiver pass events on.";
    WebhookPaused "webhook_paused" CONFLICT "Webhook is paused"
        "A paused webhook is sent nothing. Resume it first.";
    DeliveryOpen "delivery_open" CONFLICT "Delivery is on its way"
        "The delivery has not ended, so there is nothing to replay. `detail` says where it stands.";
    OperationEnded "operation_ended" CONFLICT "Operation has ended"
        "The operation has ended already, so there is nothing to stop. `detail` says how it ended.";
    TooManyOperations "too_many_operations" CONFLICT "Too many operations"
        "So many operations are open as may be. Wait for one to end, or stop one, and repeat the request.";
    KeyFull "key_full" CONFLICT "Concurrency key is full"
        "As many tasks of this concurrency key have not ended as its queue allows, and the queue refuses more. Try again later.";
    RequestInFlight "request_in_flight" CONFLICT "Same request in progress"
        "A request with the same idempotency key is being worked on. Repeat it after `Retry-After` to get its answer.";
    TooManyKeys "too_many_keys" CONFLICT "Too many API keys"
        "There are as many API keys as there may be. Revoked and expired ones count until they are pruned.";
    UniqueKeyHeld "unique_key_held" CONFLICT "Unique key is held"
        "Another task holds the task's unique key, and its policy is to refuse. `detail` names that task, `Location` leads to it.";
    TaskPruned "task_pruned" GONE "Task is gone"
        "The request was accepted before, and its task has ended since and been deleted after its retention.";
    RevisionChanged "revision_changed" PRECONDITION_FAILED "Changed meanwhile"
        "Somebody else has changed it since the `ETag` in `If-Match` was given. Read it again, and decide anew.";
    OperationPruned "operation_pruned" GONE "Operation is gone"
        "The request was accepted before, and its operation has ended since and been deleted after its retention.";
    WorkflowPruned "workflow_pruned" GONE "Workflow is gone"
        "The request was accepted before, and its workflow has ended since and been deleted after its retention.";
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "Body too large"
        "The body is larger than the server takes. Split the batch, or pass large data by reference.";
    UriTooLong "uri_too_long" URI_TOO_LONG "URI too long"
        "The path and query are longer than 8 KiB.";
    RangeNotSatisfiable "range_not_satisfiable" RANGE_NOT_SATISFIABLE "No such bytes"
        "The header `Range` asks for bytes beyond the end. `Content-Range` says how many there are.";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "Unsupported media type"
        "The body must be sent as `Content-Type: application/json`.";
    InvalidBody "invalid_body" UNPROCESSABLE_ENTITY "Invalid body"
        "The body is JSON, but not what this operation takes; `errors` points at what is wrong.";
    InvalidFileName "invalid_file_name" UNPROCESSABLE_ENTITY "Invalid file name"
        "A file's name has 1 to 200 characters, is no path, and holds nothing that cannot be seen; `detail` says which rule it breaks.";
    InvalidCursor "invalid_cursor" UNPROCESSABLE_ENTITY "Invalid cursor"
        "The cursor was not made by this deployment, or for other filters. Begin again without a cursor.";
    ConflictingParameters "conflicting_parameters" UNPROCESSABLE_ENTITY "Conflicting parameters"
        "Each parameter is valid by itself, but not together with another; `errors` names one of them.";
    UnknownState "unknown_state" UNPROCESSABLE_ENTITY "Unknown task state"
        "The parameter names a state that tasks do not have; `detail` lists those they have.";
    InvalidArguments "invalid_arguments" UNPROCESSABLE_ENTITY "Invalid task arguments"
        "The arguments do not match the task definition's JSON Schema; `errors` points at what is wrong.";
    UnknownTask "unknown_task" UNPROCESSABLE_ENTITY "Unknown task"
        "No worker has registered a task under this name. Check its spelling, or start a worker that has it.";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "Idempotency key used before"
        "The idempotency key was used for another request. Use a new key for each request that is not a repetition.";
    PreconditionRequired "precondition_required" PRECONDITION_REQUIRED "If-Match is missing"
        "Send the `ETag` of what is to be replaced as `If-Match`, so that nobody's change is lost; `*` for whatever there is.";
    TooManyLogins "too_many_logins" TOO_MANY_REQUESTS "Too many logins"
        "Too many logins failed, from this address or in all. Try again after `Retry-After`.";
    HeadersTooLarge "headers_too_large" REQUEST_HEADER_FIELDS_TOO_LARGE "Headers too large"
        "The headers are larger than 32 KiB together.";
    Internal "internal" INTERNAL_SERVER_ERROR "Internal error"
        "The server failed. Its log has the reason, under the request id.";
    StoreUnavailable "store_unavailable" SERVICE_UNAVAILABLE "Database unavailable"
        "The database does not answer at the moment. Repeat the request after `Retry-After`, with its idempotency key.";
    ArtifactsUnavailable "artifacts_unavailable" SERVICE_UNAVAILABLE "Object store unavailable"
        "The object store, where the bytes of artifacts are, does not answer or does not have them. Repeat the request after `Retry-After`.";
    Overloaded "overloaded" SERVICE_UNAVAILABLE "Overloaded"
        "More is to be accepted than can be stored. Repeat the request after `Retry-After`, with its idempotency key.";
    ShuttingDown "shutting_down" SERVICE_UNAVAILABLE "Shutting down"
        "This server process is shutting down. Repeat the request: another one will answer.";
    TooManyStreams "too_many_streams" SERVICE_UNAVAILABLE "Too many event streams"
        "The server streams events to as many clients as it may. Try again after `Retry-After`.";
    NotReady "not_ready" SERVICE_UNAVAILABLE "Not ready"
        "The server cannot do its work now; `errors` says what it misses.";
    // Said by the proxy (proxy/conf/problems.conf), explained here.
    TooManyRequests "too_many_requests" TOO_MANY_REQUESTS "Too many requests"
        "This address asks the proxy for more at once than one address may. Try again after `Retry-After`, with the same idempotency key.";
    BadGateway "bad_gateway" BAD_GATEWAY "Bad gateway"
        "The program behind this path is not running, or the proxy cannot reach it. Try again after `Retry-After`.";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Unavailable"
        "The page is for those who are logged in, and the server, which knows them, does not answer. Try again after `Retry-After`.";
    GatewayTimeout "gateway_timeout" GATEWAY_TIMEOUT "Gateway timeout"
        "The program behind this path did not answer the proxy in time; it may have done what was asked. Repeat the request with its \
         idempotency key.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_unique_and_fit_a_path() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }
}
