//! What the configuration promises.

use std::{ffi::OsString, fs, path::PathBuf};

use super::*;

fn env(pairs: &[(&str, &str)]) -> Sources {
    Sources::default().environment(pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
}

fn file(text: &str) -> Result<Sources, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ruche.toml");
    fs::write(&path, text).unwrap();
    Sources::default().file(Some(&path))
}

/// The error of a file with this text, without the path of the temporary folder.
fn error_of(text: &str) -> String {
    let loaded = file(text).and_then(Sources::load::<SomeTasks>).and_then(|config| config.check().map(|()| config));
    let message = loaded.expect_err(text).to_string();
    let start = message.find("/tmp");
    match (start, message.find("ruche.toml")) {
        (Some(start), Some(end)) if start < end => message[..start].to_owned() + &message[end..],
        _ => message,
    }
}

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

#[test]
fn defaults_survive_a_round_trip() {
    let config: Config = Config::default();
    assert_eq!(file(&config.to_toml()).unwrap().load::<SomeTasks>().unwrap(), config);
    config.check().unwrap();
}

#[test]
fn flags_win_over_the_environment_over_the_file() {
    let text = "[worker]\nconcurrency = 1\nlease_seconds = 40\ndrain_seconds = 50";
    let variables = [("RUCHE_WORKER__CONCURRENCY", "2"), ("RUCHE_WORKER__LEASE_SECONDS", "41")];
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let config = file(text)
        .unwrap()
        .environment(variables)
        .flag("--concurrency", "worker.concurrency", Some(3))
        .load::<SomeTasks>()
        .unwrap();
    assert_eq!((config.worker.concurrency, config.worker.lease_seconds, config.worker.drain_seconds), (3, 41, 50));
}

#[test]
fn a_text_in_the_environment_stays_a_text() {
    let config = env(&[
        ("RUCHE_HTTP__API_KEY", "0012345678901234567"),
        ("RUCHE_WORKER__NAME", "1e3"),
        ("RUCHE_WORKER__QUEUES", "mail, reports"),
        ("RUCHE_HTTP__LISTEN", "[::1]:80"),
        ("RUCHE_DATABASE__URL", "sqlite:x.db"),
        ("RUCHE_TELEMETRY__LOG_FORMAT", "json"),
    ])
    .load::<SomeTasks>()
    .unwrap();
    assert_eq!(config.http.api_key.unwrap().reveal(), "0012345678901234567");
    assert_eq!(config.worker.name.as_deref(), Some("1e3"));
    assert_eq!(config.worker.queues, ["mail", "reports"]);
    assert_eq!(config.http.listen.port(), 80);
    assert_eq!(config.telemetry.log_format, LogFormat::Json);
}

#[test]
fn variables_of_others_are_left_alone() {
    let config = env(&[("RUCHE_SERVER", "http://x"), ("RUCHE_SERVER_PORT", "tcp://10.0.0.1:80"), ("PATH__X", "1")])
        .load::<SomeTasks>()
        .unwrap();
    assert_eq!(config, Config::default());
}

#[test]
fn a_fault_names_the_key_and_the_source() {
    let message = |name: &str, value: &str| env(&[(name, value)]).load::<SomeTasks>().unwrap_err().to_string();
    assert_eq!(
        message("RUCHE_WORKER__CONCURRENCY", "many"),
        "worker.concurrency (RUCHE_WORKER__CONCURRENCY): invalid type: found string \"many\", expected u32"
    );
    let unknown = message("RUCHE_HTTP__PORT", "80");
    assert_eq!(
        unknown,
        "unknown key http.port (RUCHE_HTTP__PORT); expected one of listen, api_key, api_key_file, require_key, trusted_proxies, session_hours"
    );
    assert!(error_of("[databse]\nurl = 'x'").starts_with("unknown key databse (ruche.toml); expected one of database, broker"));
}

