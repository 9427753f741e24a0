//! Running the `ruche` program.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Longest wait for a process to say something.
const PATIENCE: Duration = Duration::from_secs(60);

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// `ruche`, in an empty directory of its own, with nothing of the caller's settings.
pub fn ruche(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruche"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RUCHE_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(directory).env("XDG_DATA_HOME", directory.join("data")).env("NO_COLOR", "1");
    command.env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    command
}

/// What a finished program left.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs `ruche` to its end.
pub fn run(directory: &Path, arguments: &[&str]) -> Ended {
    ruche(directory, arguments).output().unwrap().into()
}

/// A running `ruche up` on a free port, killed when dropped.
pub struct Up {
    child: Child,
    pub server: String,
    pub directory: TempDir,
    /// Kept, so that what it still says has a reader.
    _lines: mpsc::Receiver<String>,
}

impl Up {
    /// Starts one in a directory of its own and waits until it says where it is.
    pub fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), &[])
    }

    pub fn start_in(directory: TempDir, arguments: &[&str]) -> Self {
        let mut command = ruche(directory.path(), &["up", "--listen", "127.0.0.1:0", "--concurrency", "4"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let api = wait_for(&lines, "API ");
        let server = api.split_whitespace().nth(1).unwrap().trim_end_matches("/api/v1").to_owned();
        Self { child, server, directory, _lines: lines }
    }

    /// Runs a client command against it.
    pub fn client(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    /// A client command against it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = ruche(self.directory.path(), arguments);
        command.env("RUCHE_SERVER", &self.server);
        command
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Asks it to stop; its exit code and its directory.
    pub fn stop(mut self) -> (i32, TempDir) {
        self.terminate();
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let directory = std::mem::replace(&mut self.directory, tempfile::tempdir().unwrap());
        (code, directory)
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The lines of a stream, as they come.
pub fn lines_of(stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

/// The next line with this text.
pub fn wait_for(lines: &mpsc::Receiver<String>, text: &str) -> String {
    loop {
        let line = lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line with {text:?} came"));
        if line.contains(text) {
            return line;
        }
    }
}

/// Asks again and again until the answer is yes. Each question runs a program, so there is no need to sleep between them.
pub fn until(what: &str, mut yes: impl FnMut() -> bool) {
    let started = Instant::now();
    while !yes() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come about");
    }
}

/// A port that somebody has, until dropped.
pub fn taken_port() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}
