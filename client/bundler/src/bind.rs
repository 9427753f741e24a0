//! Bindings between WebAssembly and JavaScript.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::split;

/// The client, ready for browsers.
pub struct Bound {
    /// The module that loads the program; it names `split::LOADER`.
    pub script: String,
    /// The program that is loaded first.
    pub program: Vec<u8>,
    /// The module that loads the parts; it names them and `split::SCRIPT`.
    pub loader: String,
    /// The parts, with the names that the loader has for them.
    pub parts: Vec<(String, Vec<u8>)>,
}

/// Cuts the program into parts, makes the bindings, and leaves out what only debuggers read. `folder` is made for what comes of it, and
/// removed again.
pub fn bind(wasm: &Path, folder: &Path) -> Result<Bound> {
    fs::create_dir_all(folder).with_context(|| format!("couldn't make {}", folder.display()))?;
    let split = split::split(wasm, folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&split.main).out_name("client").typescript(false).remove_name_section(true).remove_producers_section(true);
    // Memory, table and stack are shared with the parts.
    bindgen.keep_lld_exports(true);
    bindgen.web(true).context("couldn't choose the output for browsers")?;
    bindgen.generate(folder).context("couldn't make the bindings")?;
    let script = fs::read_to_string(folder.join("client.js")).context("the bindings have no client.js")?;
    let program = fs::read(folder.join("client_bg.wasm")).context("the bindings have no client_bg.wasm")?;
    fs::remove_dir_all(folder).context("couldn't remove the bindings' folder")?;
    Ok(Bound { script, program, loader: split.loader, parts: split.parts })
}
