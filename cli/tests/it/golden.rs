//! Texts that are kept: `--help`, the OpenAPI document, the configuration's schema. `RUCHE_UPDATE_GOLDEN=1` rewrites them.

use std::{env, fs, path::Path};

use ruche_worker::tasks::BuiltInConfig;

use crate::program::{repository, run};

/// Compares with the file at `path`, relative to the repository.
fn kept(path: &str, text: &str) {
    let file = repository().join(path);
    if env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "{path} is out of date: run the tests with RUCHE_UPDATE_GOLDEN=1 and look at the difference\n{text}"
    );
}

#[test]
fn the_help_of_every_command() {
    let commands: [&[&str]; 59] = [
        &[],
        &["up"],
        &["enqueue"],
        &["tasks"],
        &["tasks", "list"],
        &["tasks", "cancel"],
        &["tasks", "retry"],
        &["schedules"],
        &["schedules", "list"],
        &["schedules", "show"],
        &["schedules", "create"],
        &["schedules", "update"],
        &["schedules", "delete"],
        &["schedules", "pause"],
        &["schedules", "resume"],
        &["schedules", "preview"],
        &["schedules", "run"],
        &["schedules", "backfill"],
        &["schedules", "history"],
        &["operations"],
        &["operations", "list"],
        &["operations", "show"],
        &["operations", "run"],
        &["operations", "cancel"],
        &["dead"],
        &["dead", "list"],
        &["dead", "show"],
        &["dead", "replay"],
        &["dead", "discard"],
        &["dead", "retry"],
        &["webhooks"],
        &["webhooks", "list"],
        &["webhooks", "show"],
        &["webhooks", "create"],
        &["webhooks", "update"],
        &["webhooks", "delete"],
        &["webhooks", "pause"],
        &["webhooks", "resume"],
        &["webhooks", "rotate"],
        &["webhooks", "test"],
        &["webhooks", "deliveries"],
        &["webhooks", "replay"],
        &["watch"],
        &["queues"],
        &["queues", "show"],
        &["queues", "pause"],
        &["queues", "resume"],
        &["queues", "limit"],
        &["workers"],
        &["definitions"],
        &["keys"],
        &["keys", "create"],
        &["keys", "list"],
        &["keys", "revoke"],
        &["audit"],
        &["migrate"],
        &["check-config"],
        &["healthcheck"],
        &["openapi"],
    ];
    for command in commands {
        let ended = run(Path::new("/"), &[command, &["--help"]].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        let name = [&["ruche"], command].concat().join("-");
        kept(&format!("cli/tests/golden/{name}.txt"), &ended.stdout);
    }
}

#[test]
fn every_command_has_its_help_kept() {
    let ended = run(Path::new("/"), &["--help"]);
    let commands = ended.stdout.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for name in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let file = repository().join(format!("cli/tests/golden/ruche-{name}.txt"));
        assert!(file.exists(), "add {name} to the test above");
    }
}

#[test]
fn the_api_document() {
    kept("server/openapi.json", &run(Path::new("/"), &["openapi"]).stdout);
}

#[test]
fn the_schema_of_the_configuration() {
    let schema = ruche_bootstrap::config::schema::document::<BuiltInConfig>();
    kept("docs/config.schema.json", &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
}

#[test]
fn the_sample_configuration_is_valid_as_it_stands_and_with_every_line_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let sample = fs::read_to_string(repository().join("docs/ruche.example.toml")).unwrap();
    let everything: String = sample.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    fs::write(directory.path().join("sample.toml"), &sample).unwrap();
    let ended = run(directory.path(), &["check-config", "--config", "sample.toml"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    fs::write(directory.path().join("all.toml"), &everything).unwrap();
    let loaded = ruche_bootstrap::config::Sources::default().file(Some(&directory.path().join("all.toml"))).unwrap();
    loaded.load::<BuiltInConfig>().unwrap();
}
