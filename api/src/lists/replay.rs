//! Offers and needs rebuilt from the log.

use sea_orm::{ConnectionTrait, DbErr};

use super::entity::entry;
use crate::kernel::scope::Scope;
use crate::log::audit::{Class, Finding};
use crate::log::replay::{Fact, Reading, Table, rows, words_hash};

/// The lists, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Replay {
    entry: Table,
}

/// Columns that facts tell under the same name.
const SAME: [&str; 24] = [
    "id",
    "kind",
    "number",
    "cycle",
    "party",
    "area",
    "title",
    "quantity",
    "smallest",
    "measure",
    "windows",
    "reach",
    "audience",
    "language",
    "modes",
    "priority",
    "beneficiaries",
    "level",
    "state",
    "paused_until",
    "source",
    "import",
    "changed",
    "rev",
];
/// Columns of free words, which facts tell by their hash.
const WORDS: [&str; 5] = ["detail", "place", "note", "return_wish", "reason"];

impl Replay {
    /// Takes the next leaf's facts.
    pub fn take(&mut self, index: u64, facts: &[Fact]) {
        let lists = facts
            .iter()
            .filter(|fact| fact.value["schema"] == "gongjian.list/1");
        for told in lists.flat_map(|fact| fact.value["rows"].as_array().into_iter().flatten()) {
            let row = self.entry.row(told["id"].as_str().unwrap_or_default());
            row.take(told, &SAME, index);
            row.take(told, &WORDS, index);
            for (member, column) in [
                ("type", "type_code"),
                ("from", "from_day"),
                ("until", "until_day"),
            ] {
                if let Some(value) = told.get(member) {
                    row.set(column, value.clone(), index);
                }
            }
        }
    }

    /// Holds the database against the log; `party` names a party.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn compare(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        party: &dyn Fn(&str) -> String,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let found = rows::<entry::Entity>(db, entry::Column::Tenant, scope).await?;
        let hashed: Vec<entry::Model> = found.into_iter().map(hashed).collect();
        let reading = Reading::<entry::Model> {
            table: "list_entry",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| {
                let (kind, number) = (row.text("kind"), row.get("number"));
                format!(
                    "{kind} {number} {} {}",
                    party(row.text("party")),
                    row.text("title")
                )
            },
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.entry.compare::<entry::Entity>(&hashed, &reading, findings);
        Ok(())
    }
}

/// The row with the hashes of its free words in their place.
fn hashed(row: entry::Model) -> entry::Model {
    let id = row.id.to_string();
    let hash = |column: &str, words: &str| words_hash(&id, column, words);
    entry::Model {
        detail: hash("detail", &row.detail),
        place: hash("place", &row.place),
        note: hash("note", &row.note),
        return_wish: hash("return_wish", &row.return_wish),
        reason: row.reason.as_deref().map(|reason| hash("reason", reason)),
        ..row
    }
}
