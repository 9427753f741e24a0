//! Reading a configuration: defaults < file < environment < flags.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::{Error, Kind},
    value::{Dict, Map, Value},
};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{Config, ConfigError, schema};

/// The file that is read when none is named, if it is there.
pub const DEFAULT_FILE: &str = "ruche.toml";

/// Environment variables with this prefix and two underscores set keys: `RUCHE_HTTP__LISTEN` sets `http.listen`.
pub const PREFIX: &str = "RUCHE_";

/// Where a configuration comes from.
#[derive(Debug, Default)]
pub struct Sources {
    file: Option<Layer>,
    flags: Vec<Layer>,
    /// Variables whose values are read when it is known what they set.
    variables: Vec<(String, String)>,
}

/// Some keys from one source.
#[derive(Debug)]
struct Layer {
    source: String,
    values: Dict,
}

impl Sources {
    /// The named file, or `./ruche.toml` if there is one; then the process's environment.
    ///
    /// # Errors
    /// When the file cannot be read or is no TOML.
    pub fn of_process(file: Option<&Path>) -> Result<Self, ConfigError> {
        Ok(Self::default().file(file)?.environment(std::env::vars_os()))
    }

    /// Adds a file; without a name `./ruche.toml`, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or is no TOML.
    pub fn file(mut self, file: Option<&Path>) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE)).to_owned();
        match fs::read_to_string(&path) {
            Ok(text) => self.file = Some(parse_file(path, &text)?),
            Err(error) if file.is_none() && error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ConfigError::Read { path, source }),
        }
        Ok(self)
    }

    /// Adds environment variables. Those without two underscores are none of ours: Kubernetes makes some up from the names of
    /// services.
    #[must_use]
    pub fn environment(mut self, variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let known = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        self.variables.extend(known.filter(|(name, _)| key_of(name).is_some()));
        self
    }

    /// Adds a flag that sets `path` (`http.listen`); `None` adds nothing.
    #[must_use]
    pub fn flag(mut self, flag: &str, path: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.flags.push(Layer { source: flag.to_owned(), values: nested(path, value.into()) });
        }
        self
    }

    /// The configuration that results.
    ///
    /// # Errors
    /// [`ConfigError::Values`] with one line per fault.
    pub fn load<T: DeserializeOwned + Default + JsonSchema>(self) -> Result<Config<T>, ConfigError> {
        let schema = schema::inlined::<T>();
        let variables = self.variables.into_iter().filter_map(|(name, text)| {
            let path = key_of(&name)?;
            Some(Layer { values: nested(&path, schema::read(&schema, &path, &text)), source: name })
        });
        let layers = self.file.into_iter().chain(variables).chain(self.flags);
        let merged = layers.fold(Figment::new(), |figment, layer| figment.merge(layer));
        merged.extract().map_err(|error| ConfigError::Values(describe(error)))
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn parse_file(path: PathBuf, text: &str) -> Result<Layer, ConfigError> {
    match toml::from_str::<Dict>(text) {
        Ok(values) => Ok(Layer { source: path.display().to_string(), values }),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(ConfigError::Syntax { path, line, message: error.message().to_owned() })
        }
    }
}

/// `http.listen` for `RUCHE_HTTP__LISTEN`.
fn key_of(variable: &str) -> Option<String> {
    let key = variable.strip_prefix(PREFIX).filter(|key| key.contains("__"))?;
    Some(key.to_ascii_lowercase().replace("__", "."))
}

fn nested(path: &str, value: Value) -> Dict {
    match path.split_once('.') {
        Some((section, rest)) => Dict::from([(section.to_owned(), nested(rest, value).into())]),
        None => Dict::from([(path.to_owned(), value)]),
    }
}

/// `http.listen (ruche.toml): invalid socket address syntax`, one line per fault.
fn describe(error: Error) -> String {
    let lines: Vec<_> = error.into_iter().map(|fault| describe_one(&fault)).collect();
    lines.join("\n")
}

fn describe_one(fault: &Error) -> String {
    let source = fault.metadata.as_ref().map_or_else(String::new, |metadata| format!(" ({})", metadata.name));
    let path = fault.path.join(".");
    match &fault.kind {
        Kind::UnknownField(field, expected) => {
            // figment has the field as the path's last part where it knows the source.
            let place = if fault.path.last().is_some_and(|last| last == field) || path.is_empty() {
                if path.is_empty() { field.clone() } else { path }
            } else {
                format!("{path}.{field}")
            };
            format!("unknown key {place}{source}; expected one of {}", expected.join(", "))
        }
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) if may_hold_secrets(&path) => {
            format!("{path}{source}: expected {expected} (what was found is not shown)")
        }
        kind => format!("{path}{source}: {kind}"),
    }
}

/// The section `tasks` has secrets of its own, of types that do not hide themselves in errors.
fn may_hold_secrets(path: &str) -> bool {
    path.starts_with("tasks.")
}
