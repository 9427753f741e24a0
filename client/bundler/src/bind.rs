//! Bindings between WebAssembly and JavaScript.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// The client, ready for browsers.
pub struct Bound {
    /// The module that loads it.
    pub script: Vec<u8>,
    /// The program.
    pub program: Vec<u8>,
}

/// Makes the bindings, and leaves out what only debuggers read.
pub fn bind(wasm: &Path) -> Result<Bound> {
    let folder = tempfile_beside(wasm)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("client").typescript(false).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).context("couldn't choose the output for browsers")?;
    bindgen.generate(&folder).context("couldn't make the bindings")?;
    let read = |name: &str| std::fs::read(folder.join(name)).with_context(|| format!("the bindings have no {name}"));
    let bound = Bound { script: read("client.js")?, program: read("client_bg.wasm")? };
    std::fs::remove_dir_all(&folder).context("couldn't remove the bindings' folder")?;
    Ok(bound)
}

fn tempfile_beside(wasm: &Path) -> Result<std::path::PathBuf> {
    let folder = wasm.with_extension("bindings");
    std::fs::create_dir_all(&folder).with_context(|| format!("couldn't make {}", folder.display()))?;
    Ok(folder)
}
