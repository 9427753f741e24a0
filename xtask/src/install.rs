//! Finding what tests and measurements need, and installing it where that can be done unasked.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use rustix::process::geteuid;
use xtask::services;

use crate::run;

mod apt;
pub mod compose;
mod nginx;
pub mod node;
pub mod pypi;

/// Something outside the repository and cargo's reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Postgres,
    Rabbit,
    CCompiler,
    Python,
    /// Evaluates the service model; any version.
    Nix,
    /// A container engine, to be started by us.
    Docker,
    Nginx,
    Chromium,
    Monitoring,
}

impl Need {
    /// For a deployment on real services.
    const SERVICES: [Self; 3] = [Self::Postgres, Self::Rabbit, Self::CCompiler];
    /// For the tests.
    const TESTS: [Self; 7] =
        [Self::Postgres, Self::Rabbit, Self::CCompiler, Self::Python, Self::Nginx, Self::Monitoring, Self::Nix];
    /// For the whole deployment in containers.
    const STACK: [Self; 5] = [Self::CCompiler, Self::Nix, Self::Docker, Self::Chromium, Self::Python];

    fn is_met(self) -> bool {
        match self {
            Self::Postgres => services::postgres_bindir().is_some(),
            Self::Monitoring => services::MONITORING.iter().all(|names| services::program(names).is_some()),
            Self::Rabbit => services::rabbitmq_server().is_some(),
            // The bundled SQLite needs the C library's headers too.
            Self::CCompiler => run::succeeds(
                Command::new("sh").args(["-c", "echo '#include <stdio.h>' | \"${CC:-cc}\" -E -x c -"]).stdin(Stdio::null()),
            ),
            Self::Python => run::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
            Self::Nix => run::succeeds(Command::new("nix-instantiate").arg("--version")),
            Self::Docker => {
                ["dockerd", "docker", "iptables"].iter().all(|name| run::succeeds(Command::new(name).arg("--version")))
            }
            Self::Nginx => nginx::is_there(),
            Self::Chromium => chromium_is_there(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL (initdb, postgres and pg_isready, on PATH or in /usr/lib/postgresql/<version>/bin)",
            Self::Rabbit => "RabbitMQ (rabbitmq-server, on PATH or in /usr/lib/rabbitmq/bin)",
            Self::Monitoring => {
                "Prometheus with promtool, its exporters for PostgreSQL and nginx, Alertmanager's amtool, and nginx, on PATH"
            }
            Self::Python => "Python 3 with venv (python3 on PATH), for Schemathesis, Celery and moto",
            Self::Nix => "Nix (nix-instantiate on PATH), to evaluate the service model; it needs no store and no daemon",
            Self::Docker => "Docker's engine (dockerd, docker and iptables on PATH)",
            Self::Nginx => "nginx 1.22 or later (on PATH or in /usr/sbin, or what RUCHE_TEST_NGINX names)",
            Self::Chromium => "Chromium (chromium or google-chrome on PATH, or what RUCHE_E2E_CHROMIUM names)",
            Self::CCompiler => "a C compiler with the C library's headers (cc on PATH, or what CC names)",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Rabbit => &["rabbitmq-server"],
            Self::CCompiler => &["gcc", "libc6-dev"],
            Self::Python => &["python3", "python3-venv"],
            Self::Nix => &["nix-bin"],
            Self::Docker => &["docker.io", "iptables"],
            Self::Chromium => &["chromium"],
            Self::Nginx => &["nginx", "libnginx-mod-http-brotli-static"],
            Self::Monitoring => {
                &["prometheus", "prometheus-postgres-exporter", "prometheus-nginx-exporter", "prometheus-alertmanager", "nginx"]
            }
        }
    }
}

/// What of this machine decides how to get what is missing.
#[derive(Clone, Copy, Debug)]
struct Machine {
    has_apt: bool,
    is_root: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Nothing,
    Apt(Vec<&'static str>),
    Tell(String),
}

/// Returns once everything is there that a deployment on real services needs.
///
/// # Errors
/// Says what is missing and how to get it, where this program cannot or should not get it itself.
pub fn for_services() -> Result<()> {
    ensure(&Need::SERVICES)
}

/// Returns once everything is there that the tests need.
///
/// # Errors
/// As [`for_services`].
pub fn for_tests() -> Result<()> {
    ensure(&Need::TESTS)
}

/// Returns once everything is there that the deployment in containers needs; the package lists are fresh then.
///
/// # Errors
/// As [`for_services`], and where there is no Debian to take other programs from.
pub fn for_stack() -> Result<()> {
    ensure(&Need::STACK)?;
    apt::refresh()
}

/// Returns once everything is there that tests in a browser need.
///
/// # Errors
/// As [`for_services`].
pub fn for_browsers() -> Result<()> {
    ensure(&[Need::CCompiler, Need::Python, Need::Chromium])
}

fn chromium_is_there() -> bool {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::var_os("RUCHE_E2E_CHROMIUM").is_some()
        || names.iter().any(|name| run::succeeds(Command::new(name).arg("--version")))
}

fn ensure(needs: &[Need]) -> Result<()> {
    let machine = Machine { has_apt: run::succeeds(Command::new("apt-get").arg("--version")), is_root: geteuid().is_root() };
    match plan(&missing(needs), machine) {
        Plan::Nothing => Ok(()),
        Plan::Tell(text) => bail!(text),
        Plan::Apt(packages) => {
            apt::install(&packages)?;
            let still = missing(needs);
            if still.is_empty() {
                return Ok(());
            }
            bail!("apt-get installed {}, and there still is no:\n{}", packages.join(" "), names(&still));
        }
    }
}

fn missing(needs: &[Need]) -> Vec<Need> {
    needs.iter().copied().filter(|need| !need.is_met()).collect()
}

fn plan(missing: &[Need], machine: Machine) -> Plan {
    if missing.is_empty() {
        return Plan::Nothing;
    }
    let packages: Vec<_> = missing.iter().flat_map(|need| need.debian_packages()).copied().collect();
    if machine.has_apt && machine.is_root {
        return Plan::Apt(packages);
    }
    let way = if machine.has_apt {
        format!("Run this as root, then try again:\n  apt-get install --no-install-recommends {}", packages.join(" "))
    } else {
        "Install it with your system's packages and try again:\n  \
         Nix:     nix develop\n  \
         Fedora:  dnf install postgresql-server rabbitmq-server gcc nginx chromium golang-github-prometheus\n  \
         Arch:    pacman -S postgresql rabbitmq gcc nginx chromium prometheus\n  \
         macOS:   brew install postgresql rabbitmq nginx prometheus, and xcode-select --install"
            .to_owned()
    };
    Plan::Tell(format!("this is missing:\n{}\n{way}", names(missing)))
}

fn names(needs: &[Need]) -> String {
    needs.iter().map(|need| format!("  - {}", need.name())).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN_ROOT: Machine = Machine { has_apt: true, is_root: true };

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        assert_eq!(plan(&[], DEBIAN_ROOT), Plan::Nothing);
    }

    #[test]
    fn root_on_debian_gets_what_is_missing_and_no_more() {
        let packages = plan(&[Need::Rabbit, Need::CCompiler], DEBIAN_ROOT);
        assert_eq!(packages, Plan::Apt(vec!["rabbitmq-server", "gcc", "libc6-dev"]));
    }

    #[test]
    fn an_ordinary_user_on_debian_is_told_the_command() {
        let Plan::Tell(text) = plan(&[Need::Postgres], Machine { has_apt: true, is_root: false }) else {
            panic!("it must not install")
        };
        assert!(text.contains("initdb"), "{text}");
        assert!(text.ends_with("apt-get install --no-install-recommends postgresql"), "{text}");
    }

    #[test]
    fn elsewhere_even_root_is_told() {
        let Plan::Tell(text) = plan(&[Need::Rabbit], Machine { has_apt: false, is_root: true }) else {
            panic!("it must not install")
        };
        assert!(text.contains("rabbitmq-server, on PATH"), "{text}");
        assert!(text.contains("nix develop"), "{text}");
    }
}
