//! Hands messages to the mail server.

use std::time::{Duration, Instant};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{
    EmailSend, EmailSent,
    config::{EmailConfig, EmailTls, InvalidEmailConfig, Rules},
    error::EmailError,
    message::compose,
};
use crate::{TaskContext, tasks::SecretSource};

/// What `email.send` sends with; nothing, if the configuration has no mail server.
pub(crate) struct Mailer(Option<Configured>);

struct Configured {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    rules: Rules,
    timeout: Duration,
}

impl Mailer {
    pub(crate) fn new(config: Option<EmailConfig>) -> Result<Self, InvalidEmailConfig> {
        let configured = config.map(|config| {
            let rules = Rules::new(&config)?;
            Ok::<_, InvalidEmailConfig>(Configured {
                transport: transport(&config)?,
                rules,
                timeout: Duration::from_millis(config.timeout_ms),
            })
        });
        Ok(Self(configured.transpose()?))
    }

    /// Sends a task's message.
    pub(super) async fn send(&self, wish: EmailSend, context: &TaskContext) -> Result<EmailSent, EmailError> {
        let Configured { transport, rules, timeout } = self.0.as_ref().ok_or(EmailError::NotConfigured)?;
        let composed = compose(wish, rules, context)?;
        let started = Instant::now();
        // The transport limits the time to connect only; a silent server has to be left as well.
        let limit = context.remaining().map_or(*timeout, |remaining| remaining.min(*timeout));
        tokio::select! {
            biased;
            () = context.cancelled() => return Err(EmailError::Cancelled),
            sent = tokio::time::timeout(limit, transport.send(composed.message)) => sent.map_err(|_| EmailError::Timeout)??,
        };
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        context.info(format!("the mail server accepted the message for {} recipients", composed.recipients));
        Ok(EmailSent { message_id: composed.id, recipients: composed.recipients, duration_ms })
    }
}

fn transport(config: &EmailConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, InvalidEmailConfig> {
    let tls = match config.tls {
        EmailTls::Starttls => Tls::Required(tls(config)?),
        EmailTls::Implicit => Tls::Wrapper(tls(config)?),
        EmailTls::None => Tls::None,
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
        .port(config.port.unwrap_or(config.tls.default_port()))
        .timeout(Some(Duration::from_millis(config.timeout_ms)))
        .tls(tls);
    let builder = match credentials(config)? {
        Some(credentials) => builder.credentials(credentials),
        None => builder,
    };
    Ok(builder.build())
}

fn tls(config: &EmailConfig) -> Result<TlsParameters, InvalidEmailConfig> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path).map_err(|source| InvalidEmailConfig::Authorities { path: path.clone(), source })?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(InvalidEmailConfig::Tls)?);
    }
    parameters.build().map_err(InvalidEmailConfig::Tls)
}

fn credentials(config: &EmailConfig) -> Result<Option<Credentials>, InvalidEmailConfig> {
    match (&config.username, &config.password_file) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) if config.tls == EmailTls::None => Err(InvalidEmailConfig::PasswordInTheClear),
        (Some(username), Some(file)) => {
            let password = SecretSource::File(file.clone()).read()?;
            Ok(Some(Credentials::new(username.clone(), password.expose().to_owned())))
        }
        _ => Err(InvalidEmailConfig::HalfCredentials),
    }
}
