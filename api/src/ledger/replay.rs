//! Deliveries, reviews and closed reports rebuilt from the log, and what deliveries put on the accounts of
//! instalments.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::account::{self, Answer};
use super::domain::delivery::{DeliveryAct, DeliveryState};
use super::entity::{delivery, report, review};
use super::query;
use crate::agreements::replay::{Posting, Postings};
use crate::kernel::clock::Millis;
use crate::kernel::scope::Scope;
use crate::kernel::strict_json;
use crate::log::audit::{Class, Finding};
use crate::log::leaf::Leaf;
use crate::log::replay::{Fact, Reading, Row, Table, rows};

/// The ledger, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Replay {
    deliveries: BTreeMap<Uuid, delivery::Model>,
    delivery: Table,
    review: Table,
    report: Table,
    postings: Postings,
}

impl Replay {
    /// Takes the next leaf. Facts that are gone have been told of already.
    pub fn take(&mut self, leaf: &Leaf, facts: &[Fact]) {
        let (Some(fact), Some(at)) = (facts.first(), leaf.millis()) else {
            return;
        };
        match leaf.kind.as_str() {
            "delivery.reported" => {
                let Some(row) = reported(leaf, fact, at) else {
                    return;
                };
                self.written(leaf, row, at);
            }
            "instalment.waived" => {
                let (obligation, no) = (leaf.subject.id, &fact.value["due_no"]);
                if let Some(no) = int(no) {
                    self.post(leaf, (obligation, no), at, true);
                }
            }
            "review.given" => self.reviewed(leaf, fact, at),
            "report.closed" => self.closed(leaf, fact, at),
            kind => {
                let act = DeliveryAct::ALL.into_iter().find(|act| act.kind() == kind);
                let Some(act) = act else { return };
                self.answered(leaf, fact, (act, at));
            }
        }
    }

    /// What deliveries put on the accounts of instalments.
    #[must_use]
    pub fn postings(&self) -> &Postings {
        &self.postings
    }

    fn answered(&mut self, leaf: &Leaf, fact: &Fact, (act, at): (DeliveryAct, Millis)) {
        let told = &fact.value;
        let words = told["note"].as_str().or(told["reason"].as_str());
        let answer = Answer {
            confirmed: int(&told["quantity"]),
            words: words.unwrap_or_default(),
        };
        let row = self.deliveries.get(&leaf.subject.id);
        let row = row.and_then(|row| account::answered(row, act, answer, at).ok());
        if let Some(row) = row {
            let rev = row.rev + 1;
            self.written(leaf, delivery::Model { rev, ..row }, at);
        }
    }

    fn written(&mut self, leaf: &Leaf, row: delivery::Model, at: Millis) {
        let line = (row.obligation, row.due_no);
        let told = self.delivery.row(row.id.to_string());
        told.put::<delivery::Entity>(&row, leaf.index);
        self.deliveries.insert(row.id, row);
        self.post(leaf, line, at, false);
    }

    fn post(&mut self, leaf: &Leaf, (obligation, no): (Uuid, i32), at: Millis, waived: bool) {
        let all: Vec<delivery::Model> = self
            .deliveries
            .values()
            .filter(|row| (row.obligation, row.due_no) == (obligation, no))
            .cloned()
            .collect();
        let agreement = leaf.text("agreement").and_then(|id| Uuid::parse_str(id).ok());
        let (Some(agreement), Ok(entries)) = (agreement, query::entries(&all)) else {
            return;
        };
        let posting = Posting {
            obligation,
            no,
            entries,
            waived,
            at,
        };
        let of = self.postings.entry(agreement).or_default();
        of.insert(leaf.index, posting);
    }

    fn reviewed(&mut self, leaf: &Leaf, fact: &Fact, at: Millis) {
        let told = &fact.value;
        let key = review_key(text(told, "agreement"), text(told, "period"), text(told, "by"));
        let row = self.review.row(key);
        let columns = [
            "agreement",
            "period",
            "party",
            "delivered",
            "useful",
            "proceed",
            "comment",
        ];
        row.take(told, &columns, leaf.index);
        row.set("by_ref", text(told, "by"), leaf.index);
        row.set("given_on", at.day().to_string(), leaf.index);
        row.set("fact", fact.hash.to_string(), leaf.index);
    }

