//! `cargo xtask test`.

use std::process::Command;

use anyhow::{Context, Result};
use xtask::interrupt;
use xtask::services::{self, Durability};

use crate::{
    cargo, e2e,
    install::{self, compose, pypi},
    run,
};

/// Tells tests where a PostgreSQL superuser gets in; each makes databases of its own.
pub const POSTGRES_URL: &str = "RUCHE_TEST_POSTGRES_URL";
/// Tells tests where RabbitMQ is; each takes queue names of its own.
pub const AMQP_URL: &str = "RUCHE_TEST_AMQP_URL";

/// Tells tests where the Schemathesis program is.
pub const SCHEMATHESIS: &str = "RUCHE_TEST_SCHEMATHESIS";
/// Tells tests where a Python is that has Celery.
pub const CELERY: &str = "RUCHE_TEST_CELERY";
/// Tells tests where the program of moto's server is.
pub const MOTO: &str = "RUCHE_TEST_MOTO";

/// Tells tests where Docker Compose is.
pub const COMPOSE: &str = "RUCHE_TEST_COMPOSE";
/// Tells tests where the program is that knows Kubernetes' schemas.
pub const KUBERNETES: &str = "RUCHE_TEST_KUBERNETES";

/// Runs all tests, or those that `arguments` select, and gives the runner's exit code.
///
/// Documentation tests, which cargo-nextest cannot run, come first, so that the
/// closing line of the output is the runner's own. So do those in a browser, which have the machine to themselves.
pub fn run(arguments: &[String]) -> Result<u8> {
    interrupt::listen().context("couldn't listen to signals")?;
    install::for_tests()?;
    if arguments.is_empty() {
        let code = e2e::run(&[])?;
        if code != 0 {
            return Ok(code);
        }
    }
    let (schemathesis, celery, moto) = (pypi::SCHEMATHESIS.ensure()?, pypi::CELERY.ensure()?, pypi::MOTO.ensure()?);
    let (compose, kubernetes) = (compose::ensure()?, pypi::KUBERNETES.ensure()?);
    let (postgres, rabbit) = services::start_both(Durability::Fast)?;
    let with_services = |command: &mut Command| {
        command
            .env(POSTGRES_URL, postgres.url())
            .env(AMQP_URL, rabbit.url())
            .env(SCHEMATHESIS, &schemathesis)
            .env(CELERY, &celery)
            .env(MOTO, &moto)
            .env(COMPOSE, &compose)
            .env(KUBERNETES, &kubernetes);
        run::to_end(command)
    };
    if !run::succeeds(&mut cargo::at_root(&["nextest", "--version"])) {
        return with_services(cargo::at_root(&["test", "--no-fail-fast"]).args(scope(arguments)).args(arguments));
    }
    if arguments.is_empty() {
        let code = with_services(&mut cargo::at_root(&["test", "--workspace", "--doc"]))?;
        if code != 0 {
            return Ok(code);
        }
    }
    with_services(cargo::at_root(&["nextest", "run"]).args(scope(arguments)).args(arguments))
}

/// Everything, unless `arguments` select packages themselves.
fn scope(arguments: &[String]) -> &'static [&'static str] {
    let selects = |arg: &String| arg.starts_with("-p") || arg.starts_with("--package");
    if arguments.iter().any(selects) { &[] } else { &["--workspace"] }
}
