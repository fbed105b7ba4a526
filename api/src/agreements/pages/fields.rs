//! Reading the fields of drafts and counter-offers; every fault is told at its field.

use unicode_normalization::UnicodeNormalization;

use crate::agreements::domain::document::{Document, Due};
use crate::kernel::date::CivilDate;
use crate::kernel::problem::{Fault, Place, Problem};
use crate::kernel::text::{Text, TextFault};
use crate::web::form::{FormView, Posted};

/// Most instalments of one obligation.
const DUE_MAX: usize = 24;

/// A form being read.
pub(super) struct Fields<'a> {
    posted: &'a Posted,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(posted: &'a Posted) -> Self {
        Self {
            posted,
            faults: Vec::new(),
        }
    }

    /// Text of `MIN` to `MAX` characters.
    pub(super) fn text<const MIN: usize, const MAX: usize>(&mut self, name: &str) -> Option<String> {
        let fault = match Text::<MIN, MAX>::parse(self.posted.value(name)) {
            Ok(text) => return Some(text.into_string()),
            Err(TextFault::Empty) => Fault::field(name, "required"),
            Err(TextFault::Short { min }) => Fault::field(name, "too-short").arg("min", min.to_string()),
            Err(TextFault::Long { max }) => Fault::field(name, "too-long").arg("max", max.to_string()),
            Err(TextFault::Control) => Fault::field(name, "control"),
        };
        self.faults.push(fault);
        None
    }

    /// A day.
    pub(super) fn day(&mut self, name: &str) -> Option<CivilDate> {
        let raw = plain(self.posted.value(name));
        if raw.is_empty() {
            self.faults.push(Fault::field(name, "required"));
            return None;
        }
        let day = raw.parse().ok();
        if day.is_none() {
            self.faults.push(Fault::field(name, "not-a-day").value(&raw));
        }
        day
    }

    /// A whole number of `min` to `max`; full-width digits count.
    pub(super) fn count(&mut self, name: &str, min: u32, max: u32) -> Option<u32> {
        let raw = plain(self.posted.value(name));
        if raw.is_empty() {
            self.faults.push(Fault::field(name, "required"));
            return None;
        }
        let Ok(number) = raw.parse::<u32>() else {
            self.faults.push(Fault::field(name, "not-a-number").value(&raw));
            return None;
        };
        if (min..=max).contains(&number) {
            return Some(number);
        }
        let fault = Fault::field(name, "out-of-range").value(&raw);
        self.faults
            .push(fault.arg("min", min.to_string()).arg("max", max.to_string()));
        None
    }

    /// The instalments of obligation `i`; rows left empty are no instalments.
    pub(super) fn instalments(&mut self, i: usize) -> Option<Vec<Due>> {
        let mut due = Vec::new();
        let mut whole = true;
        for j in 0..DUE_MAX {
            let names = [
                format!("from-{i}-{j}"),
                format!("until-{i}-{j}"),
                format!("quantity-{i}-{j}"),
            ];
            if names.iter().all(|name| self.posted.value(name).trim().is_empty()) {
                continue;
            }
            let [from, until, quantity] = &names;
            let read = (
                self.day(from),
                self.day(until),
                self.count(quantity, 1, 1_000_000),
            );
            match read {
                (Some(from), Some(until), Some(quantity)) => due.push(Due {
                    from,
                    until,
                    quantity,
                }),
                _ => whole = false,
            }
        }
        if due.is_empty() && whole {
            self.faults
                .push(Fault::field(format!("quantity-{i}-0"), "required"));
            whole = false;
        }
        whole.then_some(due)
    }
}

/// Half-width and without blanks at the ends.
fn plain(raw: &str) -> String {
    raw.nfkc().collect::<String>().trim().to_owned()
}

/// Fills the fields of a document's obligations, with one empty row for a further instalment each.
pub(super) fn fill_obligations(
    f: &mut FormView,
    obligations: &[crate::agreements::domain::document::Obligation],
) {
    let mut put = |name: String, value: String| {
        f.values.insert(name, vec![value]);
    };
    for (i, owed) in obligations.iter().enumerate() {
        put(format!("what-{i}"), owed.what.clone());
        put(format!("acceptance-{i}"), owed.acceptance.clone());
        for (j, due) in owed.due.iter().enumerate() {
            put(format!("from-{i}-{j}"), due.from.to_string());
            put(format!("until-{i}-{j}"), due.until.to_string());
            put(format!("quantity-{i}-{j}"), due.quantity.to_string());
        }
    }
}

/// Rows of instalments to show for obligation `i`: those filled, and one empty.
pub(super) fn rows(f: &FormView, i: usize) -> Vec<usize> {
    let mut filled = (0..DUE_MAX).filter(|j| {
        ["from", "until", "quantity"]
            .iter()
            .any(|part| !f.value(&format!("{part}-{i}-{j}")).is_empty())
    });
    let last = filled.next_back().map_or(0, |j| j + 1);
    (0..=last.min(DUE_MAX - 1)).collect()
}

/// A problem of a document with its places named as fields of a form.
pub(super) fn at_fields(mut problem: Problem, clause_field: impl Fn(usize) -> String) -> Problem {
    for fault in &mut problem.faults {
        if let Place::Pointer(pointer) = &fault.place {
            fault.place = Place::Field(field_of(pointer, &clause_field));
        }
    }
    problem
}

fn field_of(pointer: &str, clause_field: &impl Fn(usize) -> String) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["obligations", i, "due", j, ..] => format!("from-{i}-{j}"),
        ["obligations", i, "what"] => format!("what-{i}"),
        ["obligations", i, "acceptance"] => format!("acceptance-{i}"),
        ["obligations", i, ..] => format!("quantity-{i}-0"),
        ["term", end] => (*end).to_owned(),
        ["clauses", i, ..] => i.parse().map_or_else(|_| "title".to_owned(), clause_field),
        ["sign_by"] => "sign_by".to_owned(),
        _ => "title".to_owned(),
    }
}

/// Puts posted values into a form view.
pub(super) fn put(f: &mut FormView, name: &str, value: impl Into<String>) {
    f.values.insert(name.to_owned(), vec![value.into()]);
}

/// The document with what the form changes of the words of its obligations.
pub(super) fn read_words(fields: &mut Fields<'_>, document: &mut Document) -> bool {
    let mut whole = true;
    for (i, owed) in document.obligations.iter_mut().enumerate() {
        let what = fields.text::<1, 500>(&format!("what-{i}"));
        let acceptance = fields.text::<1, 200>(&format!("acceptance-{i}"));
        match what.zip(acceptance) {
            Some((what, acceptance)) => {
                owed.what = what;
                owed.acceptance = acceptance;
            }
            None => whole = false,
        }
    }
    whole
}

/// The document with what the form changes of its obligations.
pub(super) fn read_obligations(fields: &mut Fields<'_>, document: &mut Document) -> bool {
    let mut whole = read_words(fields, document);
    for (i, owed) in document.obligations.iter_mut().enumerate() {
        match fields.instalments(i) {
            Some(due) => {
                owed.quantity = due.iter().map(|d| d.quantity).fold(0, u32::saturating_add);
                owed.due = due;
            }
            None => whole = false,
        }
    }
    whole
}
