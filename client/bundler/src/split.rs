//! Cuts the program into the one that is loaded first and the parts that are loaded when somebody goes there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, ensure};

/// The module of JavaScript that loads the parts, as the program names it.
pub const LOADER: &str = "./parts.js";
/// The module of JavaScript that loads the program, as the loader of the parts names it.
pub const SCRIPT: &str = "./client.js";

/// What the program has been cut into.
pub struct Split {
    /// The program that is loaded first; it still has to be bound.
    pub main: PathBuf,
    /// The module that loads the parts.
    pub loader: String,
    /// The parts: the names that `loader` has for them, and what they are.
    pub parts: Vec<(String, Vec<u8>)>,
}

/// Cuts the program, with `folder` for what comes of it.
pub fn split(wasm: &Path, folder: &Path) -> Result<Split> {
    let program = fs::read(wasm).with_context(|| format!("couldn't read {}", wasm.display()))?;
    let main = folder.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = SCRIPT;
    options.target.web();
    let done = wasm_split_cli_support::transform(options);
    let done = done.map_err(|error| anyhow!("couldn't cut the program into parts: {error:#}"))?;
    ensure!(!done.split_modules.is_empty(), "the program has no parts: was it linked with --emit-relocs?");
    let mut parts = done.split_modules.iter().map(|path| part(path)).collect::<Result<Vec<_>>>()?;
    parts.sort();
    let loader = folder.join(LOADER);
    let loader = fs::read_to_string(&loader).with_context(|| format!("couldn't read {}", loader.display()))?;
    Ok(Split { main, loader, parts })
}

fn part(path: &Path) -> Result<(String, Vec<u8>)> {
    let name = path.file_name().and_then(|name| name.to_str()).context("a part has no name")?;
    let bytes = fs::read(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let small = small(&bytes).with_context(|| format!("couldn't read the part {name}"))?;
    Ok((name.to_owned(), small))
}

/// A module written anew: without what only tools read, and with numbers as short as they can be. The linker writes those it keeps
/// relocations of in five bytes each.
fn small(module: &[u8]) -> Result<Vec<u8>> {
    let mut config = walrus::ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(module)?;
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in custom {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_as_short_as_it_can_be_and_without_what_tools_read() {
        let header = b"\0asm\x01\0\0\0";
        // A custom section; one type; one function of it, which drops a number that is written in five bytes.
        let long = [&header[..], &[0, 2, 1, b'x'], &[1, 4, 1, 0x60, 0, 0], &[3, 2, 1, 0], &[7, 5, 1, 1, b'f', 0, 0]].concat();
        let module = |body: &[u8]| [&long[..], &[10, body.len() as u8 + 3, 1, body.len() as u8 + 1, 0], body].concat();
        let padded = module(&[0x41, 0x87, 0x80, 0x80, 0x80, 0x00, 0x1a, 0x0b]);
        let short = small(&padded).unwrap();
        assert_eq!(short, small(&module(&[0x41, 7, 0x1a, 0x0b])).unwrap());
        assert_eq!(short.len(), padded.len() - 4 - 4);
    }

    #[test]
    fn what_is_cut_off_is_no_module() {
        assert!(small(b"\0asm\x01\0\0\0\x01\x05\0").is_err());
    }
}
