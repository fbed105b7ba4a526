//! What is kept of lists that were handed in, until they are accepted or dropped.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::import::field::Field;
use super::super::import::layout::RowInput;
use super::super::import::outcome::Question;
use super::super::import::party::PartyEntry;
use super::super::import::registers::{Carry, RegisterFault, RegisterKind};
use super::{Kind, ServiceType};

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Waits for answers, or to be handed in.
    Open,
    /// Handed in whole.
    Accepted,
    /// Given up; nothing of it was taken.
    Dropped,
}

impl ImportState {
    /// The stored form; words under `import-state-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Accepted, Self::Dropped]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// How a kept row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowState {
    /// Goes in with the next handing in.
    Ready,
    /// Waits for an answer.
    Asked,
    /// Cannot be used.
    Refused,
    /// A note.
    Note,
    /// On a hidden sheet, waits for the sheet's answer.
    Held,
    /// Left out by a person.
    Left,
    /// Became an offer or a need.
    Taken,
}

impl RowState {
    /// Every state, in the order shown.
    pub const ALL: [Self; 7] = [
        Self::Taken,
        Self::Ready,
        Self::Asked,
        Self::Held,
        Self::Refused,
        Self::Left,
        Self::Note,
    ];

    /// The stored form; words under `row-state-<code>`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Note => "note",
            Self::Held => "held",
            Self::Left => "left",
            Self::Taken => "taken",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a kept row is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum KeptRow {
    /// A row of a list.
    List {
        /// Its cells; telephones and names of contacts are not kept.
        input: RowInput,
    },
    /// A note.
    Note {
        /// Its words.
        text: String,
    },
    /// A question about a whole sheet.
    Whole {
        /// The question.
        question: Question,
        /// Rows it stands for that are not kept.
        rows: usize,
    },
}

/// What a person answered for a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Texts in the place of cells.
    pub fields: Vec<(Field, String)>,
    /// Offer or need.
    pub kind: Option<Kind>,
    /// The list is one of this year after all.
    pub this_year: bool,
}

impl Answers {
    /// Sets a field's answer, in the place of a former one.
    pub fn set(&mut self, field: Field, text: String) {
        self.fields.retain(|(known, _)| *known != field);
        self.fields.push((field, text));
    }
}

/// A file that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// Code of the fault, `list-password`.
    pub code: String,
    /// Named values of the fault's sentence.
    pub args: Vec<(String, String)>,
}

/// A register that came with the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterTold {
    /// The file.
    pub name: String,
    /// What it holds.
    pub kind: RegisterKind,
    /// Rows used.
    pub rows: usize,
    /// Rows not used.
    pub faults: Vec<RegisterFault>,
}

/// What registers bring, taken when the import is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brings {
    /// New parties, and what is new about known ones; their key is the id of a known one, else the name.
    pub parties: Vec<PartyEntry>,
    /// Service types in the place of the tenant's.
    pub types: Vec<ServiceType>,
    /// Households by the community's key.
    pub households: BTreeMap<String, u32>,
    /// What parties carry in, by key.
    pub carry: BTreeMap<String, Carry>,
}

impl Brings {
    /// Whether there is anything to take.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an import tells beside its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// Files not read.
    pub refused: Vec<RefusedFile>,
    /// Registers among the files.
    pub registers: Vec<RegisterTold>,
    /// What the registers bring.
    pub brings: Brings,
}

/// What a file tells beside its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileTold {
    /// `UTF-8` or `GB18030`, for text files.
    pub encoding: Option<String>,
    /// Macros are inside; they were not run.
    pub macros: bool,
    /// Sheets with pictures, which were not read.
    pub pictures: Vec<String>,
    /// Remarks pinned to cells: sheet, row, text.
    pub comments: Vec<(String, u32, String)>,
    /// Columns nobody knows: sheet, head.
    pub unknown: Vec<(String, String)>,
}
