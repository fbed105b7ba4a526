//! The rows one agreement should have, and the comparison with those it has.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Stored;
use crate::agreements::bundle::verify::{Finding as Refusal, Step};
use crate::agreements::domain::document::Document;
use crate::agreements::domain::state::{Standing, chain_next, chain_start};
use crate::agreements::entity::{
    agreement, agreement_party, agreement_version, due_line, obligation, signature,
};
use crate::identity::keys::jws::{Header, SignatureEntry};
use crate::kernel::clock::Millis;
use crate::log::audit::{Class, Finding};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::replay::{Reading, Row, Table, parsed};

type Documents = BTreeMap<u32, (Document, Vec<u8>)>;

/// The rows of one agreement as the log tells them.
pub(super) struct Expected {
    id: Uuid,
    /// What people call it.
    number: String,
    /// Whether due lines are as they were agreed.
    untouched: bool,
    agreement: Table,
    parties: Table,
    versions: Table,
    signatures: Table,
    obligations: Table,
    due: Table,
    chain: Hash32,
    /// Versions whose obligations run.
    owed: Vec<u32>,
}

impl Expected {
    pub(super) fn new(id: Uuid, number: String, untouched: bool) -> Self {
        Self {
            id,
            number,
            untouched,
            agreement: Table::default(),
            parties: Table::default(),
            versions: Table::default(),
            signatures: Table::default(),
            obligations: Table::default(),
            due: Table::default(),
            chain: chain_start(id),
            owed: Vec::new(),
        }
    }

    /// A leaf that puts a version on the table.
    pub(super) fn version(&mut self, leaf: &Leaf, documents: &Documents) {
        let (Some(version), Some(hash)) = (leaf.number("version"), leaf.text("version_hash")) else {
            return;
        };
        let key = version.to_string();
        if self.versions.find(&key).is_some() {
            return;
        }
        let row = self.versions.row(key);
        for (column, value) in [
            ("agreement", json!(self.id)),
            ("version", json!(version)),
            ("hash", json!(hash)),
            ("bytes", json!(hash)),
            ("leaf", json!(leaf.index)),
            ("at", json!(leaf.millis().map(Millis::get))),
            ("author_ref", json!(leaf.actor.party)),
        ] {
            row.set(column, value, leaf.index);
        }
        let document = u32::try_from(version)
            .ok()
            .and_then(|version| documents.get(&version));
        if let Some((document, _)) = document {
            row.set("kind", json!(document.kind), leaf.index);
            row.set("previous_hash", json!(document.previous), leaf.index);
        }
    }

    /// A leaf that tells of a signature.
    pub(super) fn signature(&mut self, leaf: &Leaf, stored: &[signature::Model]) {
        let digest = leaf.text("signature").and_then(Hash32::from_b64u);
        let (Some(seq), Some(digest)) = (leaf.number("seq"), digest) else {
            return;
        };
        self.chain = chain_next(&self.chain, &digest);
        let row = self.signatures.row(seq.to_string());
        for (column, value) in [
            ("agreement", json!(self.id)),
            ("seq", json!(seq)),
            ("version", json!(leaf.number("version"))),
            ("digest", json!(digest)),
            ("chain", json!(self.chain)),
            ("leaf", json!(leaf.index)),
            ("at", json!(leaf.millis().map(Millis::get))),
        ] {
            row.set(column, value, leaf.index);
        }
        let header = stored
            .iter()
            .find(|row| u64::try_from(row.seq) == Ok(seq))
            .and_then(|row| Header::parse(&row.protected));
        if let Some(header) = header {
            for (column, value) in [
                ("party_ref", json!(header.party)),
                ("intent", json!(header.intent.code())),
                ("alg", json!(header.alg.code())),
                ("kid", json!(header.kid)),
                ("prior_n", json!(header.prior.map_or(0, |prior| prior.n))),
                ("nonce", json!(header.nonce)),
                ("seen_size", json!(header.seen.size)),
            ] {
                row.set(column, value, leaf.index);
            }
        }
    }

