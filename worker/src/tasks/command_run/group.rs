//! A program's process group: the program and what it started.

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

/// A process group, killed when this is dropped: also when an attempt's future is dropped in the middle.
///
/// A process that left the group (`setsid`) escapes; only a container or a cgroup holds those.
pub(crate) struct Group(Pid);

impl Group {
    /// The group that the process `leader` was started in as its leader.
    pub(crate) fn led_by(leader: u32) -> Self {
        Self(Pid::from_raw(i32::try_from(leader).expect("process ids fit into pid_t, where they come from")))
    }

    /// Asks the group's processes to end.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Ends the group's processes.
    pub(crate) fn kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    fn signal(&self, signal: Signal) {
        // The only failure is that nobody is left. The id names this group as long as one process is in it, and the kernel gives
        // numbers out in a circle, so that a group that has just died has no namesake yet.
        let _ = killpg(self.0, signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
