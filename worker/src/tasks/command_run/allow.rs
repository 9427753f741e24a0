//! What a caller may ask of a program.

use super::{CommandRun, LONGEST_MS, config::ProgramConfig, error::CommandError};

/// Most arguments.
const MOST_ARGS: usize = 64;
/// Most bytes of arguments and environment variables together.
const MOST_BYTES: usize = 64 * 1024;
/// Most bytes of standard input.
const MOST_STDIN: usize = 1024 * 1024;

/// Checks a caller's wishes against the bounds and the program's configuration.
pub(crate) fn check(wish: &CommandRun, program: &ProgramConfig) -> Result<(), CommandError> {
    bounds(wish)?;
    let refuse = |why| Err(CommandError::Arguments(why));
    if !program.allow_args && !wish.args.is_empty() {
        return refuse("the worker's configuration allows no arguments for this program");
    }
    if !program.allow_options && wish.args.iter().any(|arg| arg.starts_with('-')) {
        return refuse("the worker's configuration allows no arguments that begin with - for this program");
    }
    if wish.env.keys().any(|name| !program.allowed_env.contains(name)) {
        return refuse("the worker's configuration does not allow this environment variable for this program");
    }
    Ok(())
}

fn bounds(wish: &CommandRun) -> Result<(), CommandError> {
    let refuse = |why| Err(CommandError::Arguments(why));
    let texts = || wish.args.iter().chain(wish.env.values());
    if wish.args.len() > MOST_ARGS || texts().map(String::len).sum::<usize>() > MOST_BYTES {
        return refuse("there may be 64 arguments, and 64 KiB of arguments and environment variables in all");
    }
    if texts().any(|text| text.contains('\0')) {
        return refuse("arguments and environment variables cannot contain NUL");
    }
    if wish.stdin.as_ref().is_some_and(|stdin| stdin.len() > MOST_STDIN) {
        return refuse("stdin may have 1 MiB");
    }
    if wish.timeout_ms.is_some_and(|ms| !(1..=LONGEST_MS).contains(&ms)) {
        return refuse("timeout_ms must be 1 to 86400000");
    }
    if wish.expected_exit_codes.is_empty() {
        return refuse("expected_exit_codes is empty: no exit code could be a success");
    }
    Ok(())
}