    /// The agreement after a leaf.
    pub(super) fn standing(&mut self, leaf: Option<&Leaf>, standing: &Standing, documents: &Documents) {
        let (Some(leaf), Some((first, _)), Some((document, _))) =
            (leaf, documents.values().next(), documents.get(&standing.current))
        else {
            return;
        };
        let index = leaf.index;
        let at = json!(leaf.millis().map(Millis::get));
        let opened = self.agreement.find("").is_none();
        let row = self.agreement.row("");
        if opened {
            first_cells(row, first, &at, index);
        }
        let in_force = standing.in_force_on.map(|_| standing.current);
        for (column, value) in [
            ("title", json!(document.title)),
            ("state", json!(standing.state.code())),
            ("current_version", json!(standing.current)),
            ("in_force_version", json!(in_force)),
            ("in_force_on", json!(standing.in_force_on)),
            ("opened_seq", json!(standing.opened_seq)),
            ("head_seq", json!(standing.head_seq)),
            ("head_hash", json!(standing.head_hash)),
            ("sign_by", json!(document.sign_by)),
            ("term_from", json!(document.term.from)),
            ("term_until", json!(document.term.until)),
            ("changed", at),
        ] {
            row.set(column, value, index);
        }
        row.step(index);
        for party in &document.parties {
            let row = self.parties.row(party.reference.clone());
            row.set("ref", party.reference.clone(), index);
            row.set("party", json!(party.id), index);
            row.set("side", party.side.code(), index);
            row.set("name", party.name.clone(), index);
            let accepted = standing.bound.get(&party.reference).copied().flatten();
            row.set("accepted_version", accepted, index);
        }
        if in_force.is_some() && !self.owed.contains(&standing.current) {
            self.owed.push(standing.current);
            self.obligations(document, index);
        }
    }

    fn obligations(&mut self, document: &Document, index: u64) {
        for owed in &document.obligations {
            let key = format!("{} {}", document.version, owed.reference);
            let row = self.obligations.row(key.clone());
            for (column, value) in [
                ("agreement", json!(self.id)),
                ("version", json!(document.version)),
                ("ref", json!(owed.reference)),
                ("from_ref", json!(owed.from)),
                ("to_refs", json!(owed.to)),
                ("area", json!(owed.area.code())),
                ("what", json!(owed.what)),
                ("unit", json!(owed.unit.code())),
                ("quantity", json!(owed.quantity)),
                ("offer", json!(owed.offer)),
                ("need", json!(owed.need)),
            ] {
                row.set(column, value, index);
            }
            for (no, due) in (1_i32..).zip(&owed.due) {
                let row = self.due.row(format!("{key} {no}"));
                row.set("no", no, index);
                row.set("from_day", json!(due.from), index);
                row.set("until_day", json!(due.until), index);
                row.set("quantity", json!(due.quantity), index);
                if self.untouched {
                    row.set("delivered", 0, index);
                    row.set("confirmed", 0, index);
                    row.set("status", "planned", index);
                    row.set("changed", Value::Null, index);
                }
            }
        }
    }

