//! The audit log.

use autometrics::autometrics;
use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{OpenApi, param::Query};
use ruche_api::AuditPage;
use ruche_domain::KeyName;
use ruche_store::{AuditEntry, AuditFilter};

use super::{
    Tag, names,
    paging::{LIMIT, Listed, Listing, Paging},
};
use crate::{problem::Problem, refusal::Refusal, state::Shared};

/// The audit log.
pub struct Audit;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl Audit {
    /// Read the audit log
    ///
    /// Changes that were made, and those refused for want of a role: who, what, when, from where; newest first. Requests that enqueue
    /// are entered only where the configuration says so (`audit.enqueue`); tasks tell when they were accepted themselves. Entries
    /// are written a moment after the answer. Filters are combined by "and".
    #[oai(path = "/audit", method = "get", operation_id = "listAudit")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    #[expect(clippy::too_many_arguments, reason = "one per documented parameter")]
    async fn list_audit(
        &self,
        shared: Data<&Shared>,
        request: &Request,
        /// By whom: a key's name, or `configured`, `anonymous`, `command-line`.
        #[oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:@-]{1,100}$"))]
        actor: Query<Option<String>>,
        /// Which operation, by its `operationId`.
        #[oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9]{1,100}$"))]
        action: Query<Option<String>>,
        /// To what: a task's id, say.
        #[oai(validator(min_length = 1, max_length = 255, pattern = "^[!-~]{1,255}$"))]
        target: Query<Option<String>>,
        /// At or after this time.
        from: Query<Option<DateTime<Utc>>>,
        /// Before this time.
        before: Query<Option<DateTime<Utc>>>,
        /// Entries on a page; 50 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        /// Where the page begins: `next_cursor` of the page before.
        #[oai(validator(min_length = 1, max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<AuditPage>, Refusal<Listing>> {
        let actor = actor.0.as_deref().map(KeyName::new).transpose();
        let filter = AuditFilter {
            actor: actor.map_err(|error| Problem::parameter("actor", error.to_string()))?,
            action: action.0,
            target: target.0,
            from: names::time("from", from.0)?,
            before: names::time("before", before.0)?,
        };
        let paging = Paging { request, signer: &shared.cursors, listing: format!("audit {filter:?}") };
        let after = paging.after(cursor.0.as_deref())?;
        let page = shared.store.audit(&filter, after, limit.0.unwrap_or(LIMIT)).await?;
        Ok(paging.listed(page, shown))
    }
}

fn shown(entry: AuditEntry) -> ruche_api::AuditEntry {
    let AuditEntry { id, at, actor, key, role, action, target, address, request_id, status } = entry;
    ruche_api::AuditEntry {
        id,
        at,
        actor: actor.into(),
        key_id: key.map(Into::into),
        role: role.into(),
        action,
        target,
        address: address.map(|address| address.to_string()),
        request_id,
        status,
    }
}
