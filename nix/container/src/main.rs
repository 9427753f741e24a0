//! `ruche-container`: a health check for images that have neither a shell nor curl, and the secrets of a deployment, made on its
//! first start. The service model (`nix/services`) calls it; a person calls `show`.

use std::{path::Path, process::ExitCode};

mod probe;
mod secrets;

const HELP: &str = "\
What containers without a shell need.

Usage:
  ruche-container probe URL...
        exits with 0 if all answer: http://HOST:PORT/PATH with a status of 2xx, tcp://HOST:PORT with an open port
  ruche-container secrets FOLDER --value NAME=TEMPLATE... --place SERVICE/NAME...
        makes the secrets that are not there yet and puts each where its services look for it; in a template `{random}` is
        256 random bits in hexadecimal digits, `{NAME}` another secret
  ruche-container show NAME [FOLDER]
        prints a secret that was made (from /secrets, if no folder is given)
";

/// Where a deployment's containers have all secrets.
const FOLDER: &str = "/secrets";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["probe", urls @ ..] if !urls.is_empty() => probe::all(urls),
        ["secrets", folder, rest @ ..] => secrets::Plan::of(rest).and_then(|plan| plan.carry_out(Path::new(folder))),
        ["show", name] => show(Path::new(FOLDER), name),
        ["show", name, folder] => show(Path::new(folder), name),
        ["--help" | "-h" | "help"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn show(folder: &Path, name: &str) -> Result<(), String> {
    let secret = secrets::read(folder, name)?.ok_or_else(|| format!("there is no secret {name} in {}", folder.display()))?;
    println!("{}", secret.trim_end());
    Ok(())
}
