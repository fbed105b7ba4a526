//! How a row ends: ready, asked with its questions, refused with its reasons, or kept as a note.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::domain::{Measure, Window};
use super::field::Field;
use super::layout::{InputCell, Origin};
use crate::kernel::date::CivilDate;

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Becomes an offer or a need as soon as its list is handed in.
    Ready,
    /// Waits for an answer.
    Asked,
    /// Cannot be used; says why and what to do.
    Refused,
    /// A note, total or signature line.
    Note,
}

impl Outcome {
    /// `ready`, `asked`, `refused` or `note`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Note => "note",
        }
    }
}

/// Where in the row, with what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// What the cell holds.
    pub field: Field,
    /// 0-based column; `None` if no column holds it.
    pub column: Option<u32>,
    /// The column's head.
    pub head: String,
    /// The value as shown.
    pub value: String,
}

impl Spot {
    /// The spot of a cell.
    #[must_use]
    pub fn of(cell: &InputCell) -> Self {
        Self {
            field: cell.field,
            // An answer where nothing stood has no column.
            column: Some(cell.column).filter(|_| cell.origin != Origin::Answer || !cell.head.is_empty()),
            head: cell.head.clone(),
            value: super::super::domain::tidy(&cell.value.shown()),
        }
    }

    /// A field that no column holds, or whose cell is blank.
    #[must_use]
    pub fn missing(field: Field) -> Self {
        Self {
            field,
            column: None,
            head: String::new(),
            value: String::new(),
        }
    }
}

/// One answer that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is put in the cell's place.
    pub value: String,
    /// What is shown; empty = the value itself.
    pub label: String,
}

/// Something only a person can settle. The words are `question-<code>` in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable code, `vague_quantity`.
    pub code: String,
    /// Where.
    pub spot: Spot,
    /// Named values for the sentence.
    pub args: BTreeMap<String, String>,
    /// Answers offered.
    pub choices: Vec<Choice>,
    /// What is offered in the free field.
    pub suggestion: Option<String>,
}

/// Why a row cannot be used. The words are `refusal-<code>` and `refusal-<code>-action`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable code, `impossible_date`.
    pub code: String,
    /// Where.
    pub spot: Spot,
    /// Named values for the sentence.
    pub args: BTreeMap<String, String>,
}

/// A cell made regular: was → now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What the cell holds.
    pub field: Field,
    /// 0-based column.
    pub column: u32,
    /// As it stood.
    pub was: String,
    /// As it is understood.
    pub now: String,
    /// Why: `alias`, `about`, `year_added` …
    pub code: String,
}

/// Something shown that stops nothing. The words are `notice-<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code, `phone_incomplete`.
    pub code: String,
    /// Where.
    pub spot: Spot,
}

/// A party by what the caller knows it by, and its registered name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRef {
    /// An id, or the name.
    pub key: String,
    /// The registered name.
    pub name: String,
}

/// What a row says, as far as it is understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// Whose.
    pub party: Option<PartyRef>,
    /// Code of the service type.
    pub type_code: Option<String>,
    /// Short title, at most 40 characters.
    pub title: String,
    /// More about it.
    pub detail: String,
    /// How many of `measure`.
    pub quantity: Option<u32>,
    /// What is counted.
    pub measure: Option<Measure>,
    /// Hours of the week; none = any time.
    pub windows: Vec<Window>,
    /// First day; none = the cycle's.
    pub from: Option<CivilDate>,
    /// Last day; none = the cycle's.
    pub until: Option<CivilDate>,
    /// Where.
    pub place: String,
    /// For whom, as written.
    pub audience: String,
    /// How far it reaches, as written.
    pub reach: String,
    /// Smallest lot of an offer, smallest useful amount of a need.
    pub smallest: Option<u32>,
    /// 1–5.
    pub priority: Option<u8>,
    /// How many people gain.
    pub beneficiaries: Option<u32>,
    /// Who to speak to.
    pub contact: String,
    /// Telephone.
    pub phone: String,
    /// Remarks.
    pub note: String,
    /// What the giver would like in return.
    pub return_wish: String,
}

/// A row, judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Judged {
    /// What is understood.
    pub draft: Draft,
    /// Open questions.
    pub questions: Vec<Question>,
    /// Reasons against it.
    pub refusals: Vec<Refusal>,
    /// Cells made regular.
    pub changes: Vec<Change>,
    /// Things to know.
    pub notices: Vec<Notice>,
}

impl Judged {
    /// A reason against it outweighs a question, a question outweighs readiness.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if !self.refusals.is_empty() {
            Outcome::Refused
        } else if !self.questions.is_empty() {
            Outcome::Asked
        } else {
            Outcome::Ready
        }
    }

    /// Asks.
    pub fn ask(&mut self, question: Question) {
        self.questions.push(question);
    }

    /// Refuses.
    pub fn refuse(&mut self, code: &str, spot: Spot) {
        self.refusals.push(Refusal {
            code: code.to_owned(),
            spot,
            args: BTreeMap::new(),
        });
    }

    /// Tells.
    pub fn tell(&mut self, code: &str, spot: Spot) {
        self.notices.push(Notice {
            code: code.to_owned(),
            spot,
        });
    }

    /// Keeps was → now, if they differ.
    pub fn change(&mut self, cell: &InputCell, now: impl Into<String>, code: &str) {
        let (was, now) = (cell.value.shown(), now.into());
        if was != now {
            self.changes.push(Change {
                field: cell.field,
                column: cell.column,
                was,
                now,
                code: code.to_owned(),
            });
        }
    }
}

impl Question {
    /// A question with its code and place.
    #[must_use]
    pub fn new(code: &str, spot: Spot) -> Self {
        Self {
            code: code.to_owned(),
            spot,
            args: BTreeMap::new(),
            choices: Vec::new(),
            suggestion: None,
        }
    }

    /// Adds an answer to choose.
    #[must_use]
    pub fn choice(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.choices.push(Choice {
            value: value.into(),
            label: label.into(),
        });
        self
    }

    /// Adds a named value.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// Sets what the free field offers.
    #[must_use]
    pub fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }
}
