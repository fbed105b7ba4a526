//! Agreements rebuilt from the log: versions and signatures by their leaves, everything else by the state machine
//! that services and bundles use.

mod expected;
mod owed;

pub use owed::{Posting, Postings};

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::bundle::format::{Bundle, KeyEntry, RootEntry, SCHEMA, VersionEntry};
use super::bundle::verify;
use super::domain::document::Document;
use super::entity::{agreement, agreement_party, agreement_version, due_line, obligation, signature};
use super::query;
use crate::identity::keys::jws::{Jws, SignatureEntry};
use crate::identity::replay::EnrolledKey;
use crate::kernel::scope::Scope;
use crate::log;
use crate::log::audit::{Class, Finding};
use crate::log::b64;
use crate::log::checkpoint::Checkpoint;
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use expected::Expected;

/// Signers' and cadres' keys by thumbprint, as the log enrolled them.
pub type Keys = BTreeMap<String, EnrolledKey>;

/// Agreements met on the way through the log.
#[derive(Debug, Default)]
pub struct Replay {
    agreements: BTreeSet<Uuid>,
    /// What people call them.
    numbers: BTreeMap<Uuid, String>,
    /// The first leaf and those about keys.
    common: BTreeMap<u64, Leaf>,
}

/// One agreement as the database has it.
pub(super) struct Stored {
    pub(super) agreement: Vec<agreement::Model>,
    pub(super) parties: Vec<agreement_party::Model>,
    pub(super) versions: Vec<agreement_version::Model>,
    pub(super) signatures: Vec<signature::Model>,
    pub(super) obligations: Vec<obligation::Model>,
    pub(super) due: Vec<due_line::Model>,
}

impl Replay {
    /// Takes the next leaf.
    pub fn take(&mut self, leaf: &Leaf) {
        match leaf.kind.as_str() {
            "agreement.opened" => {
                self.agreements.insert(leaf.subject.id);
            }
            "log.opened" | "credential.enrolled" | "credential.revoked" => {
                self.common.insert(leaf.index, leaf.clone());
            }
            _ => {}
        }
    }

    /// What people call an agreement, once it has been compared.
    #[must_use]
    pub fn number(&self, agreement: &str) -> String {
        let id = Uuid::parse_str(agreement).ok();
        let number = id.and_then(|id| self.numbers.get(&id));
        number.map_or_else(|| agreement.to_owned(), Clone::clone)
    }

    /// Holds every agreement of the database against the log, whose end is `reached`, and against what the ledger
    /// read of deliveries.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn compare(
        &mut self,
        db: &impl ConnectionTrait,
        scope: Scope,
        (keys, postings): (&Keys, &Postings),
        reached: &Checkpoint,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        for id in self.agreements.clone() {
            let about = log::query::leaves_about(db, scope, id).await?;
            let leaves: Vec<Leaf> = about
                .iter()
                .filter_map(|leaf| Leaf::parse(&leaf.bytes).ok())
                .collect();
            let stored = stored(db, scope, id).await?;
            let postings = postings.get(&id).cloned().unwrap_or_default();
            let number = self.one(id, &leaves, &stored, (keys, postings), reached, findings);
            self.numbers.insert(id, number);
        }
        self.unknown(db, scope, findings).await
    }

    fn one(
        &self,
        id: Uuid,
        leaves: &[Leaf],
        stored: &Stored,
        (keys, postings): (&Keys, BTreeMap<u64, Posting>),
        reached: &Checkpoint,
        findings: &mut Vec<Finding>,
    ) -> String {
        let documents: BTreeMap<u32, (Document, Vec<u8>)> = stored
            .versions
            .iter()
            .filter_map(|row| {
                let document = Document::parse(&row.bytes).ok()?;
                Some((document.version, (document, row.bytes.clone())))
            })
            .collect();
        let number = documents
            .values()
            .next()
            .map_or_else(|| id.to_string(), |(document, _)| document.number.clone());
        let mut expected = Expected::new(id, number.clone(), postings);
        for leaf in leaves {
            expected.version(leaf, &documents);
            expected.signature(leaf, &stored.signatures);
        }
        let before = findings.len();
        expected.compare_proof(stored, findings);
        expected.digests(&documents, stored, findings);
        let log = self
            .common
            .get(&0)
            .and_then(|leaf| leaf.text("key"))
            .unwrap_or_default();
        let bundle = bundle(id, &documents, stored, keys, log);
        let mut all = self.common.clone();
        all.extend(leaves.iter().map(|leaf| (leaf.index, leaf.clone())));
        match verify::standings(&bundle, reached, &all) {
            Ok(standings) => {
                let mut before = None;
                for (index, next) in &standings {
                    let leaf = leaves.iter().find(|leaf| leaf.index == *index);
                    let told = leaf.map(|leaf| expected.standing(leaf, (before, next), &documents));
                    if let Some(Err(_)) = told {
                        let place = format!("agreement[{number}]");
                        findings.push(Finding::new(Class::State, "refused", place).leaf(*index));
                    }
                    before = Some(next);
                }
                expected.finish();
                expected.compare_state(stored, findings);
            }
            // Rows that differ have told more already.
            Err(_) if findings.len() > before => {}
            Err(refused) => findings.extend(refused.iter().map(|refusal| expected.refused(refusal, stored))),
        }
        number
    }

    /// Rows of agreements no leaf opened.
    async fn unknown(
        &self,
        db: &impl ConnectionTrait,
        scope: Scope,
        findings: &mut Vec<Finding>,
    ) -> Result<(), DbErr> {
        let tenant = scope.tenant.uuid();
        let rows: Vec<(Uuid, String)> = agreement::Entity::find()
            .select_only()
            .column(agreement::Column::Id)
            .column(agreement::Column::Number)
            .filter(agreement::Column::Tenant.eq(tenant))
            .into_tuple()
            .all(db)
            .await?;
        for (_, number) in rows.iter().filter(|(id, _)| !self.agreements.contains(id)) {
            findings.push(Finding::new(
                Class::State,
                "row-unknown",
                format!("agreement[{number}]"),
            ));
        }
        macro_rules! strays {
            ($table:ident, $name:literal, $class:expr) => {
                let ids: Vec<Uuid> = $table::Entity::find()
                    .select_only()
                    .column($table::Column::Agreement)
                    .distinct()
                    .filter($table::Column::Tenant.eq(tenant))
                    .into_tuple()
                    .all(db)
                    .await?;
                for id in ids.iter().filter(|id| !self.agreements.contains(id)) {
                    findings.push(Finding::new(
                        $class,
                        "row-unknown",
                        format!("{}[{id}]", $name),
                    ));
                }
            };
        }
        strays!(agreement_party, "agreement_party", Class::State);
        strays!(agreement_version, "agreement_version", Class::Document);
        strays!(signature, "signature", Class::Signature);
        strays!(obligation, "obligation", Class::State);
        let loose: Vec<(Uuid, i32)> = due_line::Entity::find()
            .select_only()
            .column(due_line::Column::Obligation)
            .column(due_line::Column::No)
            .filter(due_line::Column::Tenant.eq(tenant))
            .filter(
                due_line::Column::Obligation.not_in_subquery(
                    obligation::Entity::find()
                        .select_only()
                        .column(obligation::Column::Id)
                        .filter(obligation::Column::Tenant.eq(tenant))
                        .into_query(),
                ),
            )
            .into_tuple()
            .all(db)
            .await?;
        for (id, no) in loose {
            findings.push(Finding::new(
                Class::State,
                "row-unknown",
                format!("due_line[{id} {no}]"),
            ));
        }
        Ok(())
    }
}