    fn closed(&mut self, leaf: &Leaf, fact: &Fact, at: Millis) {
        let Some(period) = leaf.text("period") else { return };
        let row = self.report.row(period);
        let body = strict_json::canonical(&fact.value).ok();
        let body = body.and_then(|bytes| String::from_utf8(bytes).ok());
        row.set("period", period, leaf.index);
        row.set("body", json!(body), leaf.index);
        row.set("hash", fact.hash.to_string(), leaf.index);
        row.set("closed_on", at.day().to_string(), leaf.index);
        row.take(&fact.value, &["problems", "plans"], leaf.index);
    }

    /// Holds the database against the log; `number` tells what people call an agreement.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn compare(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        number: &dyn Fn(&str) -> String,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let found = rows::<delivery::Entity>(db, delivery::Column::Tenant, scope).await?;
        let reading = Reading::<delivery::Model> {
            table: "delivery",
            class: Class::State,
            key: &|row| row.id.to_string(),
            called: &|row| {
                let of = number(row.text("agreement"));
                format!("{of} {} {}", row.text("on_day"), row.get("seq"))
            },
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.delivery
            .compare::<delivery::Entity>(&found, &reading, findings);
        let found = rows::<review::Entity>(db, review::Column::Tenant, scope).await?;
        let reading = Reading::<review::Model> {
            table: "review",
            class: Class::State,
            key: &|row| review_key(&row.agreement.to_string(), &row.period, &row.by_ref),
            called: &|row| {
                let of = number(row.text("agreement"));
                format!("{of} {} {}", row.text("period"), row.text("by_ref"))
            },
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.review.compare::<review::Entity>(&found, &reading, findings);
        let found = rows::<report::Entity>(db, report::Column::Tenant, scope).await?;
        let reading = Reading::<report::Model> {
            table: "report",
            class: Class::State,
            key: &|row| row.period.clone(),
            called: &|row: &Row| row.text("period").to_owned(),
            told: &|_, value| value,
            // What people type before a report is closed is no record.
            apart: &|row| row.closed_on.is_none() && row.body.is_none() && row.hash.is_none(),
        };
        self.report.compare::<report::Entity>(&found, &reading, findings);
        Ok(())
    }
}

/// The row a report of a delivery writes; `None` if its fact is none.
fn reported(leaf: &Leaf, fact: &Fact, at: Millis) -> Option<delivery::Model> {
    let told = &fact.value;
    let id = |member: &str| Uuid::parse_str(text(told, member)).ok();
    let actor = &leaf.actor;
    let reporter = actor.membership.or(actor.client);
    Some(delivery::Model {
        id: leaf.subject.id,
        tenant: leaf.tenant,
        agreement: id("agreement")?,
        obligation: id("obligation")?,
        due_no: int(&told["due_no"])?,
        seq: int(&told["seq"])?,
        quantity: int(&told["quantity"])?,
        on_day: text(told, "on").to_owned(),
        beneficiaries: int(&told["beneficiaries"]),
        place: text(told, "place").to_owned(),
        note: text(told, "note").to_owned(),
        evidence: told["evidence"].to_string(),
        external_ref: told["external_ref"].as_str().map(str::to_owned),
        by_party: id("by_party")?,
        reporter: reporter.map_or_else(|| "system".to_owned(), |id| id.to_string()),
        on_behalf: told["on_behalf"].as_bool()?,
        status: DeliveryState::Reported.code().to_owned(),
        confirmed: 0,
        answer: String::new(),
        reported_on: at.day().to_string(),
        confirmed_on: None,
        disputed_on: None,
        withdrawn_on: None,
        fact: fact.hash.bytes().to_vec(),
        rev: 1,
        changed: at.get(),
    })
}

fn review_key(agreement: &str, period: &str, by: &str) -> String {
    format!("{agreement} {period} {by}")
}

fn text<'a>(told: &'a Value, member: &str) -> &'a str {
    told[member].as_str().unwrap_or_default()
}

fn int(told: &Value) -> Option<i32> {
    told.as_i64().and_then(|n| i32::try_from(n).ok())
}
