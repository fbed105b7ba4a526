//! The one error value that leaves a service: RFC 9457 on the API, an error page or a marked form on
//! pages. It carries codes and arguments; words are chosen where the language is known.

use sea_orm::{DbErr, SqlErr};

use super::limit;

/// Why an act was refused, or what failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code of the catalogue (`agreements.md` §6.3); Fluent key `problem-<code>`.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Every fault found in the input.
    pub faults: Vec<Fault>,
    /// Further members of the JSON body.
    pub members: Vec<(&'static str, serde_json::Value)>,
    /// What really happened; logged, never shown.
    pub cause: Option<String>,
    conflict: bool,
}

/// One thing wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// Stable code; Fluent keys `fault-<code>` (what is wrong) and `fault-<code>-action` (what to do).
    pub code: &'static str,
    /// The value given, cut to 80 characters.
    pub value: Option<String>,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
}

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON Pointer into the body.
    Pointer(String),
    /// A form field by its name.
    Field(String),
    /// A query parameter.
    Query(String),
    /// A request header.
    Header(&'static str),
}

impl Problem {
    /// A problem with this code and status.
    #[must_use]
    pub fn new(code: &'static str, status: u16) -> Self {
        Self {
            code,
            status,
            args: Vec::new(),
            faults: Vec::new(),
            members: Vec::new(),
            cause: None,
            conflict: false,
        }
    }

    /// 404: not there, or not yours; the two look the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new("not-found", 404)
    }

    /// 500: our fault; `cause` is logged and never shown.
    #[must_use]
    pub fn internal(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new("internal", 500)
        }
    }

    /// 422 with every fault.
    #[must_use]
    pub fn validation(faults: Vec<Fault>) -> Self {
        Self {
            faults,
            ..Self::new("validation", 422)
        }
    }

    /// Adds a named value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Adds a member to the JSON body.
    #[must_use]
    pub fn member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// Adds faults.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }

    /// Whether running the transaction again may help.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.conflict
    }
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(place: Place, code: &'static str) -> Self {
        Self {
            place,
            code,
            value: None,
            args: Vec::new(),
        }
    }

    /// A fault of a form field.
    #[must_use]
    pub fn field(name: impl Into<String>, code: &'static str) -> Self {
        Self::new(Place::Field(name.into()), code)
    }

    /// A fault at a JSON Pointer.
    #[must_use]
    pub fn pointer(pointer: impl Into<String>, code: &'static str) -> Self {
        Self::new(Place::Pointer(pointer.into()), code)
    }

    /// Tells the value given, cut to what is shown.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        let mut shown: String = value.chars().take(limit::SHOWN_VALUE_CHARS).collect();
        if value.chars().nth(limit::SHOWN_VALUE_CHARS).is_some() {
            shown.push('…');
        }
        self.value = Some(shown);
        self
    }

    /// Adds a named value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        let text = error.to_string();
        let unique = matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)));
        let serial = [
            "40001",
            "40P01",
            "deadlock",
            "could not serialize",
            "database is locked",
        ];
        let conflict = unique || serial.iter().any(|mark| text.contains(mark));
        let busy = conflict || matches!(error, DbErr::ConnectionAcquire(_));
        let base = if busy {
            Self::new("busy", 503)
        } else {
            Self::new("internal", 500)
        };
        Self {
            cause: Some(text),
            conflict,
            ..base
        }
    }
}
