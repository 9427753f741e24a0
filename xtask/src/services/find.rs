//! Where the servers' programs are.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The directory with `initdb` and `postgres`: the one on `PATH`, else the
/// newest version among Debian's and Red Hat's usual places.
#[must_use]
pub fn postgres_bindir() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| dir.join(name).is_file());
    path().into_iter().find(complete).or_else(|| {
        versions(Path::new("/usr/lib/postgresql"), "")
            .into_iter()
            .chain(versions(Path::new("/usr"), "pgsql-"))
            .map(|dir| dir.join("bin"))
            .find(complete)
    })
}

/// RabbitMQ's server script.
///
/// Debian's `rabbitmq-server` on `PATH` is a wrapper that insists on its own
/// account and log files, so the script behind it comes first.
#[must_use]
pub fn rabbitmq_server() -> Option<PathBuf> {
    let packaged = PathBuf::from("/usr/lib/rabbitmq/bin/rabbitmq-server");
    if packaged.is_file() {
        return Some(packaged);
    }
    on_path("rabbitmq-server")
}

/// Erlang's port mapper, which RabbitMQ needs: on `PATH`, in Erlang's usual
/// places, or in a directory that RabbitMQ's scripts name (as Nix packages do).
pub(super) fn epmd(rabbitmq_server: &Path) -> Option<PathBuf> {
    on_path("epmd")
        .or_else(|| {
            ["/usr/lib/erlang/bin", "/usr/lib64/erlang/bin", "/usr/local/lib/erlang/bin"]
                .iter()
                .map(|dir| Path::new(dir).join("epmd"))
                .find(|path| path.is_file())
        })
        .or_else(|| {
            let script = fs::canonicalize(rabbitmq_server).ok()?;
            let beside = script.parent()?;
            [script.clone(), beside.join("rabbitmq-env"), beside.join(".rabbitmq-server-wrapped")]
                .iter()
                .find_map(|file| named_in(&fs::read_to_string(file).ok()?, "epmd"))
        })
}

/// What the monitoring is tested with: the names that a program goes by, Debian's first.
pub const MONITORING: [&[&str]; 6] = [
    &["prometheus"],
    &["promtool"],
    &["prometheus-postgres-exporter", "postgres_exporter"],
    &["prometheus-nginx-exporter", "nginx-prometheus-exporter"],
    &["nginx"],
    &["amtool"],
];

/// A program by one of its names: on `PATH`, or where administrators' programs are.
#[must_use]
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let sbin = |name: &&str| Some(Path::new("/usr/sbin").join(name)).filter(|path| path.is_file());
    names.iter().find_map(|name| on_path(name)).or_else(|| names.iter().find_map(sbin))
}

fn path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn on_path(program: &str) -> Option<PathBuf> {
    path().into_iter().map(|dir| dir.join(program)).find(|path| path.is_file())
}

/// The directories in `parent` called `prefix` and a number, highest number first.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path()))
        })
        .collect();
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

/// `program` in the first absolute directory that a shell script mentions and that has it.
fn named_in(script: &str, program: &str) -> Option<PathBuf> {
    script
        .split(|c: char| c.is_whitespace() || "'\":=;${}()".contains(c))
        .filter(|word| word.starts_with('/'))
        .map(|dir| Path::new(dir).join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for dir in ["9", "15", "16", "common"] {
            fs::create_dir(root.path().join(dir)).unwrap();
        }
        let names: Vec<_> =
            versions(root.path(), "").iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
        assert_eq!(names, ["16", "15", "9"]);
    }

    #[test]
    fn a_program_is_found_in_a_directory_that_a_script_puts_on_its_path() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("erlang/bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join("epmd"), "").unwrap();
        let script = format!("#!/bin/sh\nPATH=/nowhere:{}${{PATH:+:}}$PATH\n", bin.display());
        assert_eq!(named_in(&script, "epmd"), Some(bin.join("epmd")));
    }
}
