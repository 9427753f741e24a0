//! nginx with a copy of `proxy/`, run as containers run it: in the foreground, by a user without a name, writing only below `-p`.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::program::repository;

/// The numeric user of the images.
const USER: u32 = 10001;

/// How long nginx is given to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is behind it; a program that no test gave has nobody listening.
#[derive(Default)]
pub struct Behind(Vec<(&'static str, String)>);

impl Behind {
    /// The program called `name` in `deployment/` listens at `address` (`127.0.0.1:1234`).
    pub fn with(mut self, name: &'static str, address: impl ToString) -> Self {
        self.0.push((name, format!("http://{}", address.to_string().trim_start_matches("http://"))));
        self
    }

    fn address(&self, name: &str) -> String {
        let given = self.0.iter().find(|(known, _)| *known == name).map(|(_, address)| address.clone());
        // Port 1 of loopback: nobody listens there.
        given.unwrap_or_else(|| "http://127.0.0.1:1".to_owned())
    }
}

/// A folder with the configuration, and what its deployment says.
pub struct Setup {
    folder: TempDir,
    /// `door` or `client`.
    which: &'static str,
    pub port: u16,
    pub status_port: u16,
    plain_port: u16,
}

impl Setup {
    /// A copy of `proxy/` whose deployment, as it is shipped, is changed in nothing but addresses and folders.
    pub fn new(which: &'static str, behind: &Behind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for part in ["conf", "deployment", "pages"] {
            copy(&repository().join("proxy").join(part), &folder.path().join(part));
        }
        for file in ["door.conf", "client.conf"] {
            fs::copy(repository().join("proxy").join(file), folder.path().join(file)).unwrap();
        }
        let prefix = folder.path().join("prefix");
        fs::create_dir(&prefix).unwrap();
        if is_root() {
            std::os::unix::fs::chown(&prefix, Some(USER), Some(USER)).unwrap();
        }
        let setup = Self { folder, which, port: free_port(), status_port: free_port(), plain_port: free_port() };
        setup.point_at(behind);
        setup
    }

    fn point_at(&self, behind: &Behind) {
        let log = format!("access_log {}", self.log().display());
        self.edit("local.conf", |text| swap(&text, "access_log /dev/stdout", &log));
        let shipped = [("server", 8000), ("client", 5134), ("grafana", 3000), ("prometheus", 9090), ("rabbitmq", 15672)];
        let known = if self.which == "door" { &shipped[..] } else { &shipped[..1] };
        for (name, port) in known {
            self.edit("upstreams.conf", |text| swap(&text, &format!("http://{name}:{port}"), &behind.address(name)));
        }
        let (port, shipped) = (self.port, if self.which == "door" { 80 } else { 5134 });
        self.edit("listen.conf", |text| {
            swap(&without_v6(&text), &format!("listen {shipped} "), &format!("listen 127.0.0.1:{port} "))
        });
        if self.which == "door" {
            self.edit("status.conf", |text| swap(&text, "listen 8081;", &format!("listen 127.0.0.1:{};", self.status_port)));
            let pages = self.path("pages").display().to_string();
            self.edit("local.conf", |text| swap(&text, "/srv/proxy/pages", &pages));
        }
    }

    /// Changes a file of the deployment.
    pub fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(&format!("deployment/{}/{file}", self.which));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(text)).unwrap();
    }

    /// A path in the folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// A port that was free, for a further server.
    pub fn plain_port(&self) -> u16 {
        self.plain_port
    }

    fn log(&self) -> PathBuf {
        self.path("prefix/access.log")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        let prefix = self.path("prefix");
        command.arg("-p").arg(prefix).arg("-c").arg(self.path(&format!("{}.conf", self.which))).args(["-e", "stderr"]);
        if is_root() {
            command.uid(USER).gid(USER);
        }
        command
    }

    /// `nginx -t`.
    pub fn check(&self) -> Output {
        self.command().arg("-t").output().unwrap()
    }

    /// Starts nginx and waits until it answers.
    pub fn start(mut self) -> Door {
        for _ in 0..5 {
            let errors = fs::File::create(self.path("errors.log")).unwrap();
            let mut child = self.command().stdin(Stdio::null()).stderr(errors).spawn().unwrap();
            if answers(self.port, &mut child) {
                return Door { address: SocketAddr::from(([127, 0, 0, 1], self.port)), child, setup: self };
            }
            let said = fs::read_to_string(self.path("errors.log")).unwrap();
            assert!(said.contains("Address already in use"), "nginx did not start: {said}");
            self.change_port();
        }
        panic!("no port stayed free long enough");
    }

    /// Somebody was faster.
    fn change_port(&mut self) {
        let (old, new) = (self.port, free_port());
        self.port = new;
        self.edit("listen.conf", |text| swap(&text, &format!(":{old} "), &format!(":{new} ")));
        if self.which == "door" {
            let (old, new) = (self.status_port, free_port());
            self.status_port = new;
            self.edit("status.conf", |text| swap(&text, &format!(":{old};"), &format!(":{new};")));
        }
    }
}

/// A running nginx, ended when dropped.
pub struct Door {
    pub address: SocketAddr,
    child: Child,
    pub setup: Setup,
}

impl Door {
    /// The door, in front of these.
    pub fn open(behind: &Behind) -> Self {
        Setup::new("door", behind).start()
    }

    /// The log's lines, once there are as many. nginx writes a line when a request is over, which may be after its answer.
    pub fn log(&self, lines: usize) -> Vec<String> {
        let began = Instant::now();
        loop {
            let text = fs::read_to_string(self.setup.log()).unwrap_or_default();
            if text.lines().count() >= lines {
                return text.lines().map(ToOwned::to_owned).collect();
            }
            assert!(began.elapsed() < PATIENCE, "the log has fewer than {lines} lines: {text}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it wrote besides.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.setup.path("errors.log")).unwrap()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // A master that is killed leaves its workers behind; SIGTERM ends both.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// nginx's program.
pub fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("RUCHE_TEST_NGINX") {
        return named.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")]);
    let found = folders.map(|folder| folder.join("nginx")).find(|program| program.is_file());
    found.expect("there is no nginx: `cargo xtask test` installs it, or says how")
}

/// Replaces what has to be there.
pub fn swap(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "there is no {from:?} in {text}");
    text.replace(from, to)
}

fn without_v6(text: &str) -> String {
    text.lines().filter(|line| !line.contains("[::]")).fold(String::new(), |all, line| all + line + "\n")
}

fn answers(port: u16, child: &mut Child) -> bool {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("nginx does not listen");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    // Who owns this process.
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
