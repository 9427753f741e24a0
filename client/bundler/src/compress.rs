//! Compressed twins: `name.gz` and `name.br` beside each file.

use std::{fmt::Write as _, fs, io::Write as _, path::Path};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// Compresses every file of the folder and tells the sizes.
pub fn all(folder: &Path) -> Result<String> {
    let mut report = String::new();
    let mut total = 0;
    for place in [folder.to_owned(), folder.join("assets")] {
        let mut files: Vec<_> = fs::read_dir(&place)?.collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::file_name);
        for file in files.iter().filter(|file| file.path().is_file()) {
            let (plain, brotli) = twins(&file.path())?;
            total += brotli;
            let name = file.file_name();
            writeln!(report, "{:>9} {:>8} br  {}", plain, brotli, name.display())?;
        }
    }
    writeln!(report, "{:>9} {total:>8} br  in all", "")?;
    Ok(report)
}

/// Writes both twins; sizes of the file and of the smaller one.
fn twins(path: &Path) -> Result<(usize, usize)> {
    let bytes = fs::read(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let mut brotli = Vec::new();
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &parameters)?;
    let twin = |extension: &str| std::path::PathBuf::from(format!("{}.{extension}", path.display()));
    fs::write(twin("gz"), gzip.finish()?)?;
    fs::write(twin("br"), &brotli)?;
    Ok((bytes.len(), brotli.len()))
}
