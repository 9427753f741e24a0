//! A server's processes: asking them to end, killing all of them, naming them.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// A child that leads a process group of its own, so that Ctrl-C in a terminal does not reach it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
}

impl Process {
    pub(super) fn spawn(command: &mut Command) -> Result<Self> {
        let child =
            command.process_group(0).spawn().with_context(|| format!("couldn't start {}", command.get_program().display()))?;
        Ok(Self { child })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(super) fn exit_status(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("couldn't wait for a child process")
    }

    /// Sends `signal` to this one process; nothing happens when it has ended.
    pub(super) fn signal(&mut self, signal: Signal) {
        if matches!(self.exit_status(), Ok(None)) {
            send(self.pid(), signal);
        }
    }

    /// Waits until it has ended; false after `patience`.
    pub(super) fn wait(&mut self, patience: Duration) -> bool {
        wait_until(patience, || !matches!(self.exit_status(), Ok(None)))
    }

    /// `kill -9` to it and all its descendants at once, and waits until they are gone.
    pub(super) fn kill9(&mut self) {
        if !matches!(self.exit_status(), Ok(None)) {
            return;
        }
        // Stopped processes do not fork, so the second look finds what the first one missed.
        let mut family = BTreeSet::new();
        loop {
            let seen = BTreeSet::from_iter(tree(self.pid()));
            if seen.is_subset(&family) {
                break;
            }
            seen.difference(&family).for_each(|pid| send(*pid, Signal::STOP));
            family.extend(seen);
        }
        family.iter().for_each(|pid| send(*pid, Signal::KILL));
        // It cannot fail for a child that nobody else waits for.
        let _ = self.child.wait();
        wait_until(Duration::from_secs(5), || !family.iter().any(|pid| is_alive(*pid)));
    }
}

/// `root` and its descendants, as far as they are alive.
#[must_use]
pub fn tree(root: u32) -> Vec<u32> {
    let parents = parents();
    let mut family = vec![root];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    family.retain(|pid| is_alive(*pid));
    family
}

/// Every process with its parent: from `/proc`, and where there is none from `ps`.
fn parents() -> Vec<(u32, u32)> {
    if fs::exists("/proc/self/stat").unwrap_or(false) {
        let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
        return pids
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                Some((pid, stat(pid)?.1))
            })
            .collect();
    }
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let pair = |line: &str| {
        let mut numbers = line.split_whitespace().map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    listed.unwrap_or_default().lines().filter_map(pair).collect()
}

/// State and parent of a process, from `/proc/<pid>/stat` (proc(5)): "pid (name) state ppid ...".
fn stat(pid: u32) -> Option<(char, u32)> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may contain anything, also parentheses.
    let mut fields = line.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// Whether a process exists and is more than a zombie that nobody has waited for yet.
pub(super) fn is_alive(pid: u32) -> bool {
    match stat(pid) {
        Some((state, _)) => !matches!(state, 'Z' | 'X'),
        None if fs::exists("/proc/self/stat").unwrap_or(false) => false,
        None => as_pid(pid).is_some_and(|pid| test_kill_process(pid).is_ok()),
    }
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = as_pid(pid) {
        // It fails for a process that has ended meanwhile, which is what callers want anyway.
        let _ = kill_process(pid, signal);
    }
}

fn as_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > patience {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn killing_a_process_kills_its_descendants_in_other_groups_too() {
        let mut command = Command::new("sh");
        command.args(["-c", "set -m; (sleep 600; true) & wait"]);
        let mut process = Process::spawn(&mut command).unwrap();
        assert!(wait_until(Duration::from_secs(20), || tree(process.pid()).len() == 3));
        let family = tree(process.pid());
        process.kill9();
        assert!(!family.iter().any(|pid| is_alive(*pid)));
        assert_eq!(tree(process.pid()), []);
    }
}
