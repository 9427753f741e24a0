//! Name resolution that hands out permitted addresses only, so that what is checked is what is connected to: a name that
//! answers differently the second time (DNS rebinding) gains nothing.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{AddressPolicy, Blocked};

/// Looks names up.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// The addresses of `name`.
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// The name is not known, or nobody could be asked.
#[derive(Debug, thiserror::Error)]
#[error("the host's name could not be resolved")]
pub(crate) struct Unresolved(#[source] io::Error);

/// What reqwest asks before it connects.
pub(crate) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    policy: Arc<AddressPolicy>,
}

impl GuardedResolver {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, policy: Arc<AddressPolicy>) -> Self {
        Self { lookup, policy }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, policy) = (self.lookup.lookup(name.as_str().to_owned()), Arc::clone(&self.policy));
        Box::pin(async move {
            let found = found.await.map_err(Unresolved)?;
            if found.is_empty() {
                return Err(Unresolved(io::Error::other("the name has no address")).into());
            }
            let permitted: Vec<_> =
                found.into_iter().filter(|address| policy.permits(*address)).map(|address| SocketAddr::new(address, 0)).collect();
            if permitted.is_empty() { Err(Blocked.into()) } else { Ok(Box::new(permitted.into_iter()) as Addrs) }
        })
    }
}
