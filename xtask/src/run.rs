//! Running other programs so that signals and exit codes come through.

use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use xtask::{interrupt, services};

/// Becomes `command`.
pub fn replace(mut command: Command) -> Result<u8> {
    let error = command.exec();
    Err(error).with_context(|| format!("couldn't start {}", command.get_program().display()))
}

/// Runs `command` to its end and gives its exit code. A signal to this process is
/// passed on, and the command still gets the time to wind up.
pub fn to_end(command: &mut Command) -> Result<u8> {
    let mut child = command.spawn().with_context(|| format!("couldn't start {}", command.get_program().display()))?;
    let mut told = false;
    loop {
        if let Some(status) = child.try_wait().context("couldn't wait for a child process")? {
            interrupt::check()?;
            return Ok(code(status));
        }
        if let Some(signal) = interrupt::pending()
            && !told
        {
            told = true;
            if !comes_from_terminal() {
                pass_on(signal, child.id());
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `command` and fails unless it succeeds.
pub fn to_success(command: &mut Command, what: &str) -> Result<()> {
    match to_end(command)? {
        0 => Ok(()),
        code => bail!("{what} failed with exit code {code}"),
    }
}

/// Whether `command` can be run and succeeds, its output unseen.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// What shells say of a process that a signal ended.
pub fn code_of_signal(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

fn code(status: ExitStatus) -> u8 {
    match (status.code(), status.signal()) {
        (Some(code), _) => u8::try_from(code).unwrap_or(1),
        (None, signal) => code_of_signal(signal.unwrap_or(127)),
    }
}

/// A terminal sends Ctrl-C to the whole foreground group, so the child has it already;
/// a second one would mean "at once" to it.
fn comes_from_terminal() -> bool {
    File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp()))
}

/// To the descendants too: `cargo test` does not tell its tests.
fn pass_on(signal: i32, child: u32) {
    let Some(signal) = Signal::from_named_raw(signal) else { return };
    for pid in services::tree(child) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            // It fails for a process that has ended meanwhile.
            let _ = kill_process(pid, signal);
        }
    }
}
