//! Puts the web client's files into the program, if `cargo xtask client` has made them: it leaves them in `client/dist` below the target
//! directory, or where `RUCHE_CLIENT_DIST` says.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-env-changed=RUCHE_CLIENT_DIST");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let named = env::var_os("RUCHE_CLIENT_DIST").map(PathBuf::from);
    let folder = named.clone().unwrap_or_else(|| beside(&out));
    if let Some(named) = named {
        // Beside it may be anything: all of a package manager's store.
        assert!(named.join("index.html").is_file(), "there is no client in {}, which RUCHE_CLIENT_DIST names", named.display());
        println!("cargo::rerun-if-changed={}", named.display());
    } else {
        // Cargo looks at a folder that is there only when something in it changes; at one that is not, every time.
        let watched = folder.parent().unwrap_or(&folder);
        if fs::create_dir_all(watched).is_ok() {
            println!("cargo::rerun-if-changed={}", watched.display());
        }
    }
    let mut table = String::from("const FILES: &[ClientFile] = &[\n");
    for (place, prefix) in [(folder.clone(), "/"), (folder.join("assets"), "/assets/")] {
        for file in files(&place) {
            table.push_str(&entry(&file, prefix));
        }
    }
    table.push_str("];\n");
    fs::write(out.join("client_files.rs"), table).expect("OUT_DIR can be written to");
}

/// The folder below the target directory, which is four above `OUT_DIR`; five where there is a folder for the target.
fn beside(out: &Path) -> PathBuf {
    let profile = out.ancestors().nth(3).unwrap_or(out);
    let above = profile.parent().unwrap_or(profile);
    let is_for_target = env::var("TARGET").is_ok_and(|target| above.ends_with(target));
    let target = if is_for_target { above.parent().unwrap_or(above) } else { above };
    target.join("client/dist")
}

/// The files of a folder that have both compressed twins.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| twin(path, "br").is_file() && twin(path, "gz").is_file()).collect();
    files.sort();
    files
}

fn twin(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn entry(path: &Path, prefix: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = |path: &Path| format!("include_bytes!({:?})", path.display().to_string());
    format!(
        "    ClientFile {{ path: {:?}, plain: {}, gzip: {}, brotli: {} }},\n",
        format!("{prefix}{name}"),
        bytes(path),
        bytes(&twin(path, "gz")),
        bytes(&twin(path, "br")),
    )
}
