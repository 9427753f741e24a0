//! The sections, one file each.

pub mod artifacts;
pub mod audit;
pub mod broker;
pub mod database;
pub mod http;
pub mod maintenance;
pub mod server;
pub mod telemetry;
pub mod worker;

use std::{fmt::Debug, fs, ops::RangeInclusive, path::Path};

use super::ConfigError;

/// Largest file a secret is read from, in bytes.
const LARGEST_SECRET: u64 = 64 * 1024;

/// A value, or the contents of the file its `_file` twin names, without the line end.
fn value_or_file<T: Clone>(
    key: &'static str,
    value: Option<&T>,
    file: Option<&Path>,
    wrap: impl FnOnce(String) -> T,
) -> Result<Option<T>, ConfigError> {
    match (value, file) {
        (Some(_), Some(_)) => Err(ConfigError::Twice { key }),
        (Some(value), None) => Ok(Some(value.clone())),
        (None, Some(path)) => read_secret(path).map(|text| Some(wrap(text))).map_err(|reason| ConfigError::SecretFile {
            key,
            path: path.to_owned(),
            reason,
        }),
        (None, None) => Ok(None),
    }
}

fn read_secret(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST_SECRET {
        return Err(format!("it is larger than {LARGEST_SECRET} bytes"));
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err("it is empty".to_owned()),
        secret => Ok(secret.to_owned()),
    }
}

/// Holds a number to its bounds.
fn within<N: PartialOrd + Debug>(key: &'static str, value: N, bounds: RangeInclusive<N>) -> Result<(), ConfigError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Invalid { key, reason: format!("{value:?} is not within {:?} to {:?}", bounds.start(), bounds.end()) })
}
