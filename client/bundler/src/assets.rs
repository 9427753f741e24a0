//! Files with names that change with what is in them.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::bind::Bound;

/// What the files are called now.
pub struct Names {
    pub script: String,
    pub program: String,
    pub start: String,
    pub style: String,
    pub icon: String,
}

/// The style sheets, in this order; after them come those of single pages, `pages-*.css`.
const STYLES: [&str; 5] = ["tokens.css", "base.css", "layout.css", "parts.css", "pages.css"];

/// Writes the files below `target`, from what was bound and from the folder of assets.
pub fn write(bound: &Bound, sources: &Path, target: &Path) -> Result<Names> {
    let style = styles(sources)?.iter().map(|name| read(sources, name)).collect::<Result<Vec<_>>>()?.join("\n");
    let program = put(target, "client", "wasm", &bound.program)?;
    let script = put(target, "client", "js", &bound.script)?;
    let start = format!("import init from \"/assets/{script}\";\ninit({{ module_or_path: \"/assets/{program}\" }});\n");
    Ok(Names {
        start: put(target, "start", "js", start.as_bytes())?,
        style: put(target, "client", "css", squeezed(&style).as_bytes())?,
        icon: put(target, "icon", "svg", read(sources, "icon.svg")?.as_bytes())?,
        program,
        script,
    })
}

/// The names of all style sheets: `STYLES`, then those of single pages.
fn styles(sources: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(sources).with_context(|| format!("couldn't read {}", sources.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut more: Vec<_> = names.filter(|name| name.starts_with("pages-") && name.ends_with(".css")).collect();
    more.sort();
    Ok(STYLES.iter().map(|name| (*name).to_owned()).chain(more).collect())
}

/// Reads an asset.
pub fn read(sources: &Path, name: &str) -> Result<String> {
    fs::read_to_string(sources.join(name)).with_context(|| format!("couldn't read {}", sources.join(name).display()))
}

fn put(target: &Path, stem: &str, extension: &str, bytes: &[u8]) -> Result<String> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{stem}-{hash}.{extension}");
    let path = target.join("assets").join(&name);
    fs::write(&path, bytes).with_context(|| format!("couldn't write {}", path.display()))?;
    Ok(name)
}

/// A style sheet without comments, indentation and empty lines.
fn squeezed(style: &str) -> String {
    let mut rest = style;
    let mut bare = String::with_capacity(style.len());
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_loses_what_only_people_read() {
        assert_eq!(squeezed("/* a\n b */\n.x {\n  color: red; /* why */\n}\n\n"), ".x {\ncolor: red;\n}");
    }

    #[test]
    fn a_name_changes_with_what_is_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("assets")).unwrap();
        let (first, again) = (put(folder.path(), "a", "css", b"1").unwrap(), put(folder.path(), "a", "css", b"1").unwrap());
        assert_eq!(first, again);
        assert_ne!(first, put(folder.path(), "a", "css", b"2").unwrap());
    }
}
