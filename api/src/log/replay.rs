//! Tables rebuilt from leaves and facts alone, and what the database says otherwise.
//!
//! A table that follows from the log is a projection: nobody has to believe its cells. Each feature rebuilds its
//! own; this file holds what they share.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryFilter,
};
use serde_json::Value;

use super::entity::fact;
use super::hash::Hash32;
use super::leaf::Leaf;
use super::{audit::Class, audit::Finding, b64};
use crate::kernel::scope::Scope;
use crate::kernel::strict_json;

/// A fact that leaves name.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its hash.
    pub hash: Hash32,
    /// Its content.
    pub value: Value,
    /// The signatures over it, if people signed it.
    pub jws: Option<String>,
}

/// The hashes of the facts a leaf names.
#[must_use]
pub fn named(leaf: &Leaf) -> Vec<Hash32> {
    let one = leaf.data.get("fact").into_iter();
    let many = leaf.data.get("facts").and_then(Value::as_array);
    one.chain(many.into_iter().flatten())
        .filter_map(Value::as_str)
        // Lists named their facts in the other spelling once.
        .filter_map(|text| Hash32::parse(text).or_else(|| Hash32::from_b64(text)))
        .collect()
}

/// The facts a leaf names, in its order; those that are gone or are not what was hashed become findings.
///
/// # Errors
/// What the database reports.
pub async fn facts(
    db: &impl ConnectionTrait,
    scope: Scope,
    leaf: &Leaf,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Fact>, DbErr> {
    let mut facts = Vec::new();
    for hash in named(leaf) {
        let key = (scope.tenant.uuid(), hash.bytes().to_vec());
        let row = fact::Entity::find_by_id(key).one(db).await?;
        let place = format!("fact[{hash}]");
        let Some(row) = row else {
            findings.push(Finding::new(Class::Document, "row-missing", place).leaf(leaf.index));
            continue;
        };
        // People sign enrolments alone; signatures elsewhere were put there.
        if row.jws.is_some() != (leaf.kind == "credential.enrolled") {
            let place = format!("fact[{hash}].jws");
            findings.push(Finding::new(Class::Document, "content", place).leaf(leaf.index));
        }
        match strict_json::parse(&row.bytes) {
            Ok(value) if Hash32::of(&row.bytes) == hash => facts.push(Fact {
                hash,
                value,
                jws: row.jws,
            }),
            _ => findings.push(Finding::new(Class::Document, "content", place).leaf(leaf.index)),
        }
    }
    Ok(facts)
}

/// What a cell holds, and the leaf that says so.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    value: Value,
    leaf: u64,
}

/// A row as the log tells it; columns the log does not tell are absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    cells: BTreeMap<&'static str, Cell>,
    leaf: u64,
}

impl Row {
    /// A cell's value, null if the log does not tell it.
    #[must_use]
    pub fn get(&self, column: &str) -> &Value {
        self.cells.get(column).map_or(&Value::Null, |cell| &cell.value)
    }

    /// A cell's words, empty if there are none.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.get(column).as_str().unwrap_or_default()
    }

    /// Says what a cell holds from this leaf on.
    pub fn set(&mut self, column: &'static str, value: impl Into<Value>, leaf: u64) {
        let value = value.into();
        self.leaf = leaf;
        match self.cells.get_mut(column) {
            Some(cell) if cell.value == value => {}
            _ => drop(self.cells.insert(column, Cell { value, leaf })),
        }
    }

    /// Takes the members of `told` that are named like columns.
    pub fn take(&mut self, told: &Value, columns: &[&'static str], leaf: u64) {
        for column in columns {
            if let Some(value) = told.get(*column) {
                self.set(column, value.clone(), leaf);
            }
        }
    }

    /// Says what every cell holds from this leaf on.
    pub fn put<E>(&mut self, model: &E::Model, leaf: u64)
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E>,
    {
        for column in E::Column::iter() {
            self.set(column.as_str(), plain(model.get(column)), leaf);
        }
    }

    /// Says what the cells of some columns hold from this leaf on.
    pub fn cells<C: IdenStatic>(&mut self, cells: impl IntoIterator<Item = (C, sea_orm::Value)>, leaf: u64) {
        for (column, value) in cells {
            self.set(column.as_str(), plain(value), leaf);
        }
    }

    /// Adds one to the revision.
    pub fn step(&mut self, leaf: u64) {
        let rev = self.get("rev").as_i64().unwrap_or(0) + 1;
        self.set("rev", rev, leaf);
    }
}

/// A rebuilt table: rows by key.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: BTreeMap<String, Row>,
}

