//! Who sits in a meeting: organisations, each with one vote.

use serde::{Deserialize, Serialize};

use crate::kernel::id::{Id, Party};

/// A voting member (成员单位): an organisation and the title of who speaks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The organisation.
    pub party: Id<Party>,
    /// Its name when the meeting was called.
    pub name: String,
    /// Title of its representative, never a person's name.
    pub title: String,
    /// Whether it takes part.
    pub attendance: Attendance,
}

/// Whether a member takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Attendance {
    /// 未到会
    Absent,
    /// 到会
    Present,
    /// 委托: a deputy with a written mandate.
    Mandate {
        /// Name and title of the deputy. It stays in this row alone: facts and minutes do not name people.
        holder: String,
    },
}

impl Attendance {
    /// The wire form; words under `meeting-attendance-<code>`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Present => "present",
            Self::Mandate { .. } => "mandate",
        }
    }

    /// Whether the member counts towards a quorum and may vote.
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The deputy, if one was sent.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::Mandate { holder } => Some(holder),
            Self::Absent | Self::Present => None,
        }
    }
}
