//! The real Prometheus.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use ruche_bench::stack::free_address;
use serde_json::Value;
use url::Url;
use xtask::services::MONITORING;

use super::{
    alertmanager::Alertmanager,
    deployment::{Deployment, Running, answers, run},
    rules,
};

pub struct Prometheus {
    base: String,
    _running: Running,
}

/// A series' labels and its samples.
pub struct Series {
    pub labels: BTreeMap<String, String>,
    pub samples: Vec<(f64, f64)>,
}

impl Prometheus {
    pub async fn start(deployment: &Deployment, alertmanager: &Alertmanager) -> Result<Self> {
        let (address, folder) = (free_address()?, deployment.folder.path().join("prometheus"));
        fs::create_dir_all(folder.join("rules"))?;
        for (name, text) in rules::faster() {
            fs::write(folder.join("rules").join(name), text)?;
        }
        fs::write(folder.join("prometheus.yml"), rules::configuration(deployment, &address, &alertmanager.address))?;
        let running = run(MONITORING[0], &folder, |command| {
            command
                .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
                .args([format!("--web.listen-address={address}"), format!("--web.external-url=http://{address}/prometheus/")]);
        })?;
        let base = format!("http://{address}/prometheus");
        answers(&format!("{base}/-/ready")).await?;
        Ok(Self { base, _running: running })
    }

    /// Asks, and takes no warning for an answer.
    pub async fn ask(&self, path: &str, parameters: &[(&str, String)]) -> Result<Value> {
        let url = Url::parse_with_params(&format!("{}/api/v1/{path}", self.base), parameters)?;
        let answer: Value = reqwest::get(url).await?.json().await?;
        anyhow::ensure!(answer["status"] == "success", "{answer}");
        for told in ["warnings", "infos"] {
            anyhow::ensure!(answer.get(told).is_none_or(|told| told.as_array().is_some_and(Vec::is_empty)), "{answer}");
        }
        Ok(answer["data"].clone())
    }

    /// An instant query.
    pub async fn instant(&self, expression: &str) -> Result<Vec<Series>> {
        let data = self.ask("query", &[("query", expression.to_owned())]).await?;
        data["result"].as_array().context("no result")?.iter().map(|series| read(series, &series["value"], true)).collect()
    }

    /// The last minutes, sampled every two seconds.
    pub async fn range(&self, expression: &str, back: Duration) -> Result<Vec<Series>> {
        // By its own clock.
        let now = self.value("vector(time())").await.context("it has no time")?.floor();
        let parameters = [
            ("query", expression.to_owned()),
            ("start", (now - back.as_secs_f64()).to_string()),
            ("end", now.to_string()),
            ("step", "2".to_owned()),
        ];
        let data = self.ask("query_range", &parameters).await?;
        data["result"].as_array().context("no result")?.iter().map(|series| read(series, &series["values"], false)).collect()
    }

    /// The value of an expression that has one; nothing if it has none.
    pub async fn value(&self, expression: &str) -> Option<f64> {
        let found = self.instant(expression).await.unwrap_or_else(|error| panic!("{expression}: {error:#}"));
        assert!(found.len() < 2, "{expression} has {} values", found.len());
        found.first().map(|series| series.samples[0].1)
    }

    /// Waits until an expression has the value wanted.
    pub async fn until(&self, expression: &str, patience: Duration, wanted: impl Fn(f64) -> bool) {
        let start = Instant::now();
        loop {
            let value = self.value(expression).await;
            if value.is_some_and(&wanted) {
                return;
            }
            assert!(start.elapsed() < patience, "{expression} is {value:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The names of the alerts that fire.
    pub async fn firing(&self) -> Vec<String> {
        let firing = self.instant(r#"count by (alertname) (ALERTS{alertstate="firing"})"#).await.unwrap();
        firing.into_iter().map(|series| series.labels["alertname"].clone()).collect()
    }
}

fn read(series: &Value, samples: &Value, one: bool) -> Result<Series> {
    let labels = series["metric"].as_object().context("no labels")?;
    let labels = labels.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
    let sample = |pair: &Value| Some((pair[0].as_f64()?, pair[1].as_str()?.parse().ok()?));
    let all = if one { std::slice::from_ref(samples) } else { samples.as_array().context("no samples")?.as_slice() };
    Ok(Series { labels, samples: all.iter().map(sample).collect::<Option<_>>().context("a sample that is none")? })
}
