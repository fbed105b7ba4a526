//! The server's own secrets, in files beside and never in the database. None of them can sign for a party.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::cursor::CursorKey;
use super::id::Ids;

/// The secrets.
#[derive(Clone)]
pub struct Keys {
    /// Seals list cursors.
    pub cursor: CursorKey,
    /// Encrypts and signs the session cookie.
    pub session: Zeroizing<[u8; 64]>,
    /// Seed of the Ed25519 key that signs log checkpoints.
    pub log_seed: Zeroizing<[u8; 32]>,
    /// Secret scalar of the ES256 key that signs access tokens.
    pub token_scalar: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Loads the key files of `folder`; those not there are made, readable by the owner only.
    ///
    /// # Errors
    /// Whatever keeps the files from being read or written, or a file of the wrong length.
    pub fn load_or_create(folder: &Path, ids: &dyn Ids) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            cursor: CursorKey::new(*secret::<32>(folder, "cursor.key", ids)?),
            session: secret::<64>(folder, "session.key", ids)?,
            log_seed: secret::<32>(folder, "log.key", ids)?,
            token_scalar: secret::<32>(folder, "token.key", ids)?,
        })
    }
}

/// The 32 secret bytes of a file, which is made if it is not there.
///
/// # Errors
/// As [`Keys::load_or_create`].
pub fn seed(folder: &Path, name: &str, ids: &dyn Ids) -> io::Result<Zeroizing<[u8; 32]>> {
    fs::create_dir_all(folder)?;
    secret::<32>(folder, name, ids)
}

fn secret<const N: usize>(folder: &Path, name: &str, ids: &dyn Ids) -> io::Result<Zeroizing<[u8; N]>> {
    let path = folder.join(name);
    let mut key = Zeroizing::new([0; N]);
    match fs::read(&path) {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            if bytes.len() != N {
                return Err(io::Error::other(format!(
                    "{name}: {N} bytes expected, {} found",
                    bytes.len()
                )));
            }
            key.copy_from_slice(&bytes);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            ids.fill(&mut *key);
            let mut file = private(&path)?;
            file.write_all(&*key)?;
            file.sync_all()?;
        }
        Err(error) => return Err(error),
    }
    Ok(key)
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}
