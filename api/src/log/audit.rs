//! Reading a whole log again: every leaf re-hashed, every tile and checkpoint recomputed. Memory does not grow
//! with the number of leaves.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::entity::{checkpoint, fact, log_head, log_leaf, log_tile};
use super::hash::Hash32;
use super::leaf::Leaf;
use super::note::{Note, VerifierKey};
use super::query::{HASH_BYTES, TILE_HASHES};
use super::tree::{Frontier, leaf_hash};
use crate::kernel::clock::Millis;
use crate::kernel::scope::Scope;

/// Leaves read at once.
const PAGE: u64 = 512;
/// Characters of a value that are told.
const SHOWN: usize = 120;

/// What kind of thing does not hold; the greatest trouble first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// What was published is not what is there.
    Published,
    /// The tree.
    Log,
    /// A document or fact.
    Document,
    /// A signature or key.
    Signature,
    /// A table that should follow from the log.
    State,
}

impl Class {
    /// The exit code of the command.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Document => 3,
            Self::Signature => 4,
            Self::Log => 5,
            Self::Published => 7,
            Self::State => 8,
        }
    }
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub class: Class,
    /// Stable code; words under `audit-<code>`.
    pub code: &'static str,
    /// Table, row and column: `agreement[珲靖共建〔2026〕12号].state`.
    pub place: String,
    /// What the database says.
    pub database: String,
    /// What the log says.
    pub log: String,
    /// The leaf that says so.
    pub leaf: Option<u64>,
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn new(class: Class, code: &'static str, place: impl Into<String>) -> Self {
        Self {
            class,
            code,
            place: place.into(),
            database: String::new(),
            log: String::new(),
            leaf: None,
        }
    }

    /// Names the leaf that tells otherwise.
    #[must_use]
    pub fn leaf(mut self, leaf: u64) -> Self {
        self.leaf = Some(leaf);
        self
    }

    /// Tells both sides.
    #[must_use]
    pub fn values(mut self, database: &Value, log: &Value) -> Self {
        self.database = shown(database);
        self.log = shown(log);
        self
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(std::iter::once('…')).collect()
}

/// A checkpoint that must be met on the way, with where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// `checkpoint[9]`, `log.anchor[9]`, …
    pub place: String,
}

/// A walk through a log, from its first leaf.
pub struct Walk<'a, D> {
    db: &'a D,
    scope: Scope,
    head: log_head::Model,
    /// The next row to read lies after this index.
    after: i64,
    expected: u64,
    frontier: Frontier,
    /// The tile under way at each level.
    tiles: Vec<Vec<Hash32>>,
    full: u64,
    at: i64,
    marks: BTreeMap<u64, Vec<Mark>>,
    findings: Vec<Finding>,
}

