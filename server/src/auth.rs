//! The gate: who a caller is, and whether it may do what it asks for.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use poem::{Request, http::Method};
use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_domain::{Clock, KeyId, Role, Timestamp, Token, TokenKind};
use ruche_store::{KeyView, SharedStore};
use tokio::sync::Semaphore;

use crate::{
    access::{
        caller::{Caller, Via},
        client::Client,
        credentials::{self, Credentials},
        origin::{self, Proof},
        secret::{self, Digested},
        verified::Verified,
    },
    options::ServerOptions,
    problem::{Code, Problem},
};

/// Callers looked for in the database at once: strangers' tokens must not keep everybody else from it.
const LOOKUPS: usize = 4;

/// How exactly it is known when a key was last used.
const USES: TimeDelta = TimeDelta::seconds(60);

/// Uses go out together, one statement at a time; one that finds no room is noted another time.
const USE_LIMITS: BatchLimits = BatchLimits { weight: 500, in_flight: 1, waiting: 1_000 };

/// What lets callers in.
pub struct Gate {
    pub(crate) configured: Option<Digested>,
    /// Whether a caller need not show anything.
    open: bool,
    pub(crate) session: Duration,
    pub(crate) store: SharedStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) verified: Verified,
    pub(crate) lookups: Semaphore,
    uses: Batcher<(KeyId, Timestamp), ()>,
}

impl Gate {
    /// A gate that the configured key opens, and those in the database; without a configured one it stands open, unless the
    /// options say that a key is needed. Must be called within a tokio runtime.
    pub fn new(options: &ServerOptions, store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        let of_uses = store.clone();
        Self {
            configured: options.api_key.as_ref().map(|key| secret::digest(key.expose())),
            open: options.is_open(),
            session: options.session,
            uses: Batcher::start(USE_LIMITS, |_| 1, move |used| note_uses(of_uses.clone(), used)),
            store,
            clock,
            verified: Verified::default(),
            lookups: Semaphore::new(LOOKUPS),
        }
    }

    /// Who calls.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when that does not become clear, or the database does not say.
    pub async fn identify(&self, request: &Request, client: &Client) -> Result<Caller, Problem> {
        let known = match credentials::of(request, client.https) {
            // Whoever shows a key wants to be its bearer, and to hear when it does not work.
            Credentials::Bearer(text) => match self.bearer(text).await? {
                None if Token::parse(TokenKind::Key, text).is_some() => return Err(Problem::new(Code::Unauthorized)),
                known => known,
            },
            // A browser may well have kept an old cookie.
            Credentials::Session(text) => self.session(text).await?,
            Credentials::None => None,
        };
        match known {
            Some(caller) => Ok(caller),
            None if self.open => Ok(Caller::anonymous()),
            None => Err(Problem::new(Code::Unauthorized)),
        }
    }

    /// Whether a caller may do what needs this role, or [`Code::Forbidden`].
    pub fn permit(caller: &Caller, needed: Role) -> Result<(), Problem> {
        if caller.role.covers(needed) {
            return Ok(());
        }
        let detail = format!("this needs the role {needed}; {} has the role {}", caller.name, caller.role);
        Err(Problem::new(Code::Forbidden).detail(detail))
    }

    /// Refuses what another site's page asks for. `caller` is `None` where the operation does not ask who it is.
    pub fn check_origin(request: &Request, client: &Client, caller: Option<&Caller>) -> Result<(), Problem> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        match caller.map_or(Via::Nothing, |caller| caller.via) {
            // No page can make a browser send this.
            Via::Key => Ok(()),
            Via::Session(_) => origin::check(request.headers(), client, Proof::Required),
            Via::Nothing => origin::check(request.headers(), client, Proof::IfBrowser),
        }
    }

    /// Who has this key: the configured one, or one of the database.
    pub async fn bearer(&self, text: &str) -> Result<Option<Caller>, Problem> {
        let proof = secret::digest(text);
        if self.configured.as_ref().is_some_and(|configured| secret::same(&proof, configured)) {
            return Ok(Some(Caller::configured(Via::Key, None)));
        }
        let Some(token) = Token::parse(TokenKind::Key, text) else { return Ok(None) };
        let now = self.clock.now();
        if let Some(caller) = self.verified.get(&proof, now) {
            return Ok(Some(caller));
        }
        let _turn = self.lookups.acquire().await;
        // Others with the same key may have waited for the same answer.
        if let Some(caller) = self.verified.get(&proof, now) {
            return Ok(Some(caller));
        }
        let Some((key, digest)) = self.store.key(KeyId::from(token.id)).await? else { return Ok(None) };
        if !secret::same(&secret::digest(token.secret), &digest) || !key.is_valid(now) {
            return Ok(None);
        }
        self.note_use(&key, now);
        let caller = Caller::with_key(&key, Via::Key, key.expires_at);
        self.verified.put(proof, caller.clone(), now);
        Ok(Some(caller))
    }

    pub(crate) fn note_use(&self, key: &KeyView, now: Timestamp) {
        if key.last_used_at.is_none_or(|at| now - at >= USES) {
            // An error means that there is no room: the next use is noted.
            let _full = self.uses.try_send((key.id, now));
        }
    }
}

async fn note_uses(store: SharedStore, used: Vec<(KeyId, Timestamp)>) -> Vec<()> {
    if let Err(error) = store.touch_keys(&used).await {
        tracing::debug!(%error, "couldn't note that keys were used; the next use is noted");
    }
    vec![(); used.len()]
}
