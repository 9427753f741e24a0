//! Files with names that change with what is in them.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{bind::Bound, split};

/// What the files are called now.
pub struct Names {
    pub script: String,
    pub loader: String,
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
    let (script, loader) = scripts(bound, target)?;
    let start = format!("import init from \"/assets/{script}\";\ninit({{ module_or_path: \"/assets/{program}\" }});\n");
    Ok(Names {
        start: put(target, "start", "js", start.as_bytes())?,
        style: put(target, "client", "css", squeezed(&style).as_bytes())?,
        icon: put(target, "icon", "svg", read(sources, "icon.svg")?.as_bytes())?,
        program,
        script,
        loader,
    })
}

/// Writes the parts and the two modules that name each other: the one that loads the program, the one that loads the parts.
fn scripts(bound: &Bound, target: &Path) -> Result<(String, String)> {
    let mut loader = bound.loader.clone();
    for (name, part) in &bound.parts {
        let stem = name.trim_end_matches(".wasm");
        let hashed = put(target, stem, "wasm", part)?;
        loader = renamed(&loader, "new URL(", &format!("./{name}"), &hashed)?;
    }
    // Each has the other's name in it, so both are named by what both are but for that.
    let named = |hash: &str| -> Result<[(String, String); 2]> {
        let (script, parts) = (format!("client-{hash}.js"), format!("parts-{hash}.js"));
        let names_loader = renamed(&bound.script, "from ", split::LOADER, &parts)?;
        let names_script = renamed(&loader, "from ", split::SCRIPT, &script)?;
        Ok([(script, names_loader), (parts, names_script)])
    };
    let [(_, script), (_, parts)] = named("")?;
    let [script, parts] = named(&hash(&[script.as_bytes(), parts.as_bytes()].concat()))?;
    keep(target, &script.0, script.1.as_bytes())?;
    keep(target, &parts.0, parts.1.as_bytes())?;
    Ok((script.0, parts.0))
}

/// A script in which a file has another name, where it is named after `place`: what programs call their imports stays.
fn renamed(script: &str, place: &str, name: &str, by: &str) -> Result<String> {
    let old = format!("{place}\"{name}\"");
    ensure!(script.contains(&old), "no script has {old}");
    Ok(script.replace(&old, &format!("{place}\"./{by}\"")))
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
    let name = format!("{stem}-{}.{extension}", hash(bytes));
    keep(target, &name, bytes)?;
    Ok(name)
}

fn keep(target: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = target.join("assets").join(name);
    fs::write(&path, bytes).with_context(|| format!("couldn't write {}", path.display()))
}

fn hash(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
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

    #[test]
    fn a_module_loads_another_by_its_new_name_and_calls_it_what_the_program_does() {
        let script = "import * as a from \"./parts.js\"; const imports = { \"./parts.js\": a };";
        let new = renamed(script, "from ", "./parts.js", "parts-1.js").unwrap();
        assert_eq!(new, "import * as a from \"./parts-1.js\"; const imports = { \"./parts.js\": a };");
        assert!(renamed(script, "from ", "./other.js", "other-1.js").is_err());
    }

    #[test]
    fn modules_that_name_each_other_change_their_names_when_a_part_changes() {
        let named = |part: &[u8]| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("assets")).unwrap();
            let bound = Bound {
                script: "import * as a from \"./parts.js\"".to_owned(),
                program: Vec::new(),
                loader: "import a from \"./client.js\"; fetch(new URL(\"./split_a.wasm\"))".to_owned(),
                parts: vec![("split_a.wasm".to_owned(), part.to_vec())],
            };
            let (script, loader) = scripts(&bound, folder.path()).unwrap();
            let text = fs::read_to_string(folder.path().join("assets").join(&script)).unwrap();
            assert_eq!(text, format!("import * as a from \"./{loader}\""));
            (script, loader)
        };
        assert_eq!(named(b"1"), named(b"1"));
        let (before, after) = (named(b"1"), named(b"2"));
        assert!(before.0 != after.0 && before.1 != after.1);
    }
}
