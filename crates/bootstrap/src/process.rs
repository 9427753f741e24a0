//! The skeleton of every program.

use std::{
    future::Future,
    io::{self, Write},
};

use anyhow::Context;

use crate::{ExitCode, Failure};

/// Runs a program to its end on a runtime of its own. A failure is printed once, as one line: `error: couldn't ...: why: why`.
pub fn run<F>(program: F) -> std::process::ExitCode
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    match start(program) {
        Ok(code) => code.into(),
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(io::stderr(), "error: {failure}"));
            failure.code().into()
        }
    }
}

fn start<F>(program: F) -> Result<ExitCode, Failure>
where
    F: Future<Output = Result<ExitCode, Failure>>,
{
    install_tls();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("couldn't start the runtime")?;
    let result = runtime.block_on(program);
    // A blocking call that hangs (a name server that does not answer) must not keep the process.
    runtime.shutdown_background();
    result
}

/// Chooses *ring* as the one cryptography for TLS. A second call changes nothing.
pub fn install_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Prints; that nobody reads it is no failure.
///
/// # Errors
/// When standard output cannot be written.
pub fn print(text: &str) -> Result<ExitCode, Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(anyhow::Error::new(error).into()),
        _ => Ok(ExitCode::Success),
    }
}
