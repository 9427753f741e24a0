//! A wire between client and broker that a test can cut, freeze and mend.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the wire does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Passes,
    /// Connections end, new ones are closed at once.
    Cut,
    /// Connections stay open, and nothing comes through.
    Frozen,
}

/// A TCP proxy in front of the broker.
pub struct Proxy {
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    serving: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// A wire to `target` (`host:port`).
    pub async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let (mode, watching) = watch::channel(Mode::Passes);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, target.clone(), watching.clone()));
            }
        });
        Self { address, mode, serving }
    }

    pub fn cut(&self) {
        self.mode.send_replace(Mode::Cut);
    }

    pub fn freeze(&self) {
        self.mode.send_replace(Mode::Frozen);
    }

    pub fn mend(&self) {
        self.mode.send_replace(Mode::Passes);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn carry(mut client: TcpStream, target: String, mut mode: watch::Receiver<Mode>) {
    let now = *mode.borrow_and_update();
    match now {
        Mode::Cut => {}
        Mode::Frozen => drop(mode.changed().await),
        Mode::Passes => {
            let Ok(mut broker) = TcpStream::connect(target).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut broker) => {}
                _ = mode.changed() => {
                    if *mode.borrow_and_update() == Mode::Frozen {
                        // Both sockets stay open, unread, until the wire changes again.
                        let _ = mode.changed().await;
                    }
                }
            }
        }
    }
}
