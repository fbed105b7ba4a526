//! The anchor file: every checkpoint, outside the database. A database restored from an old copy is found out
//! by it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::checkpoint::Checkpoint;
use super::note::Note;

/// Name of the file, beside the keys.
const NAME: &str = "log.anchor";
/// Most bytes read back, from the end.
const TAIL_BYTES: usize = 1 << 20;

fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Appends a note.
///
/// # Errors
/// Whatever keeps the file from being written.
pub fn keep(folder: &Path, note: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path(folder))?;
    file.write_all(format!("{note}\n\n").as_bytes())?;
    file.sync_data()
}

/// The last checkpoint kept for a log, if any; lines that cannot be read are passed over, for a crash may have
/// cut one short.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn last(folder: &Path, origin: &str) -> io::Result<Option<Checkpoint>> {
    let bytes = match fs::read(path(folder)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let tail = bytes
        .get(bytes.len().saturating_sub(TAIL_BYTES)..)
        .unwrap_or(&bytes);
    let text = String::from_utf8_lossy(tail);
    let read = |part: &str| {
        let note: Note = format!("{part}\n").parse().ok()?;
        note.text.parse::<Checkpoint>().ok()
    };
    Ok(text
        .split("\n\n\n")
        .filter_map(read)
        .filter(|c| c.origin == origin)
        .max_by_key(|c| c.size))
}

#[cfg(test)]
mod tests {
    use super::super::hash::Hash32;
    use super::super::note::{KeyKind, NoteSigner};
    use super::*;

    #[test]
    fn the_last_checkpoint_of_a_log_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(last(folder.path(), "a").unwrap(), None);
        let mut kept = None;
        for (origin, size) in [("a", 1), ("a", 5), ("b", 9)] {
            let key = NoteSigner::new(origin, KeyKind::Log, &[1; 32]).unwrap();
            let checkpoint = Checkpoint {
                origin: origin.to_owned(),
                size,
                root: Hash32::of(&[1]),
            };
            keep(folder.path(), &checkpoint.sign(&key).to_string()).unwrap();
            kept = Some(checkpoint);
        }
        let mut file = OpenOptions::new().append(true).open(path(folder.path())).unwrap();
        file.write_all(b"a\n77\ncut sh").unwrap();
        assert_eq!(last(folder.path(), "a").unwrap().map(|c| c.size), Some(5));
        assert_eq!(last(folder.path(), "b").unwrap(), kept);
    }
}
