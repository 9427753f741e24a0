//! `DELETE /session`

use autometrics::autometrics;
use poem::{Request, http::StatusCode, web::Data};
use poem_openapi::{ApiResponse, OpenApi};

use super::super::Tag;
use crate::{
    access::{
        client::Client,
        cookie::{self, Brought},
    },
    auditor,
    refusal::{Refusal, Refuses},
    request_id::RequestId,
    state::Shared,
};

/// Logging out.
pub struct LogOut;

/// It is done.
#[derive(ApiResponse)]
enum LoggedOut {
    /// The session is over, now or before.
    #[oai(status = 204)]
    Done(
        /// Removes the cookie.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

/// The statuses only this operation has.
struct LoggingOut;

impl Refuses for LoggingOut {
    const STATUSES: &'static [u16] = &[403];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl LogOut {
    /// Log out
    ///
    /// Ends the session whose cookie comes with the request, and removes the cookie; without one nothing happens.
    #[oai(path = "/session", method = "delete", operation_id = "logout")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn logout(
        &self,
        shared: Data<&Shared>,
        client: Data<&Client>,
        id: Data<&RequestId>,
        request: &Request,
    ) -> Result<LoggedOut, Refusal<LoggingOut>> {
        if let Brought::One(token) = cookie::of(request.headers(), cookie::name(client.https))
            && let Some(caller) = shared.gate.close_session(token).await?
        {
            let mut entry = auditor::entry(&*shared.clock, &caller, &client, &id.0.0, "logout", "");
            entry.status = StatusCode::NO_CONTENT.as_u16();
            shared.auditor.record(entry).await;
        }
        Ok(LoggedOut::Done(cookie::clear(client.https)))
    }
}
