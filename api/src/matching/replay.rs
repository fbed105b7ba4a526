//! Plans and proposals rebuilt from the log. Meetings move proposals; their leaves tell how.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::entity::{plan, proposal};
use super::service::REPLACEABLE;
use crate::kernel::scope::Scope;
use crate::log::audit::{Class, Finding};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::replay::{Fact, Reading, Table, rows};

/// Plans and proposals, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Replay {
    plan: Table,
    proposal: Table,
    /// Proposals on agendas, by meeting and item.
    tabled: BTreeMap<(String, i64), String>,
}

impl Replay {
    /// Takes the next leaf.
    pub fn take(&mut self, leaf: &Leaf, facts: &[Fact]) {
        let subject = leaf.subject.id.to_string();
        match leaf.kind.as_str() {
            "plan.recorded" => self.recorded(leaf, &subject, facts),
            "plan.handed_over" => self.handed_over(leaf.index, &subject),
            "meeting.called" => {
                let items = facts
                    .iter()
                    .filter_map(|fact| fact.value["items"].as_array())
                    .flatten();
                for item in items {
                    self.table(leaf.index, &subject, item);
                }
            }
            "meeting.item_added" => self.table(leaf.index, &subject, &Value::Object(leaf.data.clone())),
            "decision.recorded" => {
                let to = leaf.text("outcome").unwrap_or_default();
                self.shift(leaf.index, leaf.text("proposal").unwrap_or_default(), to);
            }
            "meeting.closed" => {
                let left = facts
                    .iter()
                    .filter_map(|fact| fact.value["not_decided"].as_array());
                for item in left.flatten().filter_map(Value::as_i64) {
                    if let Some(proposal) = self.tabled.get(&(subject.clone(), item)).cloned() {
                        self.shift(leaf.index, &proposal, "acknowledged");
                    }
                }
            }
            _ => {}
        }
    }

    fn recorded(&mut self, leaf: &Leaf, id: &str, facts: &[Fact]) {
        let told = Value::Object(leaf.data.clone());
        let row = self.plan.row(id);
        row.set("id", id, leaf.index);
        row.set("parent", Value::Null, leaf.index);
        let columns = [
            "certificate",
            "instance",
            "plan",
            "reasons",
            "value_micro",
            "bound_micro",
            "gap_ppm",
            "status",
        ];
        row.take(&told, &columns, leaf.index);
        row.take(&told, &["run", "at"], leaf.index);
        for (column, member) in [("instance_hash", "instance"), ("plan_hash", "plan")] {
            row.set(column, told[member].clone(), leaf.index);
        }
        let proposals = facts
            .iter()
            .filter(|fact| fact.value["schema"] == "gongjian.proposals/1");
        for told in proposals.flat_map(|fact| fact.value["rows"].as_array().into_iter().flatten()) {
            let row = self.proposal.row(told["id"].as_str().unwrap_or_default());
            row.take(told, &["id", "no", "body"], leaf.index);
            row.set("plan", id, leaf.index);
            row.set("state", "draft", leaf.index);
            row.set("rev", 1, leaf.index);
        }
    }

    fn handed_over(&mut self, index: u64, plan: &str) {
        for row in self.proposal.rows_mut() {
            let own = row.text("plan") == plan;
            let to = match row.text("state") {
                "draft" if own => "proposed",
                state if !own && REPLACEABLE.contains(&state) => "superseded",
                _ => continue,
            };
            row.set("state", to, index);
            row.step(index);
        }
    }

    fn table(&mut self, index: u64, meeting: &str, item: &Value) {
        let proposal = item["proposal"].as_str().unwrap_or_default().to_owned();
        self.shift(index, &proposal, "tabled");
        let number = item["item"].as_i64().unwrap_or(0);
        self.tabled.insert((meeting.to_owned(), number), proposal);
    }

    fn shift(&mut self, index: u64, proposal: &str, to: &str) {
        if let Some(row) = self.proposal.find_mut(proposal) {
            row.set("state", to, index);
            row.step(index);
        }
    }

    /// Holds the database against the log.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn compare(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let stored = rows::<plan::Entity>(db, plan::Column::Tenant, scope).await?;
        let hashed: Vec<plan::Model> = stored.into_iter().map(hashed).collect();
        let reading = Reading::<plan::Model> {
            table: "plan",
            class: Class::Document,
            key: &|row| row.id.to_string(),
            called: &|row| row.text("id").to_owned(),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.plan.compare::<plan::Entity>(&hashed, &reading, findings);
        let found = rows::<proposal::Entity>(db, proposal::Column::Tenant, scope).await?;
        let reading = Reading::<proposal::Model> {
            table: "proposal",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| {
                let body: Value = serde_json::from_str(row.text("body")).unwrap_or_else(|_| json!({}));
                format!("{} {}", row.get("no"), body["title"].as_str().unwrap_or_default())
            },
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.proposal
            .compare::<proposal::Entity>(&found, &reading, findings);
        Ok(())
    }
}

/// The row with the hashes of its documents in their place.
fn hashed(row: plan::Model) -> plan::Model {
    let hash = |bytes: &[u8]| Hash32::of(bytes).bytes().to_vec();
    plan::Model {
        instance: hash(&row.instance),
        plan: hash(&row.plan),
        certificate: hash(&row.certificate),
        reasons: hash(&row.reasons),
        ..row
    }
}
