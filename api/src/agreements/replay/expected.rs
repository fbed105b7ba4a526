//! The rows one agreement should have, and the comparison with those it has.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Stored;
use super::owed::{self, Posting, Running};
use crate::agreements::bundle::verify::{Finding as Refusal, Step};
use crate::agreements::domain::document::Document;
use crate::agreements::domain::state::{Standing, State, chain_next, chain_start};
use crate::agreements::entity::{
    agreement, agreement_party, agreement_version, due_line, obligation, signature,
};
use crate::agreements::error::AgreementError;
use crate::agreements::standing::{self, Change};
use crate::identity::keys::jws::{Header, SignatureEntry};
use crate::kernel::clock::Millis;
use crate::log::audit::{Class, Finding};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::replay::{Reading, Table};

type Documents = BTreeMap<u32, (Document, Vec<u8>)>;

/// The rows of one agreement as the log tells them.
pub(super) struct Expected {
    id: Uuid,
    /// What people call it.
    number: String,
    agreement: Table,
    parties: Table,
    versions: Table,
    signatures: Table,
    chain: Hash32,
    running: Running,
}

impl Expected {
    pub(super) fn new(id: Uuid, number: String, postings: BTreeMap<u64, Posting>) -> Self {
        Self {
            id,
            number,
            agreement: Table::default(),
            parties: Table::default(),
            versions: Table::default(),
            signatures: Table::default(),
            chain: chain_start(id),
            running: Running::new(postings),
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

    /// The agreement after a leaf, `before` it as told.
    ///
    /// # Errors
    /// What no column holds.
    pub(super) fn standing(
        &mut self,
        leaf: &Leaf,
        (before, next): (Option<&Standing>, &Standing),
        documents: &Documents,
    ) -> Result<(), AgreementError> {
        let at = leaf.millis().unwrap_or(Millis::new(0));
        let document = |version: u32| documents.get(&version).map(|(document, _)| document);
        let table = document(next.on_table());
        let change = Change {
            document: table.filter(|_| before.is_none_or(|before| next.tables_anew(before))),
            at: at.get(),
        };
        if let (None, Some(first)) = (before, table) {
            self.opened(first, leaf);
        }
        let row = self.agreement.row("");
        row.cells(standing::cells(next, change)?, leaf.index);
        row.step(leaf.index);
        for (reference, version) in &next.bound {
            let cells = standing::party_cells(*version, next.leaving.get(reference))?;
            self.parties.row(reference.clone()).cells(cells, leaf.index);
        }
        let Some(before) = before else { return Ok(()) };
        if let (Some(_), Some(bound)) = (next.binds_anew(before), document(next.current)) {
            self.running.bound(bound, at.day(), leaf.index);
        }
        let leaving = leaf.text("party").filter(|_| leaf.kind == "agreement.left");
        let notice = match (leaving, next.state) {
            (Some(party), _) => before.leaving.get(party),
            (None, State::Terminated) => before.ends.as_ref(),
            _ => None,
        };
        let Some(notice) = notice else { return Ok(()) };
        if let Some(said) = document(notice.version) {
            self.running.ended(said, (notice.on, leaving), leaf.index);
        }
        if let Some(party) = leaving {
            let day = notice.on.to_string();
            self.parties.row(party).set("left_on", day, leaf.index);
        }
        Ok(())
    }

    /// What the first version says for good.
    fn opened(&mut self, first: &Document, leaf: &Leaf) {
        let index = leaf.index;
        let mut numbers = first.number.split(['〔', '〕', '号']);
        let year: Option<i32> = numbers.nth(1).and_then(|year| year.parse().ok());
        let n: Option<i32> = numbers.next().and_then(|n| n.parse().ok());
        let decision = first.decision.as_ref();
        let row = self.agreement.row("");
        for (column, value) in [
            ("number", json!(first.number)),
            ("year", json!(year)),
            ("n", json!(n)),
            ("mode", json!(first.mode.code())),
            ("meeting", json!(decision.map(|decision| decision.meeting))),
            ("item", json!(decision.map(|decision| decision.item))),
            ("plan", json!(first.plan)),
            ("sent", json!(leaf.millis().map(Millis::get))),
        ] {
            row.set(column, value, index);
        }
        for party in &first.parties {
            let row = self.parties.row(party.reference.clone());
            row.set("ref", party.reference.clone(), index);
            row.set("party", json!(party.id), index);
            row.set("side", party.side.code(), index);
            row.set("name", party.name.clone(), index);
            row.set("left_on", Value::Null, index);
        }
    }

    /// Nothing comes after the last leaf but what the ledger read.
    pub(super) fn finish(&mut self) {
        self.running.reach(u64::MAX);
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
            key: &|row| row.id.to_string(),
            called: &|row| format!("{} {}", self.number, row.text("ref")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.running
            .obligations
            .compare::<obligation::Entity>(&stored.obligations, &reading, findings);
        let reading = Reading::<due_line::Model> {
            table: "due_line",
            class: Class::State,
            key: &owed::key,
            called: &|row| format!("{} {}", self.number, row.text("from_day")),
            told: &|_, value| value,
            apart: &|_| false,
        };
        self.running
            .due
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

/// The row with the hash of its bytes in their place.
fn hashed(row: agreement_version::Model) -> agreement_version::Model {
    agreement_version::Model {
        bytes: Hash32::of(&row.bytes).bytes().to_vec(),
        ..row
    }
}
