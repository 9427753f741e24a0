//! Texts that are kept: `--help`, the OpenAPI document, the configuration's schema. `RUCHE_UPDATE_GOLDEN=1` rewrites them.

use std::{collections::BTreeSet, env, fs, path::Path};

use clap::CommandFactory;
use ruche::args::Cli;
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
    let (root, mut commands) = (Cli::command(), vec![Vec::new()]);
    commands_below(&root, &[], &mut commands);
    assert!(commands.len() > 40, "{commands:?}");
    for command in &commands {
        let ended = run(Path::new("/"), &[command.as_slice(), &["--help"]].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        kept(&format!("cli/tests/golden/{}.txt", file_name(command)), &ended.stdout);
    }
    let expected: BTreeSet<_> = commands.iter().map(|command| format!("{}.txt", file_name(command))).collect();
    let files = fs::read_dir(repository().join("cli/tests/golden")).unwrap();
    let found: BTreeSet<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, expected, "a command has gone and its text has stayed");
}

/// Every command below `command`, which is reached by `path`.
fn commands_below<'a>(command: &'a clap::Command, path: &[&'a str], found: &mut Vec<Vec<&'a str>>) {
    for below in command.get_subcommands() {
        let path = [path, &[below.get_name()]].concat();
        found.push(path.clone());
        commands_below(below, &path, found);
    }
}

fn file_name(command: &[&str]) -> String {
    [&["ruche"], command].concat().join("-")
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
