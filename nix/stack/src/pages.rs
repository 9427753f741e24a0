//! Every page of every container, in a browser.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::command;

/// A page and a text that is on it when its scripts have run.
pub struct Page {
    pub name: &'static str,
    pub url: String,
    pub text: &'static str,
}

/// Opens each page, looks for its text, and keeps a picture of it in `folder`.
///
/// # Errors
/// When a page does not show its text.
pub async fn look(pages: &[Page], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for page in pages {
        let shown = browser(&["--dump-dom", &page.url]).await?;
        ensure!(shown.contains(page.text), "{} at {} does not show {:?}:\n{}", page.name, page.url, page.text, head(&shown));
        let picture = folder.join(format!("{}.png", page.name));
        browser(&[&format!("--screenshot={}", picture.display()), &page.url]).await?;
        ensure!(picture.is_file(), "there is no picture of {}", page.name);
    }
    println!("{} pages were shown; pictures are in {}", pages.len(), folder.display());
    Ok(())
}

fn head(text: &str) -> String {
    text.chars().take(1_000).collect()
}

async fn browser(arguments: &[&str]) -> Result<String> {
    let profile = tempfile::tempdir()?;
    let mut command = Command::new("chromium");
    command
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            "--ignore-certificate-errors",
        ])
        .args(["--window-size=1280,900", "--virtual-time-budget=8000", "--timeout=20000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments);
    let done = tokio::time::timeout(Duration::from_secs(60), command::output(&mut command)).await;
    done.context("the browser did not come to an end")?.context("the browser failed")
}