impl<'a, D: ConnectionTrait> Walk<'a, D> {
    /// Begins at the first leaf; `None` if the tenant has no log.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn begin(db: &'a D, scope: Scope, marks: Vec<Mark>) -> Result<Option<Self>, DbErr> {
        let Some(head) = log_head::Entity::find_by_id(scope.tenant.uuid()).one(db).await? else {
            return Ok(None);
        };
        let mut by_size: BTreeMap<u64, Vec<Mark>> = BTreeMap::new();
        for mark in marks
            .into_iter()
            .filter(|mark| mark.checkpoint.origin == head.origin)
        {
            by_size.entry(mark.checkpoint.size).or_default().push(mark);
        }
        Ok(Some(Self {
            db,
            scope,
            head,
            after: -1,
            expected: 0,
            frontier: Frontier::default(),
            tiles: Vec::new(),
            full: 0,
            at: 0,
            marks: by_size,
            findings: Vec::new(),
        }))
    }

    /// The next leaves that could be read; empty at the end.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn page(&mut self) -> Result<Vec<Leaf>, DbErr> {
        loop {
            let rows = log_leaf::Entity::find()
                .filter(log_leaf::Column::Tenant.eq(self.scope.tenant.uuid()))
                .filter(log_leaf::Column::Idx.gt(self.after))
                .order_by_asc(log_leaf::Column::Idx)
                .limit(PAGE)
                .all(self.db)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(Vec::new());
            };
            self.after = last.idx;
            let mut leaves = Vec::with_capacity(rows.len());
            for row in &rows {
                leaves.extend(self.row(row).await?);
            }
            if !leaves.is_empty() {
                return Ok(leaves);
            }
        }
    }

    async fn row(&mut self, row: &log_leaf::Model) -> Result<Option<Leaf>, DbErr> {
        let index = u64::try_from(row.idx).unwrap_or(u64::MAX);
        for missing in (self.expected..index).take(10) {
            self.log("leaf-missing", format!("log_leaf[{missing}]"));
        }
        self.expected = index.saturating_add(1);
        let hash = leaf_hash(&row.bytes);
        if hash.bytes().as_slice() != row.leaf_hash {
            self.log("content", format!("log_leaf[{index}].bytes"));
        }
        self.grow(hash).await?;
        let Ok(leaf) = Leaf::parse(&row.bytes) else {
            self.log("content", format!("log_leaf[{index}].bytes"));
            return Ok(None);
        };
        let at = leaf.millis().map_or(0, Millis::get);
        let told = [
            ("idx", leaf.index == index),
            ("tenant", leaf.tenant == row.tenant),
            ("kind", leaf.kind == row.kind),
            ("subject_type", leaf.subject.kind == row.subject_type),
            ("subject", leaf.subject.id == row.subject),
            ("at", at == row.at && at >= self.at),
        ];
        for (column, _) in told.iter().filter(|(_, same)| !same) {
            self.log("content", format!("log_leaf[{index}].{column}"));
        }
        self.at = at;
        Ok((leaf.index == index).then_some(leaf))
    }

    /// Adds a leaf's hash; compares the tiles it fills and the checkpoints of this size.
    async fn grow(&mut self, hash: Hash32) -> Result<(), DbErr> {
        self.frontier.push(hash);
        let mut carried = Some(hash);
        let mut level = 0;
        while let Some(hash) = carried.take() {
            if self.tiles.len() == level {
                self.tiles.push(Vec::with_capacity(TILE_HASHES));
            }
            let Some(tile) = self.tiles.get_mut(level) else {
                break;
            };
            tile.push(hash);
            if tile.len() == TILE_HASHES {
                let hashes = std::mem::take(tile);
                let n = (self.frontier.size() >> (8 * (level + 1))) - 1;
                self.tile(level, n, &hashes).await?;
                carried = Some(super::tree::root_of(&hashes));
                level += 1;
            }
        }
        if let Some(marks) = self.marks.remove(&self.frontier.size()) {
            let root = self.frontier.root();
            for mark in marks.into_iter().filter(|mark| mark.checkpoint.root != root) {
                self.findings
                    .push(Finding::new(Class::Published, "other-history", mark.place));
            }
        }
        Ok(())
    }

    async fn tile(&mut self, level: usize, n: u64, hashes: &[Hash32]) -> Result<(), DbErr> {
        self.full += 1;
        let key = (
            self.scope.tenant.uuid(),
            i32::try_from(level).unwrap_or(i32::MAX),
            i64::try_from(n).unwrap_or(i64::MAX),
        );
        let place = format!("log_tile[{level}/{n}]");
        let Some(row) = log_tile::Entity::find_by_id(key).one(self.db).await? else {
            self.log("row-missing", place);
            return Ok(());
        };
        if row.bytes.len() != TILE_HASHES * HASH_BYTES {
            self.log("content", place);
            return Ok(());
        }
        for (i, (stored, hash)) in row.bytes.chunks(HASH_BYTES).zip(hashes).enumerate() {
            if stored != hash.bytes().as_slice() {
                self.log("content", format!("log_tile[{level}/{n}][{i}]"));
            }
        }
        Ok(())
    }

    fn log(&mut self, code: &'static str, place: String) {
        self.findings.push(Finding::new(Class::Log, code, place));
    }

    /// Compares the head, and what was published beyond it. Gives what the whole walk found.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn end(mut self) -> Result<(Checkpoint, Vec<Finding>), DbErr> {
        let size = u64::try_from(self.head.size).unwrap_or(0);
        for missing in (self.expected..size).take(10) {
            self.log("leaf-missing", format!("log_leaf[{missing}]"));
        }
        for beyond in (size..self.expected).take(10) {
            self.log("row-unknown", format!("log_leaf[{beyond}]"));
        }
        let root = self.frontier.root();
        let roots: Vec<u8> = self
            .frontier
            .roots()
            .iter()
            .flat_map(|root| *root.bytes())
            .collect();
        for (column, same) in [
            ("size", size == self.frontier.size()),
            ("root", root.bytes().as_slice() == self.head.root),
            ("frontier", roots == self.head.frontier),
            ("at", self.at == self.head.at),
        ] {
            if !same {
                self.log("content", format!("log_head.{column}"));
            }
        }
        self.subtrees();
        let tiles = log_tile::Entity::find()
            .filter(log_tile::Column::Tenant.eq(self.scope.tenant.uuid()))
            .count(self.db)
            .await?;
        if tiles > self.full {
            self.log("row-unknown", "log_tile".to_owned());
        }
        for mark in std::mem::take(&mut self.marks).into_values().flatten() {
            self.findings
                .push(Finding::new(Class::Published, "rolled-back", mark.place));
        }
        let reached = Checkpoint {
            origin: self.head.origin,
            size: self.frontier.size(),
            root,
        };
        Ok((reached, self.findings))
    }

    /// Where the head's frontier differs, the leaves under the subtree that differs.
    fn subtrees(&mut self) {
        let stored: Vec<&[u8]> = self.head.frontier.chunks(HASH_BYTES).collect();
        if stored.len() != self.frontier.roots().len() {
            return;
        }
        let mut from = 0;
        let mut places = Vec::new();
        for (bit, (stored, root)) in (0..64)
            .rev()
            .filter(|bit| self.frontier.size() >> bit & 1 == 1)
            .zip(stored.iter().zip(self.frontier.roots()))
        {
            let until = from + (1_u64 << bit);
            if *stored != root.bytes().as_slice() {
                places.push(format!("log_leaf[{from}–{}]", until - 1));
            }
            from = until;
        }
        for place in places {
            self.log("content", place);
        }
    }
}

