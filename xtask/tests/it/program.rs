//! The program, ended from outside.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;
use xtask::services::tree;

/// `nobody` in every system's account database.
const NOBODY: u32 = 65_534;

#[test]
fn an_interrupted_program_stops_its_services_before_it_ends() {
    let run = Run::start();
    let (status, pids, parent) = run.end_by(Signal::INT);
    assert_eq!(status.code(), Some(130));
    assert_eq!(left(&pids), []);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn the_services_of_a_killed_program_are_cleaned_up_soon() {
    let run = Run::start();
    let (status, pids, parent) = run.end_by(Signal::KILL);
    assert_eq!(status.signal(), Some(9));
    let start = Instant::now();
    while !left(&pids).is_empty() || fs::read_dir(parent.path()).unwrap().count() > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "{:?} are left, or files in {:?}", left(&pids), parent.path());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_unknown_command_is_wrong_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("tset").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("cargo xtask tset"), "{text}");
    assert!(text.contains("test [-- args]"), "{text}");
}

/// `xtask services`, as an ordinary user whoever runs this test.
struct Run {
    program: Child,
    /// Where the servers' directories are, and nothing else.
    parent: TempDir,
    /// With the program's copy, which that user can read.
    _bin: TempDir,
}

impl Run {
    fn start() -> Self {
        let (parent, bin) = (open_directory(0o777), open_directory(0o755));
        let path = bin.path().join("xtask");
        fs::copy(env!("CARGO_BIN_EXE_xtask"), &path).unwrap();
        let mut command = Command::new(path);
        command.arg("services").env("TMPDIR", parent.path()).current_dir("/").stdout(Stdio::piped());
        if geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut program = command.spawn().unwrap();
        let lines: Vec<_> = BufReader::new(program.stdout.take().unwrap()).lines().take(2).map(Result::unwrap).collect();
        assert!(lines[0].starts_with("RUCHE_TEST_POSTGRES_URL=postgres://"), "{lines:?}");
        assert!(lines[1].starts_with("RUCHE_TEST_AMQP_URL=amqp://"), "{lines:?}");
        Self { program, parent, _bin: bin }
    }

    fn end_by(mut self, signal: Signal) -> (ExitStatus, Vec<u32>, TempDir) {
        let pids = tree(self.program.id());
        assert!(pids.len() > 8, "{pids:?}");
        kill_process(Pid::from_child(&self.program), signal).unwrap();
        let status = self.program.wait().unwrap();
        (status, pids, self.parent)
    }
}

fn open_directory(mode: u32) -> TempDir {
    let parent = Path::new("/var/tmp");
    let directory = tempfile::Builder::new().prefix("xtask-test-").tempdir_in(parent).unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(mode)).unwrap();
    directory
}

fn left(pids: &[u32]) -> Vec<u32> {
    pids.iter().flat_map(|pid| tree(*pid)).collect()
}
