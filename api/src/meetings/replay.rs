//! Meetings, their agendas and decisions rebuilt from the log.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::domain::{MeetingState, Member};
use super::entity::{agenda_item, decision, meeting};
use super::service::told_attendance;
use crate::kernel::scope::Scope;
use crate::kernel::strict_json;
use crate::log::audit::{Class, Finding};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::replay::{Fact, Reading, Row, Table, parsed, rows};

/// Meetings, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Replay {
    meeting: Table,
    agenda: Table,
    decision: Table,
}

/// Columns of a meeting that facts tell under the same name.
const SAME: [&str; 13] = [
    "level",
    "no",
    "held_on",
    "starts",
    "place",
    "chair",
    "short_notice",
    "quorum",
    "attendance",
    "called_at",
    "opened_at",
    "closed_at",
    "minutes_hash",
];

impl Replay {
    /// Takes the next leaf.
    pub fn take(&mut self, leaf: &Leaf, facts: &[Fact]) {
        let Some(fact) = facts.first().map(|fact| &fact.value) else {
            return;
        };
        let id = leaf.subject.id.to_string();
        let state = match leaf.kind.as_str() {
            "meeting.called" => Some(MeetingState::Called),
            "meeting.opened" => Some(MeetingState::Open),
            "meeting.adjourned" => Some(MeetingState::Adjourned),
            "meeting.closed" => Some(MeetingState::Closed),
            "meeting.published" => Some(MeetingState::Published),
            "meeting.attended" | "meeting.item_added" | "decision.recorded" => None,
            _ => return,
        };
        let row = self.meeting.row(id.clone());
        if fact["schema"] == "gongjian.meeting_called/1" {
            row.set("id", id.clone(), leaf.index);
            for column in ["opened_at", "closed_at", "minutes", "minutes_hash"] {
                row.set(column, Value::Null, leaf.index);
            }
        }
        row.take(fact, &SAME, leaf.index);
        if let (Some(hash), MeetingState::Closed) =
            (fact.get("minutes_hash"), state.unwrap_or(MeetingState::Open))
        {
            row.set("minutes", hash.clone(), leaf.index);
        }
        if let Some(state) = state {
            row.set("state", state.code(), leaf.index);
        }
        match fact.get("meeting_rev") {
            // Decisions taken together moved the meeting on once.
            Some(rev) => row.set("rev", rev.clone(), leaf.index),
            None => row.step(leaf.index),
        }
        for item in fact["items"].as_array().into_iter().flatten() {
            self.item(leaf, &id, item, false);
        }
        match leaf.kind.as_str() {
            "meeting.item_added" => self.item(leaf, &id, fact, true),
            "decision.recorded" => self.decided(leaf, facts),
            _ => {}
        }
    }

    fn item(&mut self, leaf: &Leaf, meeting: &str, told: &Value, late: bool) {
        let row = self.agenda.row(format!("{meeting} {}", told["item"]));
        row.set("meeting", meeting, leaf.index);
        row.take(
            told,
            &["item", "proposal", "no", "title", "parties", "body"],
            leaf.index,
        );
        row.set("late", late, leaf.index);
    }

    fn decided(&mut self, leaf: &Leaf, facts: &[Fact]) {
        let Some(fact) = facts.first() else { return };
        let id = leaf.text("decision").unwrap_or_default();
        let row = self.decision.row(id);
        row.set("id", id, leaf.index);
        row.set("fact", fact.hash.to_string(), leaf.index);
        let columns = [
            "meeting", "item", "proposal", "outcome", "votes", "recused", "reason", "at",
        ];
        row.take(&fact.value, &columns, leaf.index);
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
        let called = |row: &Row| format!("{} {}", row.get("no"), row.text("held_on"));
        let named = |row: &Row| {
            let meeting = self.meeting.find(row.text("meeting"));
            format!(
                "{} / {}",
                meeting.map_or_else(String::new, called),
                row.get("item")
            )
        };
        let found = rows::<meeting::Entity>(db, meeting::Column::Tenant, scope).await?;
        let reading = Reading::<meeting::Model> {
            table: "meeting",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &called,
            told: &told_meeting,
            apart: &|_| false,
        };
        self.meeting
            .compare::<meeting::Entity>(&found, &reading, findings);
        let found = rows::<agenda_item::Entity>(db, agenda_item::Column::Tenant, scope).await?;
        let reading = Reading::<agenda_item::Model> {
            table: "agenda_item",
            class: Class::State,
            key: &|row| format!("{} {}", row.meeting, row.item),
            called: &named,
            told: &told_item,
            apart: &|_| false,
        };
        self.agenda
            .compare::<agenda_item::Entity>(&found, &reading, findings);
        let found = rows::<decision::Entity>(db, decision::Column::Tenant, scope).await?;
        let reading = Reading::<decision::Model> {
            table: "decision",
            class: Class::Document,
            key: &|row| row.id.to_string(),
            called: &named,
            told: &|column, value| match column {
                "votes" | "recused" => parsed(&value),
                _ => value,
            },
            apart: &|_| false,
        };
        self.decision
            .compare::<decision::Entity>(&found, &reading, findings);
        Ok(())
    }
}

/// Attendance as facts tell it, without the names of deputies; minutes by their hash.
fn told_meeting(column: &str, value: Value) -> Value {
    match column {
        "quorum" => parsed(&value),
        "attendance" => {
            let members: Result<Vec<Member>, _> = serde_json::from_value(parsed(&value));
            members.map_or(Value::Null, |members| json!(told_attendance(&members)))
        }
        "minutes" => value
            .as_str()
            .map(|text| Hash32::of(text.as_bytes()).to_string())
            .into(),
        _ => value,
    }
}

fn told_item(column: &str, value: Value) -> Value {
    match column {
        "parties" => parsed(&value),
        "body" => strict_json::canonical(&parsed(&value))
            .map(|bytes| Hash32::of(&bytes).to_string())
            .unwrap_or_default()
            .into(),
        _ => value,
    }
}
