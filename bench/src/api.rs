//! The public API, as far as measuring needs it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Api {
    client: reqwest::Client,
    base: String,
}

/// A task as listed.
#[derive(Debug, Clone, Deserialize)]
pub struct Task {
    pub id: String,
    pub state: String,
    pub attempt: u32,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub finished_at: Option<chrono::DateTime<chrono::Utc>>,
    pub failure: Option<Value>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Task>,
    next_cursor: Option<String>,
}

impl Api {
    /// # Errors
    /// When no client can be made.
    pub fn new(address: &str) -> Result<Self> {
        // An error means that it is installed already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { client, base: format!("http://{address}") })
    }

    /// The same client with an API key.
    ///
    /// # Errors
    /// When no client can be made, or the key has characters that no header may have.
    pub fn with_key(address: &str, key: &str) -> Result<Self> {
        let mut value = reqwest::header::HeaderValue::from_str(&format!("Bearer {key}")).context("that is no API key")?;
        value.set_sensitive(true);
        let headers = [(reqwest::header::AUTHORIZATION, value)].into_iter().collect();
        let plain = Self::new(address)?;
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).default_headers(headers).build()?;
        Ok(Self { client, ..plain })
    }

    pub async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/readyz", self.base)).timeout(Duration::from_secs(2)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await.with_context(|| format!("GET {path}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "GET {path}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Value> {
        let mut request = self.client.post(format!("{}{path}", self.base)).json(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.with_context(|| format!("POST {path}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "POST {path}: {status}: {}", &text[..text.len().min(500)]);
        Ok(serde_json::from_str(&text)?)
    }

    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.client.patch(format!("{}{path}", self.base)).json(body).send().await;
        let answer = answer.with_context(|| format!("PATCH {path}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "PATCH {path}: {status}: {}", &text[..text.len().min(500)]);
        Ok(serde_json::from_str(&text)?)
    }

    /// Enqueues tasks in one request; their ids.
    ///
    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn batch(&self, tasks: &[Value], key: Option<&str>) -> Result<Vec<String>> {
        let headers: Vec<(&str, &str)> = key.map(|key| ("Idempotency-Key", key)).into_iter().collect();
        let answer = self.post("/api/v1/tasks/batch", &json!({ "tasks": tasks }), &headers).await?;
        let ids = answer["ids"].as_array().context("the answer has no ids")?;
        Ok(ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect())
    }

    /// Every task that the query lists.
    ///
    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn list(&self, query: &str) -> Result<Vec<Task>> {
        let (mut tasks, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page: Page = serde_json::from_value(self.get(&format!("/api/v1/tasks?limit=200&{query}{after}")).await?)?;
            tasks.extend(page.data);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => return Ok(tasks),
            }
        }
    }

    async fn has_any(&self, state: &str) -> Result<bool> {
        let page: Page = serde_json::from_value(self.get(&format!("/api/v1/tasks?limit=1&state={state}")).await?)?;
        Ok(!page.data.is_empty())
    }

    /// Whether no task waits or runs.
    ///
    /// # Errors
    /// When the server does not answer, or says no.
    pub async fn is_settled(&self) -> Result<bool> {
        // In the order of life, so that a task that moves on meanwhile is seen in its next state.
        for state in ["blocked", "scheduled", "retrying", "queued", "running", "retrying", "queued", "running"] {
            if self.has_any(state).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until no task waits or runs.
    ///
    /// # Errors
    /// When that takes longer than `patience`.
    pub async fn settle(&self, patience: Duration) -> Result<()> {
        let start = Instant::now();
        // The cheapest question first: asking must not cost what is measured.
        while self.has_any("queued").await? || !self.is_settled().await? {
            if start.elapsed() > patience {
                bail!("not settled within {patience:?}: {}", self.get("/api/v1/stats").await?);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Ok(())
    }
}