async fn stored(db: &impl ConnectionTrait, scope: Scope, id: Uuid) -> Result<Stored, DbErr> {
    let tenant = scope.tenant.uuid();
    let obligations = obligation::Entity::find()
        .filter(obligation::Column::Tenant.eq(tenant))
        .filter(obligation::Column::Agreement.eq(id))
        .all(db)
        .await?;
    let owed: Vec<Uuid> = obligations.iter().map(|row| row.id).collect();
    Ok(Stored {
        agreement: agreement::Entity::find_by_id(id)
            .filter(agreement::Column::Tenant.eq(tenant))
            .all(db)
            .await?,
        parties: agreement_party::Entity::find()
            .filter(agreement_party::Column::Tenant.eq(tenant))
            .filter(agreement_party::Column::Agreement.eq(id))
            .all(db)
            .await?,
        versions: query::versions(db, tenant, id).await?,
        signatures: query::signatures(db, tenant, id).await?,
        due: due_line::Entity::find()
            .filter(due_line::Column::Tenant.eq(tenant))
            .filter(due_line::Column::Obligation.is_in(owed))
            .order_by_asc(due_line::Column::No)
            .all(db)
            .await?,
        obligations,
    })
}

/// The parts of the agreement in the form in which bundles are judged.
fn bundle(
    id: Uuid,
    documents: &BTreeMap<u32, (Document, Vec<u8>)>,
    stored: &Stored,
    keys: &Keys,
    log: &str,
) -> Bundle {
    let versions = documents.iter().map(|(version, (_, bytes))| VersionEntry {
        version: *version,
        jws: Jws {
            payload: b64::encode_url(bytes),
            signatures: stored
                .signatures
                .iter()
                .filter(|row| u32::try_from(row.version) == Ok(*version))
                .map(|row| SignatureEntry {
                    protected: row.protected.clone(),
                    signature: row.signature.clone(),
                })
                .collect(),
        },
    });
    let kids: BTreeSet<&str> = stored.signatures.iter().map(|row| row.kid.as_str()).collect();
    let parties = documents.values().next().map(|(document, _)| &document.parties);
    let mut vouchers = BTreeSet::new();
    let mut entries = Vec::new();
    for kid in kids {
        let Some(key) = keys.get(kid) else { continue };
        let party = parties
            .into_iter()
            .flatten()
            .find(|party| Some(party.id) == key.party);
        let (Some(enrolment), Some(party)) = (key.enrolment.clone(), party) else {
            continue;
        };
        vouchers.extend(key.voucher.clone());
        entries.push(KeyEntry {
            enrolment,
            kid: kid.to_owned(),
            leaf: key.leaf,
            party: party.reference.clone(),
        });
    }
    let roots = vouchers.into_iter().filter_map(|kid| {
        let key = keys.get(&kid)?;
        Some(RootEntry {
            jwk: key.key.to_jwk(),
            leaf: key.leaf,
            kid,
        })
    });
    Bundle {
        agreement: id,
        checkpoint: String::new(),
        digest: Hash32::of(b""),
        keys: entries,
        leaves: Vec::new(),
        log: log.to_owned(),
        openings: Vec::new(),
        roots: roots.collect(),
        schema: SCHEMA.to_owned(),
        versions: versions.collect(),
        witnesses: Vec::new(),
    }
}
