//! Notices between processes, by `NOTIFY` and out of everybody's way.
//!
//! One task tells: it takes whatever has been announced since it last came back from the database, and sends it as a few
//! payloads in one statement. One task listens, on a connection of its own. Notices may be lost; who listens is told so after
//! a reconnect.

mod tell;
mod wire;

use std::{sync::Arc, time::Duration};

use ruche_domain::Changes;
use ruche_store::{ChangeFeed, StoreError};
use sqlx::{PgConnection, PgPool, postgres::PgListener};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{PgOptions, error::refine};

const CHANNEL: &str = "ruche_changes";

/// Announcements that may wait to be told; beyond this they are lost to other processes.
const WAITING: usize = 1_024;

/// Between two tries to listen again.
const RECONNECT: Duration = Duration::from_secs(1);

/// A name for this process that no other has, so that it knows its own notices.
pub async fn new_origin(connection: &mut PgConnection) -> Result<Arc<str>, StoreError> {
    let origin: String = sqlx::query_scalar("select gen_random_uuid()::text").fetch_one(connection).await.map_err(refine)?;
    Ok(origin.into())
}

/// A feed that reaches other processes and hears of them, from now on; the tasks end with the set.
pub async fn start(options: &PgOptions, origin: Arc<str>, pool: PgPool) -> Result<(Arc<ChangeFeed>, JoinSet<()>), StoreError> {
    let (sender, announced) = mpsc::channel(WAITING);
    let feed = Arc::new(ChangeFeed::shared(sender));
    let mut background = JoinSet::new();
    let listener = listen(&options.url).await.map_err(refine)?;
    background.spawn(hear(options.url.clone(), listener, Arc::clone(&origin), Arc::clone(&feed)));
    background.spawn(tell::run(announced, origin, pool));
    Ok((feed, background))
}

async fn listen(url: &str) -> Result<PgListener, sqlx::Error> {
    // Not from the pool: a listener keeps its connection, and the pool would never close.
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Delivers what other processes tell. After any trouble it listens anew and says that notices were lost.
async fn hear(url: String, mut listener: PgListener, origin: Arc<str>, feed: Arc<ChangeFeed>) {
    loop {
        match listener.try_recv().await {
            Ok(Some(notice)) => feed_notice(notice.payload(), &origin, &feed),
            // It has reconnected by itself.
            Ok(None) => feed.deliver(Changes::Lost),
            Err(error) => {
                tracing::warn!(%error, "lost the connection that listens for notices");
                listener = listen_again(&url).await;
                feed.deliver(Changes::Lost);
            }
        }
    }
}

fn feed_notice(payload: &str, origin: &str, feed: &ChangeFeed) {
    match wire::read(payload) {
        Ok(notice) if notice.origin == origin => {}
        Ok(notice) => feed.deliver(notice.changes),
        // A newer version may say what this one does not understand.
        Err(error) => {
            tracing::debug!(%error, "a notice cannot be read");
            feed.deliver(Changes::Lost);
        }
    }
}

async fn listen_again(url: &str) -> PgListener {
    loop {
        tokio::time::sleep(RECONNECT).await;
        match listen(url).await {
            Ok(listener) => break listener,
            Err(error) => tracing::debug!(%error, "cannot listen yet"),
        }
    }
}
