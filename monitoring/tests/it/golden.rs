//! What is generated and kept. `RUCHE_UPDATE_GOLDEN=1` rewrites it.

use std::{collections::BTreeSet, env, fs};

use ruche_monitoring::{catalogue, dashboards, slo};

use crate::files;

fn kept(below: &str, text: &str) {
    let file = files::path(below);
    if env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "monitoring/{below} is out of date: run the tests with RUCHE_UPDATE_GOLDEN=1 and look at the difference"
    );
}

#[test]
fn the_dashboards() {
    let mut expected = BTreeSet::new();
    for dashboard in dashboards::all() {
        let file = format!("{}.json", dashboard.uid);
        kept(&format!("grafana/dashboards/{file}"), &(serde_json::to_string_pretty(&dashboard.json()).unwrap() + "\n"));
        expected.insert(file);
    }
    let found: BTreeSet<_> = files::names("grafana/dashboards").into_iter().collect();
    assert_eq!(found, expected, "a dashboard has gone and its file has stayed");
}

#[test]
fn the_rules_of_the_promises() {
    kept("prometheus/rules/slo.yml", &slo::rules());
}

#[test]
fn the_catalogue_in_the_readme() {
    const BEGIN: &str = "<!-- catalogue: written by the tests -->\n";
    const END: &str = "<!-- end of catalogue -->\n";
    let readme = files::text("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the catalogue's place is marked");
    let (_, after) = rest.split_once(END).expect("the catalogue's end is marked");
    kept("README.md", &format!("{before}{BEGIN}\n{}\n{END}{after}", catalogue::tables()));
}
