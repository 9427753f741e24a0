use super::*;

const ARGUMENTS: [&str; 10] = [
    "--value",
    "password={random}",
    "--value",
    "url=postgres://ruche:{password}@postgres/ruche",
    "--place",
    "postgres/password",
    "--place",
    "server/url",
    "--place",
    "worker/url",
];

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn each_service_gets_its_own_secrets_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap();
    let password = text(folder.path(), "postgres/password");
    assert_eq!(password.len(), 2 * RANDOM);
    assert_eq!(text(folder.path(), "server/url"), format!("postgres://ruche:{password}@postgres/ruche"));
    assert_eq!(text(folder.path(), "worker/url"), text(folder.path(), "server/url"));
    assert!(!folder.path().join("server/password").exists());
    assert!(!folder.path().join("postgres/url").exists());
}

#[test]
fn secrets_are_readable_by_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap();
    for name in [".all/password", "server/url"] {
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777, MODE, "{name}");
    }
}

#[test]
fn a_second_start_changes_nothing_and_gives_newcomers_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap();
    let password = text(folder.path(), "postgres/password");
    let more = [&ARGUMENTS[..], &["--place", "exporter/password"]].concat();
    Plan::of(&more).unwrap().carry_out(folder.path()).unwrap();
    assert_eq!(text(folder.path(), "postgres/password"), password);
    assert_eq!(text(folder.path(), "exporter/password"), password);
}

#[test]
fn a_run_that_was_cut_off_is_taken_up_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(ALL)).unwrap();
    fs::write(folder.path().join(ALL).join("password"), "made-before").unwrap();
    fs::write(folder.path().join(ALL).join(".url.half"), "postg").unwrap();
    Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap();
    assert_eq!(text(folder.path(), "server/url"), "postgres://ruche:made-before@postgres/ruche");
}

#[test]
fn no_two_deployments_have_the_same_secrets() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&one, &other] {
        Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap();
    }
    assert_ne!(text(one.path(), "postgres/password"), text(other.path(), "postgres/password"));
}

#[test]
fn an_empty_secret_is_a_fault_and_not_a_password() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(ALL)).unwrap();
    fs::write(folder.path().join(ALL).join("password"), "").unwrap();
    let error = Plan::of(&ARGUMENTS).unwrap().carry_out(folder.path()).unwrap_err();
    assert!(error.contains("is empty"), "{error}");
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str]| Plan::of(arguments).and_then(|plan| plan.carry_out(folder.path())).unwrap_err();
    assert!(refused(&["--value", "a={b}", "--value", "b={a}"]).contains("made of itself"));
    assert!(refused(&["--value", "a={nobody}"]).contains("no secret nobody"));
    assert!(refused(&["--value", "a={random"]).contains("lacks a }"));
    assert!(refused(&["--place", "server/a"]).contains("nobody says what it is"));
    assert!(refused(&["--value", "../a=b"]).contains("is no name"));
    assert!(refused(&["--value", "a=b", "--place", "../a/a"]).contains("is no name"));
    assert!(refused(&["--value"]).contains("its value is missing"));
}