#[test]
fn bad_values_are_refused() {
    let cases = [
        ("[worker]\nconcurrency = 0", "worker.concurrency: 0 is not within 1 to 10000"),
        ("[worker]\nlease_seconds = 1", "worker.lease_seconds: 1 is not within 3 to 3600"),
        ("[worker]\nqueues = []", "worker.queues: name at least one queue"),
        ("[worker]\nqueues = ['a b']", "worker.queues: invalid queue name"),
        ("[worker]\nname = ''", "worker.name: invalid worker name"),
        ("[http]\nlisten = 'x'", "http.listen (ruche.toml): invalid"),
        ("[http]\nlisten = '0.0.0.0:8000'", "refusing to listen on 0.0.0.0:8000 without an API key"),
        ("[http]\nlisten = '[::]:8000'", "refusing to listen on [::]:8000 without an API key"),
        ("[http]\napi_key = 'short'", "http.api_key: expected at least 16"),
        ("[http]\napi_key = '0123456789abcdef'\napi_key_file = '/x'", "both http.api_key and http.api_key_file are set"),
        ("[http]\napi_key_file = '/nonexistent'", "http.api_key_file: couldn't read /nonexistent: No such file"),
        ("[http]\napi_key_file = '/dev/null'", "http.api_key_file: couldn't read /dev/null: it is empty"),
        (
            "[http]\nlisten = '0.0.0.0:8000'\nrequire_key = true\nsession_hours = 0",
            "http.session_hours: 0 is not within 1 to 720",
        ),
        ("[http]\ntrusted_proxies = ['10.0.0.0/33']", "http.trusted_proxies: expected addresses or networks"),
        ("[http]\ntrusted_proxies = ['proxy']", "http.trusted_proxies: expected addresses or networks"),
        ("[artifacts]\nlocation = 's3://'", "artifacts.location: expected s3://bucket/prefix"),
        ("[artifacts]\nendpoint = 'http://minio'", "artifacts.endpoint: expected https://host"),
        ("[artifacts]\nsecret_access_key = 'geheim'", "artifacts.access_key_id: an access key has an id and a secret"),
        ("[artifacts]\nkeep_days = 0", "artifacts.keep_days: 0 is not within 1 to 3660"),
        ("[artifacts]\nmax_bytes = 0", "artifacts.max_bytes: 0 is not within"),
        ("[audit]\nkeep_days = 0", "audit.keep_days: 0 is not within 1 to 3660"),
        ("[database]\nurl = 'mysql://root:geheim@db'", "database.url: expected postgres://"),
        ("[broker]\nurl = 'redis://:geheim@db'", "broker.url: expected amqp://"),
        ("[telemetry]\nlog_filter = 'a=b=c'", "telemetry.log_filter: "),
        ("[maintenance]\nkeep_failed_days = 100000", "maintenance.keep_failed_days: 100000 is not within"),
        ("[http]\napi_key = 1234567890", "http.api_key (ruche.toml): expected text in quotes"),
        ("[database]\nurl = ['geheim']", "database.url (ruche.toml): expected text in quotes"),
        ("[http]\n\napi_key = \"geheim", "ruche.toml, line 3: "),
    ];
    for (text, expected) in cases {
        let message = error_of(text);
        assert!(message.starts_with(expected), "{text:?} gives {message:?}");
        assert!(!message.contains("geheim") && !message.contains("1234567890"), "{message}");
    }
}

#[test]
fn a_secret_file_is_read_without_its_line_end() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    fs::write(&path, "0123456789abcdef\n").unwrap();
    let config = env(&[("RUCHE_HTTP__API_KEY_FILE", path.to_str().unwrap()), ("RUCHE_HTTP__LISTEN", "0.0.0.0:1")])
        .load::<SomeTasks>()
        .unwrap();
    assert_eq!(config.http.key().unwrap().unwrap().reveal(), "0123456789abcdef");
}

#[test]
fn a_missing_file_is_an_error_only_if_it_was_named() {
    assert!(Sources::default().file(None).is_ok());
    let named = Sources::default().file(Some("/nonexistent/ruche.toml".as_ref()));
    assert_eq!(named.unwrap_err().to_string(), "couldn't read /nonexistent/ruche.toml");
}

#[test]
fn programs_that_share_tasks_refuse_the_broker_within_one_process() {
    let config = env(&[("RUCHE_BROKER__URL", "memory:")]).load::<SomeTasks>().unwrap();
    assert!(config.broker.shared_address().unwrap_err().to_string().starts_with("broker.url: memory:"));
}

#[test]
fn the_dump_holds_no_secret() {
    let text = "[http]\napi_key = 'geheim'\n[database]\nurl = 'postgres://a:geheim@b/c'";
    let config = file(text).unwrap().load::<SomeTasks>().unwrap();
    for dump in [config.to_toml(), format!("{config:?}")] {
        assert!(!dump.contains("geheim") && dump.contains("***"), "{dump}");
    }
}

#[test]
fn the_sample_sets_every_key_and_says_the_defaults() {
    let sample = fs::read_to_string(docs("ruche.example.toml")).unwrap();
    let config = file(&sample).unwrap().load::<SomeTasks>().unwrap();
    config.check().unwrap();
    let uncommented: String = sample.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    file(&uncommented).unwrap().load::<SomeTasks>().unwrap();
    assert_eq!(config, Config::default(), "what is not commented out are the defaults");
    let document = serde_json::to_value(schema::inlined::<SomeTasks>()).unwrap();
    let table: toml::Table = toml::from_str(&uncommented).unwrap();
    for (section, schema) in document["properties"].as_object().unwrap() {
        // The section `tasks` belongs to programs with a worker.
        for key in schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key) {
            assert!(table[section].get(key).is_some(), "{section}.{key} is not in docs/ruche.example.toml");
        }
    }
}
