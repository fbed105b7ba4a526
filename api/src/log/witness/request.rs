//! The body of `add-checkpoint`: the size signed last, the proof that the log goes on from it, the checkpoint.

use std::fmt;
use std::str::FromStr;

use crate::log::hash::Hash32;
use crate::log::note::{NOTE_BYTES, Note};

/// Most lines of a proof.
pub const PROOF_LINES: usize = 63;
/// Largest request, bytes: the note and the proof.
pub const REQUEST_BYTES: usize = NOTE_BYTES + PROOF_LINES * 64;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size the witness signed last; 0 for none.
    pub old: u64,
    /// From there to the new checkpoint.
    pub proof: Vec<Hash32>,
    /// The checkpoint as the log signed it.
    pub note: Note,
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof
            .iter()
            .try_for_each(|node| writeln!(f, "{}", node.b64()))?;
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for AddCheckpoint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (head, note) = text.split_once("\n\n").ok_or(())?;
        let mut lines = head.split('\n');
        let old = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .ok_or(())?;
        let size: u64 = old.parse().map_err(|_| ())?;
        let proof: Option<Vec<Hash32>> = lines.map(Hash32::from_b64).collect();
        let proof = proof.filter(|proof| proof.len() <= PROOF_LINES).ok_or(())?;
        if size.to_string() != old {
            return Err(());
        }
        Ok(Self {
            old: size,
            proof,
            note: note.parse().map_err(|_| ())?,
        })
    }
}
