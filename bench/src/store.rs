//! The files in which results are kept.

use results::{Data, Pieces};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// Where the results of a run are kept.
pub fn path() -> PathBuf {
    folder().join("results.json")
}

/// Where it is kept what the pieces of `fast` gain.
pub fn pieces_path() -> PathBuf {
    folder().join("pieces.json")
}

/// The folder of the benchmark.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The results of the last run that was kept; `None` before the first.
pub fn load() -> Result<Option<Data>> {
    read(&path())
}

/// Keeps `data`.
pub fn save(data: &Data) -> Result<()> {
    write(&path(), data)
}

/// Keeps what the pieces gain.
pub fn save_pieces(pieces: &Pieces) -> Result<()> {
    write(&pieces_path(), pieces)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let unfit = |error| Error::other(format!("{}: {error}", path.display()));
    serde_json::from_str(&text).map(Some).map_err(unfit)
}

fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_form_that_is_written() {
        let data = load().unwrap().expect("results.json is there");
        let kept = fs::read_to_string(path()).unwrap();
        assert_eq!(serde_json::to_string_pretty(&data).unwrap() + "\n", kept);
    }
}