/// How a table of the database is read beside its rebuilt form.
pub struct Reading<'a, M> {
    /// Its name.
    pub table: &'static str,
    /// What kind of failure a difference is.
    pub class: Class,
    /// The key of a row.
    pub key: &'a dyn Fn(&M) -> String,
    /// What people call a row.
    pub called: &'a dyn Fn(&Row) -> String,
    /// A stored value in the form in which the log tells it.
    pub told: &'a dyn Fn(&str, Value) -> Value,
    /// Whether a row may be there that the log does not know.
    pub apart: &'a dyn Fn(&M) -> bool,
}

impl Table {
    /// The row under a key; a new one if it was not there.
    pub fn row(&mut self, key: impl Into<String>) -> &mut Row {
        self.rows.entry(key.into()).or_default()
    }

    /// The row under a key, if it is there.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Row> {
        self.rows.get(key)
    }

    /// The row under a key, if it is there.
    pub fn find_mut(&mut self, key: &str) -> Option<&mut Row> {
        self.rows.get_mut(key)
    }

    /// All rows.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.rows.values_mut()
    }

    /// Holds the rows of the database against these, cell by cell.
    pub fn compare<E>(&self, rows: &[E::Model], reading: &Reading<'_, E::Model>, findings: &mut Vec<Finding>)
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E>,
    {
        let mut met = BTreeSet::new();
        for model in rows {
            let key = (reading.key)(model);
            match self.rows.get(&key) {
                Some(row) => cells::<E>(model, row, reading, findings),
                None if (reading.apart)(model) => {}
                None => {
                    let place = place(reading, &as_row::<E>(model));
                    findings.push(Finding::new(reading.class, "row-unknown", place));
                }
            }
            met.insert(key);
        }
        for (_, row) in self.rows.iter().filter(|(key, _)| !met.contains(*key)) {
            findings.push(Finding::new(reading.class, "row-missing", place(reading, row)).leaf(row.leaf));
        }
    }
}

fn place<M>(reading: &Reading<'_, M>, row: &Row) -> String {
    format!("{}[{}]", reading.table, (reading.called)(row))
}

fn as_row<E>(model: &E::Model) -> Row
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let mut row = Row::default();
    row.put::<E>(model, 0);
    row
}

fn cells<E>(model: &E::Model, row: &Row, reading: &Reading<'_, E::Model>, findings: &mut Vec<Finding>)
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    for column in E::Column::iter() {
        let name = column.as_str();
        let Some(cell) = row.cells.get(name) else { continue };
        let found = (reading.told)(name, plain(model.get(column)));
        if found != cell.value {
            let place = format!("{}.{name}", place(reading, row));
            findings.push(
                Finding::new(reading.class, "cell", place)
                    .values(&found, &cell.value)
                    .leaf(cell.leaf),
            );
        }
    }
}

/// A stored value as JSON; 32 bytes are a hash.
fn plain(value: sea_orm::Value) -> Value {
    use sea_orm::Value as Stored;
    match value {
        Stored::Bool(value) => value.into(),
        Stored::Int(value) => value.into(),
        Stored::BigInt(value) => value.into(),
        Stored::String(value) => value.into(),
        Stored::Uuid(value) => value.map(|id| id.to_string()).into(),
        Stored::Bytes(value) => value.map(|bytes| bytes_told(&bytes)).into(),
        other => other.to_string().into(),
    }
}

/// Bytes as the log tells them.
#[must_use]
pub fn bytes_told(bytes: &[u8]) -> String {
    Hash32::from_slice(bytes).map_or_else(|| b64::encode_url(bytes), |hash| hash.to_string())
}

/// Text that holds JSON, as JSON; text that holds none stays what it is.
#[must_use]
pub fn parsed(value: &Value) -> Value {
    let json = value.as_str().and_then(|text| serde_json::from_str(text).ok());
    json.unwrap_or_else(|| value.clone())
}

/// The hash that stands for free words in a fact: bound to the row and column, so that equal words do not show.
#[must_use]
pub fn words_hash(row: &str, column: &str, words: &str) -> String {
    Hash32::of(format!("gongjian.words/1\n{row}\n{column}\n{words}").as_bytes()).to_string()
}

/// Rows of one tenant.
///
/// # Errors
/// What the database reports.
pub async fn rows<E>(
    db: &impl ConnectionTrait,
    tenant: E::Column,
    scope: Scope,
) -> Result<Vec<E::Model>, DbErr>
where
    E: EntityTrait,
{
    E::find().filter(tenant.eq(scope.tenant.uuid())).all(db).await
}
