//! `POST /session`

use autometrics::autometrics;
use poem::{Request, http::StatusCode, web::Data};
use poem_openapi::{ApiResponse, OpenApi};
use ruche_api::{Login, Session};

use super::{super::Tag, shown};
use crate::{
    access::{
        client::Client,
        cookie::{self, Brought},
    },
    auditor,
    metrics::LoginOutcome,
    payload::{Document, JsonBody},
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    request_id::RequestId,
    state::Shared,
};

/// Longest key, in bytes.
const LONGEST: usize = 1_000;

/// Logging in.
pub struct LogIn;

/// The session.
#[derive(ApiResponse)]
enum LoggedIn {
    /// Who the caller is now.
    #[oai(status = 201)]
    Ok(
        Document<Session>,
        /// The session's cookie: `__Host-ruche` over HTTPS, else `ruche_session`; out of scripts' reach, sent to this site only.
        #[oai(header = "Set-Cookie")]
        String,
        /// Address of the session.
        #[oai(header = "Location")]
        String,
    ),
}

/// The statuses only this operation has.
struct LoggingIn;

impl Refuses for LoggingIn {
    const STATUSES: &'static [u16] = &[401, 403, 413, 415, 422, 429];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Access")]
impl LogIn {
    /// Log in
    ///
    /// Opens a session for a browser: shows an API key once and gets a cookie, which does what the key would do until the session
    /// or the key ends. Changes made with the cookie have to come from a page of this site (`Sec-Fetch-Site: same-origin`, or an
    /// `Origin` of this host). Each login makes a new session and ends the one whose cookie it brought. Failed logins are held back,
    /// per address and in all: 429.
    #[oai(path = "/session", method = "post", operation_id = "login")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn login(
        &self,
        shared: Data<&Shared>,
        client: Data<&Client>,
        id: Data<&RequestId>,
        request: &Request,
        body: JsonBody<Login>,
    ) -> Result<LoggedIn, Refusal<LoggingIn>> {
        let Login { key } = body.parse()?;
        if key.is_empty() || key.len() > LONGEST {
            return Err(Problem::of_field("/key", "length", format!("1 to {LONGEST} bytes")).into());
        }
        let attempt = shared.throttle.take(client.address, shared.clock.now());
        let attempt = attempt.inspect_err(|_| shared.metrics.logins.count(LoginOutcome::Throttled))?;
        let caller = match shared.gate.bearer(key.trim()).await {
            Ok(Some(caller)) => caller,
            Ok(None) => {
                shared.metrics.logins.count(LoginOutcome::Refused);
                tracing::warn!(request_id = id.0.0, "a login was refused");
                return Err(Problem::new(Code::Unauthorized).into());
            }
            Err(problem) => {
                shared.throttle.give_back(&attempt);
                return Err(problem.into());
            }
        };
        shared.throttle.give_back(&attempt);
        if let Brought::One(token) = cookie::of(request.headers(), cookie::name(client.https)) {
            shared.gate.close_session(token).await?;
        }
        let opened = shared.gate.open_session(&caller).await?;
        shared.metrics.logins.count(LoginOutcome::Accepted);
        let mut entry = auditor::entry(&*shared.clock, &opened.caller, &client, &id.0.0, "login", "");
        entry.status = StatusCode::CREATED.as_u16();
        shared.auditor.record(entry).await;
        let cookie = cookie::set(client.https, &opened.token.reveal(), opened.lifetime);
        Ok(LoggedIn::Ok(Document(shown(&opened.caller)), cookie, "/api/v1/session".to_owned()))
    }
}
