//! Browsers' sessions.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{SessionId, Token, TokenKind};
use ruche_store::{NewSession, StoreError};

use super::{
    caller::{Caller, Via},
    secret,
};
use crate::{auth::Gate, problem::Problem};

/// Sessions of one key; the oldest ends when there are more.
const MOST: u32 = 20;

/// A session that was just opened.
pub struct Opened {
    /// The caller as the session has it.
    pub caller: Caller,
    /// What its cookie holds.
    pub token: Token,
    /// How long it lasts at most.
    pub lifetime: Duration,
}

impl Gate {
    /// Opens a session for a caller that showed its key. Its token is always a new one, whatever the browser brought: nobody can
    /// be made to log in to a session that somebody else knows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_session(&self, caller: &Caller) -> Result<Opened, StoreError> {
        let now = self.clock.now();
        let end = now + TimeDelta::from_std(self.session).unwrap_or(TimeDelta::hours(1));
        let expires_at = caller.expires_at.map_or(end, |at| at.min(end));
        let token = Token { kind: TokenKind::Session, id: self.clock.new_task_id().as_uuid(), secret: self.clock.secret() };
        let digest = match (caller.key, &self.configured) {
            (None, Some(configured)) => secret::digest_with(&token.secret, configured),
            _ => secret::digest(token.secret),
        };
        let id = SessionId::from(token.id);
        let session = NewSession { id, key: caller.key, digest, created_at: now, expires_at };
        self.store.open_session(&session, MOST).await?;
        let caller = Caller { via: Via::Session(id), expires_at: Some(expires_at), ..caller.clone() };
        Ok(Opened { caller, token, lifetime: (expires_at - now).to_std().unwrap_or_default() })
    }

    /// Ends the session with this token, if there is one; whose it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_session(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let Some(caller) = self.session(token).await? else { return Ok(None) };
        if let Via::Session(id) = caller.via {
            self.store.close_session(id).await?;
            self.verified.forget_session(id);
        }
        Ok(Some(caller))
    }

    /// Whose session has this token.
    pub(crate) async fn session(&self, text: &str) -> Result<Option<Caller>, Problem> {
        let Some(token) = Token::parse(TokenKind::Session, text) else { return Ok(None) };
        let (proof, now) = (secret::digest(text), self.clock.now());
        if let Some(caller) = self.verified.get(&proof, now) {
            return Ok(Some(caller));
        }
        let id = SessionId::from(token.id);
        let _turn = self.lookups.acquire().await;
        if let Some(caller) = self.verified.get(&proof, now) {
            return Ok(Some(caller));
        }
        let Some(found) = self.store.session(id, now).await? else { return Ok(None) };
        let shown = match (&found.key, &self.configured) {
            (Some(_), _) => secret::digest(token.secret),
            (None, Some(configured)) => secret::digest_with(&token.secret, configured),
            // The key it was opened with is configured no more.
            (None, None) => return Ok(None),
        };
        if !secret::same(&shown, &found.digest) {
            return Ok(None);
        }
        let (via, expires_at) = (Via::Session(id), Some(found.expires_at));
        let caller = match &found.key {
            Some(key) => {
                self.note_use(key, now);
                Caller::with_key(key, via, expires_at)
            }
            None => Caller::configured(via, expires_at),
        };
        self.verified.put(proof, caller.clone(), now);
        Ok(Some(caller))
    }
}
