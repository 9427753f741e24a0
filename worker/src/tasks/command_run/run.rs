//! Starts a program, waits for it, stops it.

use std::{
    env,
    future::Future,
    io,
    os::unix::process::ExitStatusExt,
    pin::{Pin, pin},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use ruche_domain::LogLevel;
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, Command},
    time::timeout,
};

use super::{CommandOutcome, CommandRun, config::ProgramConfig, error::CommandError, group::Group, output::Output};
use crate::TaskContext;

/// How long to wait, after the program was killed or ended by itself, for its end and for the end of its output: a process that
/// left the group may hold the output open for ever.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// Variables that are handed on from the worker's own environment.
const INHERITED: [&str; 3] = ["PATH", "LANG", "HOME"];

/// Why waiting ended.
enum Ended {
    Exited(ExitStatus),
    TimedOut,
    Cancelled,
}

/// Runs the program to its end, or stops it. Nothing of its process group is left afterwards, also when the future is dropped.
pub(crate) async fn run(
    wish: &CommandRun,
    program: &ProgramConfig,
    context: &TaskContext,
) -> Result<CommandOutcome, CommandError> {
    if context.is_cancelled() {
        return Err(CommandError::Cancelled);
    }
    let started = Instant::now();
    let mut child = command(wish, program, context).spawn().map_err(CommandError::Start)?;
    // Declared after the child and so dropped before it: the group is killed while its leader's number is still taken.
    let group = Group::led_by(child.id().expect("a child that was not waited for has an id"));
    let output = Output::new(context, program.max_output_bytes);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let pump = pin!(async {
        tokio::join!(
            output.capture(stdout, LogLevel::Info),
            output.capture(stderr, LogLevel::Warn),
            feed(stdin, wish.stdin.as_deref().unwrap_or_default()),
        );
    });
    let mut running = Running { child, pump, drained: false };
    let ended = tokio::select! {
        biased;
        () = context.cancelled() => Ended::Cancelled,
        () = out_of_time(wish.timeout_ms) => Ended::TimedOut,
        status = running.wait() => Ended::Exited(status.map_err(CommandError::Wait)?),
    };
    if !matches!(ended, Ended::Exited(_)) {
        group.terminate();
        let _ = timeout(Duration::from_millis(program.stop_grace_ms), running.wait()).await;
    }
    group.kill();
    let _ = timeout(LAST_OUTPUT, running.finish()).await;
    let status = match ended {
        Ended::Exited(status) => status,
        Ended::TimedOut => return Err(CommandError::Timeout),
        Ended::Cancelled => return Err(CommandError::Cancelled),
    };
    judge(wish, status, &output, started)
}

/// A program and the streams that have to be served so that it does not hang.
struct Running<'a, P> {
    child: Child,
    pump: Pin<&'a mut P>,
    drained: bool,
}

impl<P: Future<Output = ()>> Running<'_, P> {
    /// Waits for the program, not for the end of its output.
    async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = self.child.wait() => return status,
                () = self.pump.as_mut(), if !self.drained => self.drained = true,
            }
        }
    }

    /// Waits for the program and the end of its output.
    async fn finish(&mut self) {
        // Nothing is to be done about a process that cannot be waited for, and the outcome is known by now.
        let _ = self.wait().await;
        if !self.drained {
            self.pump.as_mut().await;
            self.drained = true;
        }
    }
}

async fn out_of_time(limit_ms: Option<u64>) {
    match limit_ms {
        Some(limit) => tokio::time::sleep(Duration::from_millis(limit)).await,
        None => std::future::pending().await,
    }
}

fn command(wish: &CommandRun, program: &ProgramConfig, context: &TaskContext) -> Command {
    let mut command = Command::new(&program.path);
    command.args(&program.args_prefix).args(&wish.args).env_clear();
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.envs(INHERITED.into_iter().filter_map(|name| Some((name, env::var_os(name)?))));
    command.envs(&program.env).envs(&wish.env);
    command.env("RUCHE_TASK_ID", context.id().to_string()).env("RUCHE_ATTEMPT", context.attempt().to_string());
    if let Some(trace) = context.trace() {
        command.env("TRACEPARENT", trace.as_str());
    }
    if let Some(directory) = &program.working_directory {
        command.current_dir(directory);
    }
    let stdin = if wish.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    command
}

/// Writes standard input and closes it. A program need not read it.
async fn feed(stdin: Option<ChildStdin>, text: &str) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(text.as_bytes()).await;
    }
}

fn judge(wish: &CommandRun, status: ExitStatus, output: &Output<'_>, started: Instant) -> Result<CommandOutcome, CommandError> {
    let Some(exit_code) = status.code() else {
        return Err(CommandError::Signal { signal: status.signal().unwrap_or_default(), tail: output.tail() });
    };
    if !wish.expected_exit_codes.contains(&exit_code) {
        return Err(CommandError::ExitCode { code: exit_code, tail: output.tail() });
    }
    let (logged_lines, truncated) = output.logged();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(CommandOutcome { exit_code, duration_ms, logged_lines, truncated })
}
