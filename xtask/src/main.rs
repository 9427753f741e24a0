//! `cargo xtask`: the repository's own commands.

use std::env;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use xtask::interrupt;
use xtask::services::{self, Durability};

mod cargo;
mod ci;
mod client;
mod deny;
mod e2e;
mod install;
mod run;
mod stack;
mod test;

const HELP: &str = "\
The repository's own commands.

Usage: cargo xtask <command> [arguments]

Run it:
  up [args]       Ruche in one process, on SQLite (`ruche up`), with the web client
  client          builds the web client, if it has changed
  demo [args]     4,000 webhooks to a receiver that misbehaves, and the proof of each

Check it:
  test [-- args]  all tests, with a PostgreSQL and a RabbitMQ of their own; arguments
                  after `--` go to cargo-nextest, or to cargo test where there is none
  e2e [names]     the web client in a real browser, against a real Ruche; with --pictures
                  those of the documentation are made anew
  ci              what must hold before a merge: format, lints, documentation,
                  licences and advisories of dependencies, tests
  stack [args]    the compose file on a container engine of its own: all containers up in
                  order, the demonstration through the proxy, each page in a browser,
                  restarts under load (Debian, as root)

Measure it, in release mode:
  bench [args]    beside the raw limits of RabbitMQ, PostgreSQL and poem, in one table
  chaos [args]    while services are killed and restarted

Help it:
  services        starts PostgreSQL and RabbitMQ, prints their URLs, waits for Ctrl-C

What test, ci, demo, bench, chaos and services need is looked for, and installed by apt-get
where that is possible (Debian and Ubuntu, as root).
";

/// As for most command line tools: wrong usage.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{HELP}");
        return USAGE.into();
    };
    let done = dispatch(command, rest);
    if let Some(signal) = interrupt::pending() {
        return ExitCode::from(run::code_of_signal(signal));
    }
    match done {
        Ok(code) => code.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Carries out `command`; its exit code, unless it never came to that.
fn dispatch(command: &str, rest: &[String]) -> Result<u8> {
    let wants_help = rest.first().is_some_and(|arg| matches!(arg.as_str(), "-h" | "--help"));
    match command {
        "-h" | "--help" | "help" => help(),
        "client" if rest.is_empty() => client::build(),
        "client" if wants_help => help(),
        "up" if wants_help => run::replace(cargo::package("ruche", &["--bin", "ruche"], "up", rest)),
        "up" => client::build().and_then(|_| run::replace(cargo::package("ruche", &["--bin", "ruche"], "up", rest))),
        "demo" | "bench" | "chaos" => {
            if !wants_help {
                install::for_services()?;
            }
            measure(command, rest)
        }
        "test" | "ci" | "services" | "stack" | "e2e" if wants_help => help(),
        "test" => test::run(rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest)),
        "e2e" => e2e::run(rest),
        "stack" => stack::run(stack::Scope::Programs, rest),
        "ci" if rest.is_empty() => ci::run(),
        "services" if rest.is_empty() => wait_with_services(),
        _ => {
            eprintln!("error: there is no `cargo xtask {}`\n", [&[command.to_owned()], rest].concat().join(" "));
            eprint!("{HELP}");
            Ok(USAGE)
        }
    }
}

/// Builds Ruche's programs and the one that measures them, together so that nothing is built twice, and becomes the latter.
fn measure(command: &str, rest: &[String]) -> Result<u8> {
    let mut build = cargo::at_root(&["build", "--quiet", "--release"]);
    build.args(["ruche", "ruche-server", "ruche-worker", "ruche-bench"].iter().flat_map(|package| ["--package", package]));
    run::to_success(&mut build, "cargo build")?;
    let mut program = Command::new(cargo::target_directory().join("release/ruche-bench"));
    program.arg(command).args(rest);
    run::replace(program)
}

fn help() -> Result<u8> {
    print!("{HELP}");
    Ok(0)
}

fn wait_with_services() -> Result<u8> {
    interrupt::listen()?;
    install::for_services()?;
    let (postgres, rabbit) = services::start_both(Durability::Default)?;
    println!("{}={}", test::POSTGRES_URL, postgres.url());
    println!("{}={}", test::AMQP_URL, rabbit.url());
    eprintln!("Ctrl-C stops them and removes their data.");
    while interrupt::pending().is_none() {
        thread::sleep(Duration::from_millis(100));
    }
    Ok(0)
}