    /// Versions and signatures against the leaves that tell of them.
    pub(super) fn compare_proof(&self, stored: &Stored, findings: &mut Vec<Finding>) {
        let hashed: Vec<agreement_version::Model> = stored.versions.iter().cloned().map(hashed).collect();
        let reading = Reading::<agreement_version::Model> {
            table: "agreement_version",
            class: Class::Document,
            key: &|row| row.version.to_string(),
            called: &|row| format!("{} {}", self.number, row.get("version")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.versions
            .compare::<agreement_version::Entity>(&hashed, &reading, findings);
        let reading = Reading::<signature::Model> {
            table: "signature",
            class: Class::Signature,
            key: &|row| row.seq.to_string(),
            called: &|row| self.signature_name(row.get("seq")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.signatures
            .compare::<signature::Entity>(&stored.signatures, &reading, findings);
    }

    /// Signatures whose stored form is not the one their leaf tells of.
    pub(super) fn digests(&self, documents: &Documents, stored: &Stored, findings: &mut Vec<Finding>) {
        for row in &stored.signatures {
            let version = u32::try_from(row.version)
                .ok()
                .and_then(|version| documents.get(&version));
            let Some((_, bytes)) = version else { continue };
            let entry = SignatureEntry {
                protected: row.protected.clone(),
                signature: row.signature.clone(),
            };
            let told = self.signatures.find(&row.seq.to_string());
            if told.is_some_and(|told| told.text("digest") != entry.digest(bytes).to_string()) {
                let place = format!("signature[{}]", self.signature_name(&json!(row.seq)));
                findings.push(Finding::new(Class::Signature, "content", place));
            }
        }
    }

    fn signature_name(&self, seq: &Value) -> String {
        format!("{} {seq}", self.number)
    }

    /// What the state machine leads to.
    pub(super) fn compare_state(&self, stored: &Stored, findings: &mut Vec<Finding>) {
        let reading = Reading::<agreement::Model> {
            table: "agreement",
            class: Class::State,
            key: &|_| String::new(),
            called: &|_| self.number.clone(),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.agreement
            .compare::<agreement::Entity>(&stored.agreement, &reading, findings);
        let reading = Reading::<agreement_party::Model> {
            table: "agreement_party",
            class: Class::State,
            key: &|row| row.reference.clone(),
            called: &|row| format!("{} {}", self.number, row.text("name")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.parties
            .compare::<agreement_party::Entity>(&stored.parties, &reading, findings);
        let reading = Reading::<obligation::Model> {
            table: "obligation",
            class: Class::State,
            key: &|row| format!("{} {}", row.version, row.reference),
            called: &|row| format!("{} {}", self.number, row.text("ref")),
            told: &|column, value| {
                if column == "to_refs" {
                    parsed(&value)
                } else {
                    value
                }
            },
            apart: &|_| false,
        };
        self.obligations
            .compare::<obligation::Entity>(&stored.obligations, &reading, findings);
        let owed = |id: Uuid| stored.obligations.iter().find(|row| row.id == id);
        let reading = Reading::<due_line::Model> {
            table: "due_line",
            class: Class::State,
            key: &|row| {
                let owed = owed(row.obligation);
                let key = owed.map(|owed| format!("{} {}", owed.version, owed.reference));
                format!("{} {}", key.unwrap_or_default(), row.no)
            },
            called: &|row| format!("{} {}", self.number, row.text("from_day")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.due
            .compare::<due_line::Entity>(&stored.due, &reading, findings);
    }

    /// What the judgement of bundles refused, as a finding about a row.
    pub(super) fn refused(&self, refusal: &Refusal, stored: &Stored) -> Finding {
        let at = |part: usize| -> Option<usize> { refusal.place.split('/').nth(part)?.parse().ok() };
        let version = at(2).and_then(|v| stored.versions.get(v)).map(|row| row.version);
        let seq = version.and_then(|version| {
            let mut signed = stored.signatures.iter().filter(|row| row.version == version);
            signed.nth(at(5)?).map(|row| row.seq)
        });
        let (class, place) = match (refusal.step, version, seq) {
            (Step::Signatures, _, Some(seq)) => (
                Class::Signature,
                format!("signature[{}]", self.signature_name(&json!(seq))),
            ),
            (Step::Versions, Some(version), _) => (
                Class::Document,
                format!("agreement_version[{} {version}]", self.number),
            ),
            (Step::Versions, ..) => (Class::Document, format!("agreement[{}]", self.number)),
            (Step::Keys | Step::Signatures, ..) => (Class::Signature, format!("agreement[{}]", self.number)),
            _ => (Class::State, format!("agreement[{}]", self.number)),
        };
        Finding::new(class, "refused", place)
    }
}

/// What the first version says for good.
fn first_cells(row: &mut Row, first: &Document, at: &Value, index: u64) {
    let mut numbers = first.number.split(['〔', '〕', '号']);
    let year: Option<i32> = numbers.nth(1).and_then(|year| year.parse().ok());
    let n: Option<i32> = numbers.next().and_then(|n| n.parse().ok());
    let decision = first.decision.as_ref();
    for (column, value) in [
        ("number", json!(first.number)),
        ("year", json!(year)),
        ("n", json!(n)),
        ("mode", json!(first.mode.code())),
        ("meeting", json!(decision.map(|decision| decision.meeting))),
        ("item", json!(decision.map(|decision| decision.item))),
        ("plan", json!(first.plan)),
        ("sent", at.clone()),
    ] {
        row.set(column, value, index);
    }
}

/// The row with the hash of its bytes in their place.
fn hashed(row: agreement_version::Model) -> agreement_version::Model {
    agreement_version::Model {
        bytes: Hash32::of(&row.bytes).bytes().to_vec(),
        ..row
    }
}
