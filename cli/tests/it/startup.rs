//! What goes wrong at the start: one clear message and an exit code each.

use std::{fs, path::Path};

use crate::program::{Ended, Up, run, taken_port};

/// The one line that tells what is wrong.
fn refused(ended: &Ended, code: i32, message: &str) {
    assert_eq!(ended.code, code, "{ended:?}");
    let lines: Vec<_> = ended.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{}", ended.stderr);
    assert!(lines[0].contains(message), "{}", lines[0]);
    assert!(!ended.stderr.contains("panicked") && !ended.stderr.contains("stack backtrace"), "{}", ended.stderr);
}

fn in_directory(test: impl FnOnce(&Path)) {
    test(tempfile::tempdir().unwrap().path());
}

#[test]
fn a_wrong_flag_is_a_usage_error() {
    in_directory(|directory| assert_eq!(run(directory, &["up", "--nonsense"]).code, 2));
}

#[test]
fn an_unknown_key_is_named_with_its_file() {
    in_directory(|directory| {
        fs::write(directory.join("ruche.toml"), "[http]\nport = 80\n").unwrap();
        for command in [&["up"][..], &["check-config"], &["migrate"]] {
            refused(&run(directory, command), 78, "unknown key http.port (ruche.toml); expected one of listen");
        }
    });
}

#[test]
fn an_unknown_key_of_a_task_is_named_too() {
    in_directory(|directory| {
        fs::write(directory.join("ruche.toml"), "[tasks.http]\nallow_everything = true\n").unwrap();
        refused(&run(directory, &["check-config"]), 78, "unknown key tasks.http.allow_everything (ruche.toml)");
    });
}

#[test]
fn a_valid_configuration_is_shown_without_its_secrets() {
    in_directory(|directory| {
        let text = "[http]\napi_key = 'geheim-geheim-geheim'\n[database]\nurl = 'postgres://a:geheim@b/c'\n";
        fs::write(directory.join("mine.toml"), text).unwrap();
        let ended = run(directory, &["check-config", "--config", "mine.toml"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.contains("postgres://a:***@b/c") && !ended.stdout.contains("geheim"), "{}", ended.stdout);
    });
}

#[test]
fn listening_beyond_loopback_needs_a_key() {
    in_directory(|directory| {
        let ended = run(directory, &["up", "--listen", "0.0.0.0:0"]);
        refused(&ended, 78, "refusing to listen on 0.0.0.0:0 without an API key; set http.api_key_file or RUCHE_HTTP__API_KEY");
    });
}

#[test]
fn a_port_in_use_is_told() {
    in_directory(|directory| {
        let (_taken, address) = taken_port();
        let ended = run(directory, &["up", "--listen", &address]);
        refused(&ended, 71, &format!("couldn't listen on {address}: another program uses this port"));
    });
}

/// A file in the directory's place: that holds for root too, whom permissions do not stop.
#[test]
fn a_data_directory_that_cannot_be_written_is_told() {
    in_directory(|directory| {
        fs::write(directory.join("file"), "").unwrap();
        for place in ["file", "file/below", "/proc/nowhere"] {
            let ended = run(directory, &["up", "--listen", "127.0.0.1:0", "--data-dir", place]);
            refused(&ended, 73, &format!("couldn't write to the data directory {place}; choose another with --data-dir"));
        }
    });
}

#[test]
fn a_file_that_is_no_database_is_told() {
    in_directory(|directory| {
        fs::create_dir(directory.join("d")).unwrap();
        fs::write(directory.join("d/ruche.db"), "this is no database, and long enough to be looked at".repeat(100)).unwrap();
        let ended = run(directory, &["up", "--listen", "127.0.0.1:0", "--data-dir", "d"]);
        refused(&ended, 65, "d/ruche.db is not an SQLite database");
    });
}

#[test]
fn a_postgres_that_is_away_is_told_without_its_password() {
    in_directory(|directory| {
        let url = "postgres://ruche:geheim@127.0.0.1:1/ruche";
        for command in [&["up", "--listen", "127.0.0.1:0", "--database-url", url][..], &["migrate", "--database-url", url]] {
            let ended = run(directory, command);
            refused(&ended, 69, "postgres://ruche:***@127.0.0.1:1/ruche");
            assert!(!ended.stderr.contains("geheim"), "{}", ended.stderr);
        }
    });
}

#[test]
fn two_on_one_directory_are_one_too_many() {
    let up = Up::start();
    let ended = run(up.directory.path(), &["up", "--listen", "127.0.0.1:0"]);
    refused(&ended, 75, "another `ruche up` uses the data directory");
}

#[test]
fn a_server_that_is_away_is_told_by_every_client_command() {
    in_directory(|directory| {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let commands: [&[&str]; 13] = [
            &["tasks"],
            &["tasks", id],
            &["tasks", "cancel", id],
            &["queues"],
            &["workers"],
            &["definitions"],
            &["watch"],
            &["keys", "list"],
            &["keys", "create", "--name", "a", "--role", "viewer"],
            &["keys", "revoke", id],
            &["audit"],
            &["enqueue", "ruche.noop"],
            &["enqueue", "ruche.noop", "--help"],
        ];
        for command in commands {
            let arguments = [command, &["--server", "http://a:geheim@127.0.0.1:1"]].concat();
            let ended = run(directory, &arguments);
            refused(&ended, 69, "couldn't reach the server at http://127.0.0.1:1; start one with `ruche up`");
            assert!(!ended.stderr.contains("geheim"), "{}", ended.stderr);
        }
        assert_eq!(run(directory, &["healthcheck", "--server", "http://127.0.0.1:1"]).code, 1);
    });
}
