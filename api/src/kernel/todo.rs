//! A thing that waits for a person; features tell them, the workbench lists them.

use super::date::CivilDate;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Fluent key of the sentence.
    pub words: &'static str,
    /// Named values of the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Where it is done.
    pub href: String,
    /// Until when; those without a day come last.
    pub due: Option<CivilDate>,
}

impl Todo {
    /// Something to do at `href`.
    #[must_use]
    pub fn new(words: &'static str, href: impl Into<String>) -> Self {
        Self {
            words,
            args: Vec::new(),
            href: href.into(),
            due: None,
        }
    }

    /// Adds a named value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Sets the day by which it must be done.
    #[must_use]
    pub fn due(mut self, day: CivilDate) -> Self {
        self.due = Some(day);
        self
    }

    /// Sort key: by day, those without one last.
    #[must_use]
    pub fn order(&self) -> (bool, Option<CivilDate>) {
        (self.due.is_none(), self.due)
    }
}
