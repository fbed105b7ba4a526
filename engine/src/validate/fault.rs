//! What is wrong with an instance, and where.

use serde::Serialize;

use crate::model::Instance;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// JSON Pointer into the document; empty for the whole.
    pub path: String,
    /// Stable code: `out_of_range`, `duplicate_id`, `unknown_id`, …
    pub code: &'static str,
    /// The value found, cut to 80 characters.
    pub value: String,
}

impl Fault {
    /// The text is no instance.
    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        Self {
            path: String::new(),
            code: "unreadable",
            value: cut(&error.to_string()),
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(160).collect()
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub(super) fn add(
        &mut self,
        path: impl std::fmt::Display,
        code: &'static str,
        value: impl std::fmt::Display,
    ) {
        self.0.push(Fault {
            path: path.to_string(),
            code,
            value: cut(&value.to_string()),
        });
    }

    /// Notes a number outside `least..=most`.
    pub(super) fn range(&mut self, path: impl std::fmt::Display, value: i64, least: i64, most: i64) {
        if !(least..=most).contains(&value) {
            self.add(path, "out_of_range", value);
        }
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The instance, unless something was found.
    pub(super) fn none_or(self, instance: Instance) -> Result<Instance, Vec<Fault>> {
        if self.0.is_empty() {
            Ok(instance)
        } else {
            Err(self.0)
        }
    }
}
