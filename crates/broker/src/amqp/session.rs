//! One connection, from its handshake to its end, and the channels kept on it.

use std::{
    collections::HashSet,
    net::{Shutdown, TcpStream},
    os::fd::AsFd,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use lapin::{
    Channel, Connection, ConnectionProperties, ErrorKind,
    protocol::{AMQPErrorKind, AMQPHardError},
    tcp::{AMQPUriTcpExt, OwnedTLSConfig},
    types::{FieldTable, LongString},
    uri::{AMQPScheme, AMQPUri},
};
use ruche_domain::QueueName;
use tokio_util::sync::CancellationToken;

use super::{address::Address, options::AmqpOptions};
use crate::BrokerError;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Publishing,
    Consuming,
}

/// A connection and what belongs to it. When it is gone all of it is: nothing is carried over to the next one.
pub(super) struct Session {
    pub(super) connection: Connection,
    /// A second handle of the socket, to cut a connection that no longer answers.
    socket: Arc<OnceLock<TcpStream>>,
    /// Cancelled when the connection is gone.
    pub(super) ended: CancellationToken,
    /// For declarations and questions, which a refusal closes.
    pub(super) asking: tokio::sync::Mutex<Option<Channel>>,
    replying: tokio::sync::Mutex<Option<Channel>>,
    declared: Mutex<HashSet<QueueName>>,
    pub(super) queue_arguments: FieldTable,
    timeout: Duration,
}

/// Why there is no connection.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum OpenError {
    #[error("couldn't connect to {0}: {1}")]
    Failed(String, #[source] lapin::Error),
    #[error("{0} refused the connection: {1}")]
    Refused(String, String),
    #[error("{0} did not answer in {1:?}")]
    Silent(String, Duration),
}

impl OpenError {
    pub(super) fn into_broker_error(self) -> BrokerError {
        match self {
            Self::Refused(..) => BrokerError::Address(self.to_string()),
            Self::Failed(..) | Self::Silent(..) => BrokerError::Unavailable(Some(Box::new(self))),
        }
    }
}

/// Opens a connection, or gives up after the options' `connect_timeout`.
pub(super) async fn open(address: &Address, options: &AmqpOptions, purpose: Purpose) -> Result<Arc<Session>, OpenError> {
    install_tls();
    let socket = Arc::new(OnceLock::new());
    let name = match purpose {
        Purpose::Publishing => options.connection_name.clone(),
        Purpose::Consuming => format!("{} (consuming)", options.connection_name),
    };
    let properties = ConnectionProperties::default()
        .with_connection_name(LongString::from(name))
        .with_client_property("product".into(), "ruche".into())
        .with_client_property("version".into(), env!("CARGO_PKG_VERSION").into());
    let connecting = connect(address.uri(purpose), properties, socket.clone());
    let connection = match tokio::time::timeout(options.connect_timeout, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return Err(refusal(address, error)),
        Err(_) => {
            // Ends lapin's thread, which would wait for the handshake for ever.
            cut(&socket);
            return Err(OpenError::Silent(address.to_string(), options.connect_timeout));
        }
    };
    Ok(Arc::new(Session {
        connection,
        socket,
        ended: CancellationToken::new(),
        asking: tokio::sync::Mutex::default(),
        replying: tokio::sync::Mutex::default(),
        declared: Mutex::default(),
        queue_arguments: options.queue_arguments.clone(),
        timeout: options.confirm_timeout,
    }))
}

async fn connect(
    uri: AMQPUri,
    properties: ConnectionProperties,
    socket: Arc<OnceLock<TcpStream>>,
) -> Result<Connection, lapin::Error> {
    let runtime = lapin::runtime::default_runtime()?;
    Connection::connector(
        uri,
        runtime,
        async move |uri, runtime| {
            let plain = AMQPUri { scheme: AMQPScheme::AMQP, ..uri.clone() };
            let stream = plain.connect_async(&runtime).await?;
            if let lapin::AsyncTcpStream::Plain(stream) = &stream {
                let second = stream.get_ref().as_fd().try_clone_to_owned()?;
                let _ = socket.set(TcpStream::from(second));
            }
            match uri.scheme {
                AMQPScheme::AMQP => Ok(stream),
                AMQPScheme::AMQPS => Ok(stream.into_tls(&uri.authority.host, OwnedTLSConfig::default().as_ref()).await?),
            }
        },
        properties,
    )
    .await
}

