//! The HTTP client that all requests share: one connection pool, one address policy, the signing keys.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use reqwest::{Certificate, redirect::Policy};

use super::{
    address::AddressPolicy,
    config::{HttpConfig, InvalidHttpConfig},
    resolve::{GuardedResolver, Lookup, SystemLookup},
    sign::SigningKey,
};

/// Longest wait for a connection; the attempt's own limit may be shorter.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// Unused connections kept per host.
const IDLE_PER_HOST: usize = 8;

/// What `http.request` sends with.
pub(crate) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) policy: Arc<AddressPolicy>,
    pub(super) keys: BTreeMap<String, Vec<SigningKey>>,
    pub(super) max_response_bytes: usize,
}

impl Client {
    pub(crate) fn new(config: HttpConfig) -> Result<Self, InvalidHttpConfig> {
        Self::with_lookup(config, Arc::new(SystemLookup))
    }

    /// A client that looks names up with `lookup`.
    pub(crate) fn with_lookup(config: HttpConfig, lookup: Arc<dyn Lookup>) -> Result<Self, InvalidHttpConfig> {
        let policy =
            Arc::new(AddressPolicy { allow_private: config.allow_private_addresses, allowed: config.allowed_networks.clone() });
        let resolver = GuardedResolver::new(lookup, Arc::clone(&policy));
        let http = build(&config, Arc::new(resolver))?;
        Ok(Self { http, policy, keys: keys(&config)?, max_response_bytes: config.max_response_bytes })
    }
}

/// No redirects (they are followed by hand, with checks), no proxy from the environment, no decompression (the limits then count
/// what is received), no `Referer`.
fn build(config: &HttpConfig, resolver: Arc<GuardedResolver>) -> Result<reqwest::Client, InvalidHttpConfig> {
    // Fails when the process has chosen already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authorities = authorities(config)?;
    let builder = || {
        reqwest::Client::builder()
            .user_agent(&config.user_agent)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(Arc::clone(&resolver))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_PER_HOST)
    };
    builder().tls_certs_merge(authorities.clone()).build().or_else(|error| {
        // A machine without any certificate authority (a bare container) can still send plain HTTP.
        let client = builder().tls_certs_only(authorities).build()?;
        tracing::warn!(%error, "no certificate authorities found on this machine: https requests trust only http.ca_file");
        Ok(client)
    })
}

fn authorities(config: &HttpConfig) -> Result<Vec<Certificate>, InvalidHttpConfig> {
    let Some(path) = &config.ca_file else { return Ok(Vec::new()) };
    let pem = std::fs::read(path).map_err(|source| InvalidHttpConfig::Authorities { path: path.clone(), source })?;
    Ok(Certificate::from_pem_bundle(&pem)?)
}

fn keys(config: &HttpConfig) -> Result<BTreeMap<String, Vec<SigningKey>>, InvalidHttpConfig> {
    config
        .signing_secrets
        .iter()
        .map(|(name, sources)| {
            if sources.is_empty() {
                return Err(InvalidHttpConfig::NoSecret(name.clone()));
            }
            let keys = sources.iter().map(|source| {
                let secret = source.read().map_err(|source| InvalidHttpConfig::Unreadable { name: name.clone(), source })?;
                SigningKey::parse(&secret).map_err(|source| InvalidHttpConfig::Secret { name: name.clone(), source })
            });
            Ok((name.clone(), keys.collect::<Result<_, _>>()?))
        })
        .collect()
}
