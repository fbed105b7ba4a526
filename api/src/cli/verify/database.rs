//! `gongjian verify --database`: a whole database against its log. Reads only; no key of anybody is needed.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use sea_orm::ConnectionTrait;

use crate::agreements::replay::Replay as Agreements;
use crate::identity::party::query as parties;
use crate::identity::replay::Replay as Identity;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::scope::Scope;
use crate::ledger::replay::Replay as Ledger;
use crate::lists::replay::Replay as Lists;
use crate::log::anchor;
use crate::log::audit::{self, Class, Finding, Mark, Walk};
use crate::log::hash::Hash32;
use crate::log::leaf::Leaf;
use crate::log::note::{Note, VerifierKey};
use crate::log::policy::TrustPolicy;
use crate::log::replay;
use crate::matching::replay::Replay as Matching;
use crate::meetings::replay::Replay as Meetings;

/// What a street's log came to.
#[derive(Debug, Clone)]
pub struct Audited {
    /// The street.
    pub street: String,
    /// Origin of its log; empty if it is not open.
    pub origin: String,
    /// Leaves read.
    pub leaves: u64,
    /// What does not hold, the greatest trouble first.
    pub findings: Vec<Finding>,
}

/// What is held against the database besides itself.
#[derive(Debug, Clone, Default)]
pub struct Beside<'a> {
    /// The folder of the anchor file.
    pub anchor: Option<&'a Path>,
    /// Checkpoints kept elsewhere.
    pub checkpoints: &'a [Note],
    /// Whom to trust.
    pub policy: Option<&'a TrustPolicy>,
}

/// Audits every street of a database.
///
/// # Errors
/// What keeps the database or a file from being read; what does not hold is no error.
pub async fn audit(db: &impl ConnectionTrait, beside: &Beside<'_>) -> Result<Vec<Audited>> {
    let mut all = Vec::new();
    for tenant in parties::all_tenants(db).await? {
        let mut audited = street(db, tenant.id, beside)
            .await
            .with_context(|| tenant.name.clone())?;
        audited.street = tenant.name;
        audited.findings.sort_by_key(|finding| finding.class);
        all.push(audited);
    }
    Ok(all)
}

async fn street(db: &impl ConnectionTrait, tenant: Id<Tenant>, beside: &Beside<'_>) -> Result<Audited> {
    let scope = Scope::tenant(tenant);
    let mut findings = Vec::new();
    let first = audit::first(db, scope).await?;
    let keys = log_keys(first.as_ref(), beside.policy, &mut findings);
    let mut marks = audit::published(db, scope, &keys, &mut findings).await?;
    let kept = kept(beside, &keys)?;
    audit::gone(&marks, &kept, &mut findings);
    marks.extend(kept);
    let mut tables = Tables::default();
    let Some(mut walk) = Walk::begin(db, scope, marks).await? else {
        let gone = first.map(|leaf| (leaf, Finding::new(Class::Log, "row-missing", "log_head")));
        let origin = gone.as_ref().and_then(|(leaf, _)| leaf.text("origin"));
        return Ok(Audited {
            street: String::new(),
            origin: origin.unwrap_or_default().to_owned(),
            leaves: 0,
            findings: gone.into_iter().map(|(_, finding)| finding).collect(),
        });
    };
    loop {
        let leaves = walk.page().await?;
        if leaves.is_empty() {
            break;
        }
        for leaf in &leaves {
            tables.take(db, scope, leaf, &mut findings).await?;
        }
    }
    let (reached, held) = walk.end().await?;
    findings.extend(held);
    audit::loose_facts(db, scope, &tables.named, &mut findings).await?;
    let Tables {
        identity,
        lists,
        matching,
        meetings,
        agreements,
        ledger,
        ..
    } = &mut tables;
    identity.compare(db, scope, &mut findings).await?;
    let name = |id: &str| identity.party_name(id);
    lists.compare(db, scope, &name, &mut findings).await?;
    matching.compare(db, scope, &mut findings).await?;
    meetings.compare(db, scope, &mut findings).await?;
    agreements
        .compare(
            db,
            scope,
            (identity.keys(), ledger.postings()),
            &reached,
            &mut findings,
        )
        .await?;
    let number = |id: &str| agreements.number(id);
    ledger.compare(db, scope, &number, &mut findings).await?;
    Ok(Audited {
        street: String::new(),
        origin: reached.origin,
        leaves: reached.size,
        findings,
    })
}

/// Every table that follows from the log, in the order in which features may use each other.
#[derive(Default)]
struct Tables {
    identity: Identity,
    lists: Lists,
    matching: Matching,
    meetings: Meetings,
    agreements: Agreements,
    ledger: Ledger,
    named: HashSet<Hash32>,
}

impl Tables {
    async fn take(
        &mut self,
        db: &impl ConnectionTrait,
        scope: Scope,
        leaf: &Leaf,
        findings: &mut Vec<Finding>,
    ) -> Result<()> {
        let facts = replay::facts(db, scope, leaf, findings).await?;
        self.named.extend(replay::named(leaf));
        self.identity.take(leaf, &facts, findings);
        self.lists.take(leaf.index, &facts);
        self.matching.take(leaf, &facts);
        self.meetings.take(leaf, &facts);
        self.agreements.take(leaf);
        self.ledger.take(leaf, &facts);
        Ok(())
    }
}

/// The log's key is the one its first leaf names; a trust file must know it.
fn log_keys(
    first: Option<&Leaf>,
    policy: Option<&TrustPolicy>,
    findings: &mut Vec<Finding>,
) -> Vec<VerifierKey> {
    let key: Option<VerifierKey> = first
        .and_then(|leaf| leaf.text("key"))
        .and_then(|key| key.parse().ok());
    let Some(key) = key else {
        return Vec::new();
    };
    if policy.is_some_and(|policy| !policy.knows_log(&key)) {
        findings.push(Finding::new(Class::Published, "not-trusted", key.to_string()));
    }
    vec![key]
}

/// Checkpoints kept outside the database that the log signed.
fn kept(beside: &Beside<'_>, keys: &[VerifierKey]) -> Result<Vec<Mark>> {
    let mut notes = Vec::new();
    if let Some(folder) = beside.anchor {
        let anchored = anchor::notes(folder).map_err(|error| anyhow!("the anchor file: {error}"))?;
        notes.extend(anchored.into_iter().map(|note| ("log.anchor", note)));
    }
    notes.extend(
        beside
            .checkpoints
            .iter()
            .map(|note| ("--checkpoint", note.clone())),
    );
    let marks = notes.into_iter().filter_map(|(place, note)| {
        let checkpoint = audit::signed(&note.to_string(), keys)?;
        let place = format!("{place}[{}]", checkpoint.size);
        Some(Mark { checkpoint, place })
    });
    Ok(marks.collect())
}

/// The exit code: that of the greatest trouble, 0 if everything holds.
#[must_use]
pub fn exit_code(all: &[Audited]) -> u8 {
    let worst = all
        .iter()
        .flat_map(|street| &street.findings)
        .map(|finding| finding.class)
        .min();
    worst.map_or(0, Class::exit_code)
}
