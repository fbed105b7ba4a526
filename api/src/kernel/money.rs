//! Money in whole fen (分).

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of 0 … 10^12 fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Fen(i64);

/// Not an amount between 0 and 10^12 fen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an amount between 0 and 10^12 fen")]
pub struct NotAnAmount(pub i64);

impl TryFrom<i64> for Fen {
    type Error = NotAnAmount;

    fn try_from(fen: i64) -> Result<Self, NotAnAmount> {
        if (0..=1_000_000_000_000).contains(&fen) {
            Ok(Self(fen))
        } else {
            Err(NotAnAmount(fen))
        }
    }
}

impl From<Fen> for i64 {
    fn from(fen: Fen) -> i64 {
        fen.0
    }
}

impl fmt::Display for Fen {
    /// Yuan with two decimals, `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
