//! Checkpoints (C2SP tlog-checkpoint): the log's promise that its first `size` leaves have this root.

use std::fmt;
use std::str::FromStr;

use super::hash::Hash32;
use super::note::{Note, NoteFault, NoteSigner, fault};

/// Origin, size and root of a log at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Host and path of the log, without scheme.
    pub origin: String,
    /// Leaves covered.
    pub size: u64,
    /// Root over them.
    pub root: Hash32,
}

impl Checkpoint {
    /// The checkpoint as a note signed by the log.
    #[must_use]
    pub fn sign(&self, key: &NoteSigner) -> Note {
        let text = self.to_string();
        Note {
            lines: vec![key.line(&text, 0)],
            text,
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.b64())
    }
}

impl FromStr for Checkpoint {
    type Err = NoteFault;

    /// Exactly three lines; extension lines are refused.
    fn from_str(text: &str) -> Result<Self, NoteFault> {
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, size, root, ""] = lines.as_slice() else {
            return fault("a checkpoint has exactly three lines: origin, size, root");
        };
        let read = (|| {
            Some(Self {
                origin: (*origin).to_owned(),
                size: size.parse().ok()?,
                root: Hash32::from_b64(root)?,
            })
        })();
        match read {
            Some(checkpoint) if checkpoint.to_string() == text && !origin.is_empty() => Ok(checkpoint),
            _ => fault("size or root of the checkpoint is not written as it should be"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_plain_lines_are_a_checkpoint() {
        let good = format!("a/log\n9\n{}\n", Hash32::of(b"").b64());
        assert_eq!(good.parse::<Checkpoint>().unwrap().to_string(), good);
        for bad in [
            good.replace("9\n", "09\n"),
            good.replace("9\n", "+9\n"),
            format!("{good}extension\n"),
            good.trim_end().to_owned(),
            good.replace("a/log", ""),
        ] {
            assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?}");
        }
    }
}