/// The published checkpoints of a tenant, each judged by itself: form, columns, signature. `keys` are the log's.
///
/// # Errors
/// What the database reports.
pub async fn published(
    db: &impl ConnectionTrait,
    scope: Scope,
    keys: &[VerifierKey],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Mark>, DbErr> {
    let rows = checkpoint::Entity::find()
        .filter(checkpoint::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(checkpoint::Column::Size)
        .all(db)
        .await?;
    let mut marks = Vec::with_capacity(rows.len());
    for row in rows {
        let place = format!("checkpoint[{}]", row.size);
        match signed(&row.note, keys) {
            Some(checkpoint)
                if i64::try_from(checkpoint.size) == Ok(row.size)
                    && checkpoint.root.bytes().as_slice() == row.root =>
            {
                marks.push(Mark { checkpoint, place });
            }
            Some(_) => findings.push(Finding::new(Class::Published, "content", place)),
            None => findings.push(Finding::new(Class::Published, "not-signed", place)),
        }
    }
    Ok(marks)
}

/// Checkpoints that were kept outside after they were written here, and are here no more.
pub fn gone(here: &[Mark], kept: &[Mark], findings: &mut Vec<Finding>) {
    let sizes: std::collections::BTreeSet<u64> = here.iter().map(|mark| mark.checkpoint.size).collect();
    for mark in kept.iter().filter(|mark| !sizes.contains(&mark.checkpoint.size)) {
        let place = format!("checkpoint[{}]", mark.checkpoint.size);
        findings.push(Finding::new(Class::Published, "row-missing", place));
    }
}

/// The checkpoint of a note that one of the keys signed.
#[must_use]
pub fn signed(note: &str, keys: &[VerifierKey]) -> Option<Checkpoint> {
    let note: Note = note.parse().ok()?;
    let held = note
        .lines
        .iter()
        .any(|line| keys.iter().any(|key| key.check(&note.text, line).is_some()));
    held.then(|| note.text.parse().ok()).flatten()
}

/// The first leaf, which names the log's key.
///
/// # Errors
/// What the database reports.
pub async fn first(db: &impl ConnectionTrait, scope: Scope) -> Result<Option<Leaf>, DbErr> {
    let row = log_leaf::Entity::find_by_id((scope.tenant.uuid(), 0))
        .one(db)
        .await?;
    Ok(row.and_then(|row| Leaf::parse(&row.bytes).ok()))
}

/// Facts that no leaf names, and facts whose bytes are not what their hash says.
///
/// # Errors
/// What the database reports.
pub async fn loose_facts(
    db: &impl ConnectionTrait,
    scope: Scope,
    named: &std::collections::HashSet<Hash32>,
    findings: &mut Vec<Finding>,
) -> Result<(), DbErr> {
    let mut after = Vec::new();
    loop {
        let rows = fact::Entity::find()
            .filter(fact::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(fact::Column::Hash.gt(after.clone()))
            .order_by_asc(fact::Column::Hash)
            .limit(PAGE)
            .all(db)
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after.clone_from(&last.hash);
        for row in &rows {
            let known = Hash32::from_slice(&row.hash).filter(|hash| named.contains(hash));
            let place = format!("fact[{}]", super::replay::bytes_told(&row.hash));
            if known.is_none() {
                findings.push(Finding::new(Class::Document, "row-unknown", place));
            } else if known != Some(Hash32::of(&row.bytes)) {
                findings.push(Finding::new(Class::Document, "content", place));
            }
        }
    }
}
