//! Every panel of every dashboard asks the real Prometheus, as Grafana would, and gets an answer.

use std::time::Duration;

use ruche_monitoring::dashboards;
use serde_json::Value;

use super::prometheus::{Prometheus, Series};

/// What Grafana would put for `$__rate_interval`: at least four scrapes; here enough for what is seldom counted, too.
const RATE: &str = "4m";

/// What the shown time is here.
const SHOWN: Duration = Duration::from_secs(240);

pub async fn all_have_answers(prometheus: &Prometheus) {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        let variables = resolved(prometheus, &json).await;
        for panel in json["panels"].as_array().unwrap() {
            for target in panel.get("targets").and_then(Value::as_array).into_iter().flatten() {
                asked += 1;
                let expression = filled(target["expr"].as_str().unwrap(), &variables);
                assert!(!expression.contains('$'), "{expression}");
                if let Some(problem) = problem(prometheus, &expression, target["instant"] == true).await {
                    wrong.push(format!("{}: {}: {problem}\n  {expression}", dashboard.uid, panel["title"]));
                }
            }
        }
        for annotation in json["annotations"]["list"].as_array().unwrap() {
            // Nothing may have been deployed: what counts is that the question is understood.
            let expression = annotation["expr"].as_str().unwrap();
            prometheus.range(expression, SHOWN).await.unwrap_or_else(|error| panic!("{expression}: {error:#}"));
        }
    }
    assert!(asked > 100, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked} queries have no answer:\n{}", wrong.len(), wrong.join("\n"));
}

/// The dashboard's choices with all their values, as a regular expression.
pub async fn resolved(prometheus: &Prometheus, dashboard: &Value) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for variable in dashboard["templating"]["list"].as_array().unwrap().iter().filter(|variable| variable["type"] == "query") {
        let query = variable["query"]["query"].as_str().unwrap();
        let (of, label) = query
            .strip_prefix("label_values(")
            .and_then(|rest| rest.strip_suffix(')'))
            .and_then(|rest| rest.rsplit_once(", "))
            .unwrap();
        let values = prometheus.ask(&format!("label/{label}/values"), &[("match[]", of.to_owned())]).await.unwrap();
        let values: Vec<_> = values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect();
        assert!(!values.is_empty(), "{query} has no values");
        variables.push((
            format!("${}", variable["name"].as_str().unwrap()),
            values.join("|").replace('.', "[.]").replace(['{', '}'], "."),
        ));
    }
    variables
}

/// With everything that Grafana fills in filled in.
pub fn filled(expression: &str, variables: &[(String, String)]) -> String {
    let shown = format!("{}s", SHOWN.as_secs());
    let expression = expression.replace("$__rate_interval", RATE).replace("$__range", &shown);
    variables.iter().fold(expression, |expression, (name, values)| expression.replace(name.as_str(), values))
}

async fn problem(prometheus: &Prometheus, expression: &str, instant: bool) -> Option<String> {
    let answer = if instant { prometheus.instant(expression).await } else { prometheus.range(expression, SHOWN).await };
    match answer {
        Err(error) => Some(format!("{error:#}")),
        Ok(series) if series.is_empty() => Some("nothing".to_owned()),
        Ok(series) if !series.iter().any(Series::has_numbers) => Some("no numbers".to_owned()),
        Ok(_) => None,
    }
}

impl Series {
    fn has_numbers(&self) -> bool {
        self.samples.iter().any(|(_, value)| value.is_finite())
    }
}
