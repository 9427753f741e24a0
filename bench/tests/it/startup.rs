//! What goes wrong at the start of a deployment's programs: one clear message and an exit code each.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use ruche_bench::binaries::Binaries;

const BROKER: (&str, &str) = ("RUCHE_BROKER__URL", "amqp://guest:geheim@127.0.0.1:1");

/// Starts a program where nothing is, with nothing of the caller's settings; it is to end by itself with this code and one
/// line that contains this message.
fn refused(program: &str, directory: &Path, settings: &[(&str, &str)], code: i32, message: &str) {
    let mut command = Command::new(Binaries::locate().expect("the programs are built").path(program));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RUCHE_")) {
        command.env_remove(name);
    }
    let listen = [("RUCHE_HTTP__LISTEN", "127.0.0.1:0"), ("RUCHE_WORKER__LISTEN", "127.0.0.1:0")];
    command.envs(listen).envs(settings.iter().copied()).current_dir(directory).stdin(Stdio::null());
    let output = command.output().expect("it starts");
    let errors = String::from_utf8(output.stderr).expect("text");
    let told = String::from_utf8(output.stdout).expect("text") + &errors;
    assert_eq!(output.status.code(), Some(code), "{program} {settings:?}: {told}");
    let lines: Vec<_> = errors.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{program}: {errors}");
    assert!(lines[0].contains(message), "{program}: {}", lines[0]);
    assert!(!told.contains("geheim") && !told.contains("panicked"), "{program}: {told}");
}

fn each(test: impl Fn(&str, &Path)) {
    for program in ["ruche-server", "ruche-worker"] {
        test(program, tempfile::tempdir().expect("a directory").path());
    }
}

#[test]
fn an_unknown_key_is_named_with_its_file() {
    each(|program, directory| {
        std::fs::write(directory.join("ruche.toml"), "[broker]\naddress = 'x'\n").expect("written");
        refused(program, directory, &[], 78, "unknown key broker.address (ruche.toml)");
    });
}

#[test]
fn services_that_are_not_named_are_asked_for() {
    each(|program, directory| {
        refused(program, directory, &[], 78, "database.url is not set");
        let database = ("RUCHE_DATABASE__URL", "postgres://a:geheim@127.0.0.1:1/a");
        refused(program, directory, &[database], 78, "broker.url is not set");
        refused(program, directory, &[database, ("RUCHE_BROKER__URL", "memory:")], 78, "works within one process only");
    });
}

#[test]
fn a_database_that_is_away_is_told_without_its_password() {
    each(|program, directory| {
        let database = ("RUCHE_DATABASE__URL", "postgres://a:geheim@127.0.0.1:1/a");
        refused(program, directory, &[database, BROKER], 69, "couldn't open the database postgres://a:***@127.0.0.1:1/a");
    });
}

#[test]
fn a_database_without_the_schema_is_refused() {
    each(|program, directory| {
        refused(program, directory, &[("RUCHE_DATABASE__URL", "sqlite:new.db"), BROKER], 76, "run `ruche migrate`");
    });
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    each(|program, directory| {
        let settings = [("RUCHE_DATABASE__URL", "sqlite:nowhere/ruche.db"), BROKER];
        refused(program, directory, &settings, 73, "the directory nowhere does not exist");
    });
}

#[test]
fn a_port_in_use_is_told() {
    each(|program, directory| {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = taken.local_addr().expect("its address").to_string();
        let database = ("RUCHE_DATABASE__URL", "sqlite:new.db");
        let listen = [("RUCHE_HTTP__LISTEN", address.as_str()), ("RUCHE_WORKER__LISTEN", address.as_str())];
        let message = format!("couldn't listen on {address}: another program uses this port");
        refused(program, directory, &[database, BROKER, listen[0], listen[1]], 71, &message);
    });
}

#[test]
fn a_server_open_to_the_network_needs_a_key() {
    let directory = tempfile::tempdir().expect("a directory");
    let settings = [("RUCHE_DATABASE__URL", "sqlite:new.db"), BROKER, ("RUCHE_HTTP__LISTEN", "0.0.0.0:0")];
    refused("ruche-server", directory.path(), &settings, 78, "refusing to listen on 0.0.0.0:0 without an API key");
}
