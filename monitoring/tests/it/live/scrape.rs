//! What Ruche's processes show is what the catalogue says, whole and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use ruche_metrics::{Metric, ShownBy, catalogue};

use super::deployment::Deployment;

/// Type and labels of each family on a page.
fn families(page: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut families: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut current = String::new();
    for line in page.lines() {
        if let Some(told) = line.strip_prefix("# TYPE ") {
            let (name, kind) = told.split_once(' ').unwrap();
            current = name.to_owned();
            families.insert(current.clone(), (kind.to_owned(), BTreeSet::new()));
        } else if let Some((_, labels)) = line.split_once('{').filter(|_| !line.starts_with('#')) {
            let (_, known) = families.get_mut(&current).unwrap();
            // A label's value may hold commas, never `="`.
            let names = labels.split("=\"").map(|part| part.rsplit([',', '{', '"']).next().unwrap_or(part).trim().to_owned());
            known.extend(names.filter(|name| !name.is_empty() && name != "le" && !name.contains(['}', ' '])));
        }
    }
    families
}

pub async fn shows_the_catalogue_and_nothing_else(deployment: &Deployment) {
    let stack = &deployment.stack;
    for (address, by) in [(&stack.servers[0].address, ShownBy::Server), (&stack.workers[0].address, ShownBy::Worker)] {
        let page = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
        let shown = families(&page);
        let expected: BTreeMap<&str, &Metric> = catalogue::all()
            .into_iter()
            .filter(|metric| metric.shown_by == ShownBy::All || metric.shown_by == by)
            .map(|metric| (metric.name, metric))
            .collect();
        for (name, (kind, labels)) in &shown {
            let metric = expected.get(name.as_str()).unwrap_or_else(|| panic!("{name} of {by:?} is not in the catalogue"));
            assert_eq!(metric.kind.as_str(), kind, "{name}");
            assert_eq!(&metric.labels.iter().map(|label| (*label).to_owned()).collect::<BTreeSet<_>>(), labels, "{name}");
            assert!(page.contains(&format!("# HELP {name} ")), "{name} says what it means");
        }
        for name in expected.keys() {
            assert!(shown.contains_key(*name), "{by:?} does not show {name}");
        }
    }
}
