//! Photos and scans: kept under their hash, which is all that a report names.

use crate::kernel::actor::Actor;
use crate::kernel::limit;
use crate::kernel::problem::Problem;
use crate::kernel::tx::Tx;
use crate::ledger::entity::blob;
use crate::ledger::error::LedgerError;
use crate::ledger::store;
use crate::log::hash::Hash32;

/// A photo or scan, its kind told by its content.
#[derive(Debug, Clone)]
pub struct File {
    media: &'static str,
    bytes: Vec<u8>,
    hash: Hash32,
}

/// How files of the kinds taken begin.
const KINDS: [(&[u8], &str); 3] = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
];

impl File {
    /// Reads a file; what its name says is not looked at.
    ///
    /// # Errors
    /// [`LedgerError::MediaType`] for any other kind; `body-too-large`.
    pub fn read(bytes: Vec<u8>) -> Result<Self, LedgerError> {
        if bytes.len() > limit::EVIDENCE_BYTES {
            return Err(Problem::new("body-too-large", 413).into());
        }
        let kind = KINDS.iter().find(|(begin, _)| bytes.starts_with(begin));
        let (_, media) = kind.ok_or(LedgerError::MediaType)?;
        Ok(Self {
            media,
            hash: Hash32::of(&bytes),
            bytes,
        })
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        self.hash
    }
}

/// Keeps a file.
///
/// # Errors
/// What the database reports.
pub async fn keep(tx: &Tx, actor: &Actor, file: &File) -> Result<(), LedgerError> {
    let row = blob::Model {
        tenant: actor.scope.tenant.uuid(),
        hash: file.hash.bytes().to_vec(),
        media: file.media.to_owned(),
        size: i32::try_from(file.bytes.len()).map_err(|error| LedgerError::Broken(error.to_string()))?,
        bytes: Some(file.bytes.clone()),
        erased_at: None,
    };
    Ok(store::keep_blob(tx.db(), row).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind() {
        assert!(File::read(b"%PDF-1.7".to_vec()).is_ok());
        assert!(matches!(
            File::read(b"<svg>".to_vec()),
            Err(LedgerError::MediaType)
        ));
        assert!(matches!(File::read(Vec::new()), Err(LedgerError::MediaType)));
        let mut most = b"%PDF-".to_vec();
        most.resize(limit::EVIDENCE_BYTES, 0);
        assert!(File::read(most.clone()).is_ok());
        most.push(0);
        assert!(File::read(most).is_err());
    }
}
