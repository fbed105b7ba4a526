//! The anchor file: every checkpoint, outside the database. A database restored from an old copy is found out
//! by it.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::checkpoint::Checkpoint;
use super::error::LogError;
use super::note::Note;
use super::query;
use crate::app::App;
use crate::kernel::scope::Scope;

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
    let kept = read(folder)?.into_iter().filter(|c| c.origin == origin);
    Ok(kept.max_by_key(|c| c.size))
}

/// The checkpoints at the end of the file, in the order in which they were kept.
fn read(folder: &Path) -> io::Result<Vec<Checkpoint>> {
    let checkpoint = |note: Note| note.text.parse::<Checkpoint>().ok();
    Ok(notes(folder)?.into_iter().filter_map(checkpoint).collect())
}

/// The notes at the end of the file, in the order in which they were kept; parts that cannot be read are passed
/// over.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn notes(folder: &Path) -> io::Result<Vec<Note>> {
    let bytes = match fs::read(path(folder)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let tail = bytes
        .get(bytes.len().saturating_sub(TAIL_BYTES)..)
        .unwrap_or(&bytes);
    let text = String::from_utf8_lossy(tail);
    Ok(text
        .split("\n\n\n")
        .filter_map(|part| format!("{part}\n").parse().ok())
        .collect())
}

/// The database does not hold what was published from it.
#[derive(Debug, thiserror::Error)]
pub enum AnchorFault {
    /// A log is not there.
    #[error(
        "the database has no log {origin}, but {kept} entries of it were published: this is not the database of these \
         keys, or an old copy of it. {}",
        what_to_do(file)
    )]
    Missing {
        /// The log.
        origin: String,
        /// Entries published.
        kept: u64,
        /// The anchor file.
        file: PathBuf,
    },
    /// A log is shorter than what was published.
    #[error(
        "the log {origin} has {size} entries in the database, but {kept} were published: the database is an old copy. {}",
        what_to_do(file)
    )]
    Shorter {
        /// The log.
        origin: String,
        /// Entries there are.
        size: u64,
        /// Entries published.
        kept: u64,
        /// The anchor file.
        file: PathBuf,
    },
    /// A log went another way than what was published.
    #[error(
        "the first {kept} entries of the log {origin} are not those that were published: the database was set back and \
         written to again, or changed. {}",
        what_to_do(file)
    )]
    Different {
        /// The log.
        origin: String,
        /// Entries published.
        kept: u64,
        /// The anchor file.
        file: PathBuf,
    },
    /// The file cannot be read.
    #[error("the anchor file: {0}")]
    File(#[from] io::Error),
    /// The log cannot be read.
    #[error("the log: {0}")]
    Log(#[from] LogError),
}

fn what_to_do(file: &Path) -> String {
    format!(
        "Nothing was changed. Restore the newest backup, which must hold every published entry; what was published \
         stands in {}. Only if that street is given up for good, put this file aside and start again.",
        file.display()
    )
}

/// Compares every log with the longest checkpoint kept of it, so that no server goes on from an old copy of the
/// database and signs a second history.
///
/// # Errors
/// [`AnchorFault`], the first.
pub async fn compare(app: &App) -> Result<(), AnchorFault> {
    let folder = &app.config.keys;
    let mut longest: BTreeMap<String, Vec<Checkpoint>> = BTreeMap::new();
    for checkpoint in read(folder)? {
        let held = longest.entry(checkpoint.origin.clone()).or_default();
        let size = held.first().map_or(0, |c| c.size);
        if checkpoint.size > size {
            held.clear();
        }
        if checkpoint.size >= size && !held.contains(&checkpoint) {
            held.push(checkpoint);
        }
    }
    let heads = query::heads(app.db.reader()).await?;
    for checkpoint in longest.into_values().flatten() {
        let (origin, kept, file) = (checkpoint.origin, checkpoint.size, path(folder));
        let Some((tenant, head)) = heads.iter().find(|(_, head)| head.origin == origin) else {
            return Err(AnchorFault::Missing { origin, kept, file });
        };
        if head.size < kept {
            let size = head.size;
            return Err(AnchorFault::Shorter {
                origin,
                size,
                kept,
                file,
            });
        }
        match query::root_at(app.db.reader(), Scope::tenant(*tenant), kept).await {
            Ok(root) if root == checkpoint.root => {}
            Ok(_) | Err(LogError::NotFound) => return Err(AnchorFault::Different { origin, kept, file }),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
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
