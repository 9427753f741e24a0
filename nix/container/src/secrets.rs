//! Making a deployment's secrets, once.
//!
//! `FOLDER/.all/NAME` holds each secret; `FOLDER/SERVICE/NAME` a copy for a service, whose folder is a volume that only it sees.
//! A secret that is there stays as it is, whatever its template says by now: services already go by it.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, Permissions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The folder of all secrets.
const ALL: &str = ".all";

/// Readable by its owner: all containers run under one account.
const MODE: u32 = 0o400;

/// Random bytes of a `{random}`.
const RANDOM: usize = 32;

/// What is to be made, and who gets it.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    templates: BTreeMap<&'a str, &'a str>,
    places: Vec<(&'a str, &'a str)>,
}

impl<'a> Plan<'a> {
    /// Reads `--value NAME=TEMPLATE` and `--place SERVICE/NAME`.
    pub fn of(arguments: &[&'a str]) -> Result<Self, String> {
        let mut plan = Self::default();
        for pair in arguments.chunks(2) {
            match pair {
                ["--value", value] => {
                    let (name, template) = value.split_once('=').ok_or("--value expects NAME=TEMPLATE")?;
                    plan.templates.insert(checked(name)?, template);
                }
                ["--place", place] => {
                    let (service, name) = place.split_once('/').ok_or("--place expects SERVICE/NAME")?;
                    plan.places.push((checked(service)?, checked(name)?));
                }
                [other, ..] => return Err(format!("there is no option {other}, or its value is missing")),
                [] => {}
            }
        }
        match plan.places.iter().find(|(_, name)| !plan.templates.contains_key(name)) {
            Some((service, name)) => Err(format!("{service} wants the secret {name}, and nobody says what it is")),
            None => Ok(plan),
        }
    }

    /// Makes what is missing. Can be repeated, and goes on where a run before was cut off.
    pub fn carry_out(&self, folder: &Path) -> Result<(), String> {
        for name in self.templates.keys() {
            self.ensure(folder, name, &mut Vec::new())?;
        }
        for (service, name) in &self.places {
            let secret = read(folder, name)?.ok_or_else(|| format!("the secret {name} has vanished"))?;
            write(&folder.join(service), name, &secret)?;
        }
        Ok(())
    }

    /// The secret `name`, made if it is not there. `asking` are those whose templates need it.
    fn ensure(&self, folder: &Path, name: &'a str, asking: &mut Vec<&'a str>) -> Result<String, String> {
        if let Some(secret) = read(folder, name)? {
            return Ok(secret);
        }
        if asking.contains(&name) {
            return Err(format!("the secret {name} is made of itself"));
        }
        let template = *self.templates.get(name).ok_or_else(|| format!("there is no secret {name}"))?;
        asking.push(name);
        let mut secret = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (inner, after) = after.split_once('}').ok_or_else(|| format!("the template of {name} lacks a }}"))?;
            secret += before;
            secret += &if inner == "random" { random()? } else { self.ensure(folder, inner, asking)? };
            rest = after;
        }
        secret += rest;
        asking.pop();
        write(&folder.join(ALL), name, &secret)?;
        println!("made {name}");
        Ok(secret)
    }
}

/// The secret `name`, if it was made.
pub fn read(folder: &Path, name: &str) -> Result<Option<String>, String> {
    let path = folder.join(ALL).join(checked(name)?);
    match fs::read_to_string(&path) {
        Ok(secret) if secret.is_empty() => Err(format!("{} is empty; remove it to have it made anew", path.display())),
        Ok(secret) => Ok(Some(secret)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("couldn't read {}: {error}", path.display())),
    }
}

/// Names are file names: nothing that leads elsewhere.
fn checked(name: &str) -> Result<&str, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
        return Err(format!("{name:?} is no name: letters, digits, -, _ and . are allowed"));
    }
    Ok(name)
}

fn random() -> Result<String, String> {
    let mut bytes = [0; RANDOM];
    let mut source = File::open("/dev/urandom").map_err(|error| format!("couldn't open /dev/urandom: {error}"))?;
    source.read_exact(&mut bytes).map_err(|error| format!("couldn't read /dev/urandom: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes it whole or not at all; one that is there with the same text stays.
fn write(folder: &Path, name: &str, secret: &str) -> Result<(), String> {
    let path = folder.join(name);
    let failed = |error: std::io::Error| format!("couldn't write {}: {error}", path.display());
    if fs::read_to_string(&path).is_ok_and(|there| there == secret) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(failed)?;
    let half = folder.join(format!(".{name}.half"));
    match fs::remove_file(&half) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half).map_err(failed)?;
    file.write_all(secret.as_bytes()).map_err(failed)?;
    file.set_permissions(Permissions::from_mode(MODE)).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&half, &path).map_err(failed)
}

#[cfg(test)]
mod tests;