/// TLS needs a provider of its primitives; the process may have chosen one.
fn install_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn refusal(address: &Address, error: lapin::Error) -> OpenError {
    if let ErrorKind::ProtocolError(protocol) = error.kind() {
        let refused = match protocol.kind() {
            AMQPErrorKind::Soft(_) => true,
            AMQPErrorKind::Hard(hard) => matches!(hard, AMQPHardError::NOTALLOWED | AMQPHardError::INVALIDPATH),
        };
        if refused {
            return OpenError::Refused(address.to_string(), protocol.get_message().to_string());
        }
    }
    OpenError::Failed(address.to_string(), error)
}

fn cut(socket: &OnceLock<TcpStream>) {
    if let Some(socket) = socket.get() {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

impl Session {
    /// Whether it can be used now. RabbitMQ blocks publishers when it runs out of memory or disk; until it lets them go on, what
    /// they publish would only pile up here.
    pub(super) fn usable(&self) -> bool {
        let status = self.connection.status();
        status.connected() && !status.blocked() && !self.ended.is_cancelled()
    }

    /// Waits for an answer, not for ever. One that does not come means the connection is dead, whatever it says.
    pub(super) async fn within<T>(&self, answer: impl Future<Output = Result<T, lapin::Error>>) -> Result<T, BrokerError> {
        match self.try_within(answer).await {
            Ok(answer) => answer.map_err(|error| BrokerError::Unavailable(Some(Box::new(error)))),
            Err(error) => Err(error),
        }
    }

    /// As [`Self::within`], with the answer's own error kept apart.
    pub(super) async fn try_within<T>(
        &self,
        answer: impl Future<Output = Result<T, lapin::Error>>,
    ) -> Result<Result<T, lapin::Error>, BrokerError> {
        tokio::select! {
            biased;
            answer = answer => Ok(answer),
            // lapin may leave questions unanswered that were asked while the connection broke.
            () = self.ended.cancelled() => Err(BrokerError::Unavailable(None)),
            () = tokio::time::sleep(self.timeout) => {
                if !self.connection.status().blocked() {
                    self.cut();
                }
                Err(BrokerError::Unavailable(None))
            }
        }
    }

    /// Bytes of the largest frame either side may send.
    pub(super) fn largest_frame(&self) -> usize {
        usize::try_from(self.connection.configuration().frame_max()).unwrap_or(usize::MAX)
    }

    /// A new channel.
    pub(super) async fn channel(&self) -> Result<Channel, BrokerError> {
        self.within(self.connection.create_channel()).await
    }

    /// A new channel that confirms what is published on it.
    pub(super) async fn confirming_channel(&self) -> Result<Channel, BrokerError> {
        let channel = self.channel().await?;
        self.within(channel.confirm_select(lapin::options::ConfirmSelectOptions::default())).await?;
        Ok(channel)
    }

    /// The channel replies are published on.
    pub(super) async fn reply_channel(&self) -> Result<Channel, BrokerError> {
        let mut kept = self.replying.lock().await;
        if let Some(channel) = kept.as_ref().filter(|channel| channel.status().connected()) {
            return Ok(channel.clone());
        }
        Ok(kept.insert(self.channel().await?).clone())
    }

    pub(super) fn is_declared(&self, queue: &QueueName) -> bool {
        self.declared().contains(queue)
    }

    pub(super) fn remember(&self, queue: QueueName) {
        self.declared().insert(queue);
    }

    pub(super) fn forget(&self, queue: &QueueName) {
        self.declared().remove(queue);
    }

    fn declared(&self) -> std::sync::MutexGuard<'_, HashSet<QueueName>> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the connection without asking the other side.
    pub(super) fn cut(&self) {
        self.ended.cancel();
        cut(&self.socket);
    }

    /// Ends the connection as the protocol wants it, for as long as that takes up to two seconds.
    pub(super) async fn close(&self) {
        let closing = self.connection.close(200, "OK".into());
        let _ = tokio::time::timeout(Duration::from_secs(2), closing).await;
        self.cut();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.cut();
    }
}
