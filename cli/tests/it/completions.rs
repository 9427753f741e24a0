//! `ruche completions`.

use std::process::Command;

use crate::program::run;

#[test]
fn bash_completes_commands_and_their_flags() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("ruche.bash");
    std::fs::write(&script, run(directory.path(), &["completions", "bash"]).stdout).unwrap();
    let complete = |words: &str, at: usize| {
        let program = format!(
            "set -eu; source '{}'; COMP_WORDS=({words} ''); COMP_CWORD={at}; _ruche ruche '' '' || true; echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let output = Command::new("bash").args(["--norc", "-c", &program]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let commands = complete("ruche", 1);
    let has = |name: &str| commands.split_whitespace().any(|word| word == name);
    assert!(has("schedules") && has("queues") && has("completions"), "{commands}");
    assert!(complete("ruche schedules", 2).contains("backfill"));
}

#[test]
fn every_shell_has_a_script_and_others_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = run(directory.path(), &["completions", shell]);
        assert!(ended.code == 0 && ended.stdout.contains("backfill"), "{shell}: {ended:?}");
    }
    let refused = run(directory.path(), &["completions", "csh"]);
    assert!(refused.code == 2 && refused.stderr.contains("csh"), "{refused:?}");
}
