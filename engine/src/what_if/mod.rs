//! What would be if something were otherwise: a change of the lists or the rules, and what each rule costs.

mod rules;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use rules::{Rule, RulePrice, price_rules};

use crate::model::{Document, Instance};
use crate::validate::{self, Fault};

/// A list of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Service types.
    Types,
    /// Parties.
    Parties,
    /// Offers.
    Offers,
    /// Needs.
    Needs,
    /// Funds.
    Funds,
}

/// A change of an instance, in the words of its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Change {
    /// A row more.
    Add {
        /// To which list.
        list: List,
        /// The row, as in the document.
        row: Map<String, Value>,
    },
    /// A row less. With a party go its offers and needs; what was promised about a row that goes, goes too.
    Remove {
        /// From which list.
        list: List,
        /// The row's id.
        id: String,
    },
    /// Another value for some members of a row, e.g. `{"max_agreements": 5}` of a party or `{"budget_fen": 100000}` of a
    /// fund.
    Alter {
        /// In which list.
        list: List,
        /// The row's id.
        id: String,
        /// The members with their new values.
        set: Map<String, Value>,
    },
    /// Other settings of the rules, e.g. `{"fixed_micro": 0}`.
    Rules {
        /// The settings with their new values.
        set: Map<String, Value>,
    },
    /// One rule less.
    Without {
        /// The rule.
        rule: Rule,
    },
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Parties => "parties",
            Self::Offers => "offers",
            Self::Needs => "needs",
            Self::Funds => "funds",
        }
    }
}

/// The instance with these changes made in order.
///
/// # Errors
/// Every fault of the changed instance; an unknown row is one.
pub fn apply(instance: &Instance, changes: &[Change]) -> Result<Instance, Vec<Fault>> {
    let mut document = json!(instance.document);
    for change in changes {
        make(&mut document, change)?;
    }
    let document: Document = serde_json::from_value(document).map_err(|error| fault("", error))?;
    validate::build(document)
}

fn fault(path: &str, value: impl std::fmt::Display) -> Vec<Fault> {
    vec![Fault {
        path: path.to_owned(),
        code: "unknown_id",
        value: value.to_string(),
    }]
}

fn make(document: &mut Value, change: &Change) -> Result<(), Vec<Fault>> {
    match change {
        Change::Add { list, row } => {
            if let Some(rows) = document[list.name()].as_array_mut() {
                rows.push(Value::Object(row.clone()));
            }
        }
        Change::Remove { list, id } => {
            row(document, *list, id)?;
            remove(document, *list, id);
        }
        Change::Alter { list, id, set } => merge(row(document, *list, id)?, set),
        Change::Rules { set } => merge(&mut document["policy"], set),
        Change::Without { rule } => {
            let mut lists: Document =
                serde_json::from_value(document.take()).map_err(|error| fault("", error))?;
            rule.take_away(&mut lists);
            *document = json!(lists);
        }
    }
    Ok(())
}

fn row<'a>(document: &'a mut Value, list: List, id: &str) -> Result<&'a mut Value, Vec<Fault>> {
    let rows = document[list.name()].as_array_mut();
    let found = rows.and_then(|rows| rows.iter_mut().find(|row| row["id"] == id));
    found.ok_or_else(|| fault(&format!("/{}", list.name()), id))
}

fn merge(row: &mut Value, set: &Map<String, Value>) {
    for (name, value) in set {
        row[name.as_str()] = value.clone();
    }
}

/// Removes a row and what cannot be without it.
fn remove(document: &mut Value, list: List, id: &str) {
    let mut gone: Vec<(List, String)> = vec![(list, id.to_owned())];
    if list == List::Parties {
        for of in [List::Offers, List::Needs] {
            let rows = document[of.name()].as_array().into_iter().flatten();
            let own = rows.filter(|row| row["party"] == id);
            gone.extend(own.filter_map(|row| row["id"].as_str().map(|id| (of, id.to_owned()))));
        }
    }
    for (list, id) in &gone {
        keep(&mut document[list.name()], |row| row["id"] != id.as_str());
        let singular = list.name().trim_end_matches('s').replace("partie", "party");
        keep(&mut document["commitments"], |row| {
            row["target"] != singular.as_str() || row["id"] != id.as_str()
        });
        for promises in ["pins", "bans"] {
            keep(&mut document[promises], |row| !names(row, &singular, id));
        }
    }
}

/// Whether a pin or ban is about this row.
fn names(promise: &Value, singular: &str, id: &str) -> bool {
    let mut inner = promise.as_object().into_iter().flat_map(|kinds| kinds.values());
    inner.any(|about| {
        let mut members = about["members"].as_array().into_iter().flatten();
        (singular == "party" && members.any(|m| m == id)) || about[singular] == id
    })
}

fn keep(rows: &mut Value, wanted: impl Fn(&Value) -> bool) {
    if let Some(rows) = rows.as_array_mut() {
        rows.retain(wanted);
    }
}
