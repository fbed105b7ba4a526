//! Why a whole file was refused.

use crate::kernel::problem::{Fault, Problem};

/// A file that cannot be read as a list; nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// More bytes than allowed.
    #[error("larger than {limit_mib} MiB")]
    TooManyBytes {
        /// The limit.
        limit_mib: u64,
    },
    /// Unfolds to more bytes than allowed.
    #[error("unfolds to more than {limit_mib} MiB")]
    Bomb {
        /// The limit.
        limit_mib: u64,
    },
    /// More rows than allowed.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// More columns than allowed.
    #[error("sheet {sheet} has more than {limit} columns")]
    TooManyColumns {
        /// The sheet.
        sheet: String,
        /// The limit.
        limit: usize,
    },
    /// No cell holds anything.
    #[error("empty")]
    Empty,
    /// Only pictures: a scan of a list.
    #[error("only pictures")]
    OnlyPictures,
    /// Protected by a password.
    #[error("protected by a password")]
    Password,
    /// Another kind of file; `is` is `word`, `pdf`, `picture`, `et`, `ods`, `xlsb`, `zip`, `html` or `unknown`.
    #[error("not a list but {is}")]
    NotASheet {
        /// What it is.
        is: &'static str,
    },
    /// Damaged; the reader's message is kept for the log.
    #[error("damaged: {detail}")]
    Damaged {
        /// What the reader said.
        detail: String,
    },
    /// A text file with a byte that is neither UTF-8 nor GB18030.
    #[error("line {line}, byte {column} fits no encoding")]
    Encoding {
        /// 1-based line.
        line: usize,
        /// 1-based byte of the line.
        column: usize,
    },
    /// A register, which only the street brings.
    #[error("a register")]
    Register,
    /// The same bytes came before.
    #[error("the same bytes came as {first}")]
    SameFile {
        /// Name of the file that came first.
        first: String,
    },
}

impl FileFault {
    /// Stable code, `list.too_many_bytes`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyBytes { .. } => "list-too-many-bytes",
            Self::Bomb { .. } => "list-bomb",
            Self::TooManyRows { .. } => "list-too-many-rows",
            Self::TooManyColumns { .. } => "list-too-many-columns",
            Self::Empty => "list-empty",
            Self::OnlyPictures => "list-only-pictures",
            Self::Password => "list-password",
            Self::NotASheet { is } => match *is {
                "word" => "list-not-a-sheet-word",
                "pdf" => "list-not-a-sheet-pdf",
                "picture" => "list-not-a-sheet-picture",
                "et" => "list-not-a-sheet-et",
                "ods" => "list-not-a-sheet-ods",
                "xlsb" => "list-not-a-sheet-xlsb",
                _ => "list-not-a-sheet",
            },
            Self::Damaged { .. } => "list-damaged",
            Self::Encoding { .. } => "list-encoding",
            Self::SameFile { .. } => "list-same-file",
            Self::Register => "list-register",
        }
    }

    /// Named values for the sentence.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooManyBytes { limit_mib } | Self::Bomb { limit_mib } => {
                vec![("limit", limit_mib.to_string())]
            }
            Self::TooManyRows { limit } => vec![("limit", limit.to_string())],
            Self::TooManyColumns { sheet, limit } => {
                vec![("sheet", sheet.clone()), ("limit", limit.to_string())]
            }
            Self::Encoding { line, column } => {
                vec![("line", line.to_string()), ("column", column.to_string())]
            }
            Self::SameFile { first } => vec![("first", first.clone())],
            Self::Empty
            | Self::Register
            | Self::OnlyPictures
            | Self::Password
            | Self::NotASheet { .. }
            | Self::Damaged { .. } => Vec::new(),
        }
    }

    /// The fault of the form field `files`, with the file's name as the value.
    #[must_use]
    pub fn of_file(&self, name: &str) -> Fault {
        let mut fault = Fault::field("files", self.code()).value(name);
        fault.args = self.args();
        fault
    }

    /// As a problem for an upload of one file.
    #[must_use]
    pub fn problem(&self, name: &str) -> Problem {
        Problem::validation(vec![self.of_file(name)])
    }
}
