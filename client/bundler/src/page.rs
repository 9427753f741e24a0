//! The one page: it names the files, and is what is there until the client runs.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::assets::{self, Names};

/// Writes `index.html` from its pattern.
pub fn write(names: &Names, sources: &Path, target: &Path) -> Result<()> {
    let Names { script, loader, program, start, style, icon } = names;
    let mut page = assets::read(sources, "index.html")?;
    let words = [("{script}", script), ("{loader}", loader), ("{program}", program)];
    for (word, name) in words.into_iter().chain([("{start}", start), ("{style}", style), ("{icon}", icon)]) {
        ensure!(page.contains(word), "index.html has no {word}");
        page = page.replace(word, name);
    }
    fs::write(target.join("index.html"), page).context("couldn't write index.html")
}
