//! Makes of the compiled client the files that are served: parts that are loaded one by one, the bindings between WebAssembly and
//! JavaScript, names that change with what is in them (so that browsers keep them for good), and a compressed twin of each file (so that no
//! server compresses while it answers).
//!
//! `cargo xtask client` calls it: `ruche-client-bundler <client.wasm> <folder of assets> <folder to make>`.

mod assets;
mod bind;
mod compress;
mod page;
mod split;

use std::{env, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [wasm, sources, target] = &arguments[..] else {
        bail!("usage: ruche-client-bundler <client.wasm> <folder of assets> <folder to make>");
    };
    // Made beside the old folder, which is replaced as a whole: nobody serves half of one.
    let making = target.with_extension("making");
    if making.exists() {
        fs::remove_dir_all(&making).with_context(|| format!("couldn't remove {}", making.display()))?;
    }
    fs::create_dir_all(making.join("assets")).with_context(|| format!("couldn't make {}", making.display()))?;
    let bound = bind::bind(wasm, &making.join("bindings"))?;
    let names = assets::write(&bound, sources, &making)?;
    page::write(&names, sources, &making)?;
    let report = compress::all(&making)?;
    if target.exists() {
        fs::remove_dir_all(target).with_context(|| format!("couldn't remove {}", target.display()))?;
    }
    fs::rename(&making, target).with_context(|| format!("couldn't make {}", target.display()))?;
    Ok(report)
}
