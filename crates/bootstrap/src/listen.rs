//! Getting a port.

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has it.
    #[error("couldn't listen on {0}: another program uses this port")]
    InUse(SocketAddr),
    /// The system refuses: no such address, or no right to so low a port.
    #[error("couldn't listen on {address}")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Listens; port 0 takes any that is free.
///
/// # Errors
/// When the address cannot be had.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(address),
        _ => ListenError::Refused { address, source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_told_apart() {
        let first = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let again = listen(first.local_addr().unwrap()).await.unwrap_err();
        assert!(matches!(again, ListenError::InUse(_)));
        assert!(matches!(listen(([192, 0, 2, 1], 0).into()).await, Err(ListenError::Refused { .. })));
    }
}
