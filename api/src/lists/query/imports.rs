//! Reading imports and their rows.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use crate::kernel::clock::Millis;
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::lists::domain::{Answers, FileTold, ImportState, KeptRow, RowState, Told};
use crate::lists::entity::{import, import_file, import_row};
use crate::lists::import::outcome::Judged;

/// Marker: lists handed in together.
#[derive(Debug)]
pub enum Import {}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Its id.
    pub id: Id<Import>,
    /// The number people say.
    pub number: i32,
    /// The year its lists are for.
    pub cycle: i16,
    /// On whose behalf alone; none if the street handed it in.
    pub party: Option<Id<Party>>,
    /// How far it has come.
    pub state: ImportState,
    /// What it tells beside its rows.
    pub told: Told,
    /// When it came.
    pub created: Millis,
    /// When rows of it were last taken.
    pub accepted: Option<Millis>,
    /// For optimistic changes.
    pub rev: i32,
    /// Its files.
    pub files: Vec<FileView>,
    /// How its rows stand.
    pub counts: ImportCounts,
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its place in the import.
    pub place: i32,
    /// Its name.
    pub name: String,
    /// What it tells beside its rows.
    pub told: FileTold,
}

/// How the rows of an import stand; they add up to the rows seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportCounts(BTreeMap<RowState, u64>);

impl ImportCounts {
    /// Rows in a state; rows of a hidden sheet count as asked while nobody answered.
    #[must_use]
    pub fn of(&self, state: RowState) -> u64 {
        let own = |state| self.0.get(&state).copied().unwrap_or(0);
        match state {
            RowState::Asked => own(RowState::Asked) + own(RowState::Held),
            RowState::Held => 0,
            state => own(state),
        }
    }

    /// Rows seen.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.0.values().sum()
    }
}

/// A kept row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowView {
    /// Its place in the import.
    pub seq: i32,
    /// Place of its file.
    pub file: i32,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// 1-based row.
    pub row: u32,
    /// `offer`, `need`, `note` or `whole`.
    pub kind: String,
    /// How it stands.
    pub state: RowState,
    /// What it is.
    pub kept: KeptRow,
    /// How it was judged.
    pub judged: Judged,
    /// What was answered.
    pub answers: Answers,
}

fn scoped(scope: Scope) -> Select<import::Entity> {
    let find = import::Entity::find().filter(import::Column::Tenant.eq(scope.tenant.uuid()));
    match scope.party {
        Some(own) => find.filter(import::Column::Party.eq(own.uuid())),
        None => find,
    }
}

/// An import by the number people say.
///
/// # Errors
/// `not-found`, or what the database reports.
pub async fn import(db: &impl ConnectionTrait, scope: Scope, number: i32) -> Result<ImportView, Problem> {
    let row = scoped(scope)
        .filter(import::Column::Number.eq(number))
        .one(db)
        .await?
        .ok_or_else(Problem::not_found)?;
    view(db, row)
        .await?
        .ok_or_else(|| Problem::internal("an import that cannot be read"))
}

/// The imports of a scope, the newest first; at most `most`.
///
/// # Errors
/// What the database reports.
pub async fn imports(db: &impl ConnectionTrait, scope: Scope, most: u64) -> Result<Vec<ImportView>, DbErr> {
    let rows = scoped(scope)
        .order_by_desc(import::Column::Number)
        .limit(most)
        .all(db)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.extend(view(db, row).await?);
    }
    Ok(found)
}

async fn view(db: &impl ConnectionTrait, row: import::Model) -> Result<Option<ImportView>, DbErr> {
    let files = import_file::Entity::find()
        .filter(import_file::Column::Tenant.eq(row.tenant))
        .filter(import_file::Column::Import.eq(row.id))
        .order_by_asc(import_file::Column::Place)
        .all(db)
        .await?;
    let files = files.into_iter().map(|file| FileView {
        place: file.place,
        name: file.name,
        told: serde_json::from_str(&file.told).unwrap_or_default(),
    });
    let counts = counts(db, &row).await?;
    let Some(state) = ImportState::from_code(&row.state) else {
        return Ok(None);
    };
    Ok(Some(ImportView {
        id: Id::from_uuid(row.id),
        number: row.number,
        cycle: i16::try_from(row.cycle).unwrap_or(0),
        party: row.party.map(Id::from_uuid),
        state,
        told: serde_json::from_str(&row.told).unwrap_or_default(),
        created: Millis::new(row.created),
        accepted: row.accepted.map(Millis::new),
        rev: row.rev,
        files: files.collect(),
        counts,
    }))
}

async fn counts(db: &impl ConnectionTrait, import: &import::Model) -> Result<ImportCounts, DbErr> {
    let of_import = || {
        import_row::Entity::find()
            .filter(import_row::Column::Tenant.eq(import.tenant))
            .filter(import_row::Column::Import.eq(import.id))
    };
    let grouped: Vec<(String, i64)> = of_import()
        .select_only()
        .column(import_row::Column::Outcome)
        .column_as(import_row::Column::Seq.count(), "rows")
        .filter(import_row::Column::Kind.ne("whole"))
        .group_by(import_row::Column::Outcome)
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = ImportCounts::default();
    for (state, rows) in grouped {
        if let Some(state) = RowState::from_code(&state) {
            *counts.0.entry(state).or_default() += u64::try_from(rows).unwrap_or(0);
        }
    }
    for whole in of_import()
        .filter(import_row::Column::Kind.eq("whole"))
        .all(db)
        .await?
    {
        let rows = match serde_json::from_str(&whole.input) {
            Ok(KeptRow::Whole { rows, .. }) => u64::try_from(rows).unwrap_or(0),
            _ => 0,
        };
        if let Some(state) = RowState::from_code(&whole.outcome) {
            *counts.0.entry(state).or_default() += rows;
        }
    }
    Ok(counts)
}

fn of_state(scope: Scope, import: Id<Import>, states: &[RowState]) -> Select<import_row::Entity> {
    let find = import_row::Entity::find()
        .filter(import_row::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(import_row::Column::Import.eq(import.uuid()));
    if states.is_empty() {
        find
    } else {
        find.filter(import_row::Column::Outcome.is_in(states.iter().map(|state| state.code())))
    }
}

/// Rows of an import in some states (all, if none is named), `skip` passed over, at most `most`; and how many
/// there are.
///
/// # Errors
/// What the database reports.
pub async fn rows(
    db: &impl ConnectionTrait,
    scope: Scope,
    import: Id<Import>,
    states: &[RowState],
    skip: u64,
    most: u64,
) -> Result<(Vec<RowView>, u64), DbErr> {
    let count = of_state(scope, import, states).count(db).await?;
    let rows = of_state(scope, import, states)
        .order_by_asc(import_row::Column::File)
        .order_by_asc(import_row::Column::Seq)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    Ok((rows.into_iter().filter_map(row_view).collect(), count))
}

fn row_view(row: import_row::Model) -> Option<RowView> {
    Some(RowView {
        seq: row.seq,
        file: row.file,
        sheet: row.sheet,
        row: u32::try_from(row.row).unwrap_or(0),
        kind: row.kind,
        state: RowState::from_code(&row.outcome)?,
        kept: serde_json::from_str(&row.input).ok()?,
        judged: serde_json::from_str(&row.judged).ok()?,
        answers: serde_json::from_str(&row.answers).unwrap_or_default(),
    })
}

/// One row as it is kept.
pub(in crate::lists) async fn import_row(
    db: &impl ConnectionTrait,
    scope: Scope,
    import: Id<Import>,
    seq: i32,
) -> Result<Option<import_row::Model>, DbErr> {
    of_state(scope, import, &[])
        .filter(import_row::Column::Seq.eq(seq))
        .one(db)
        .await
}

/// Every row in a state as it is kept, in order.
pub(in crate::lists) async fn row_models(
    db: &impl ConnectionTrait,
    scope: Scope,
    import: Id<Import>,
    state: RowState,
) -> Result<Vec<import_row::Model>, DbErr> {
    of_state(scope, import, &[state])
        .order_by_asc(import_row::Column::Seq)
        .all(db)
        .await
}

/// When a file with these bytes came before, in an import that was not dropped: its name and day.
///
/// # Errors
/// What the database reports.
pub async fn first_with_bytes(
    db: &impl ConnectionTrait,
    scope: Scope,
    hash: &[u8],
) -> Result<Option<String>, DbErr> {
    let files = import_file::Entity::find()
        .filter(import_file::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(import_file::Column::Hash.eq(hash))
        .all(db)
        .await?;
    for file in files {
        let import = scoped(scope)
            .filter(import::Column::Id.eq(file.import))
            .filter(import::Column::State.ne(ImportState::Dropped.code()))
            .one(db)
            .await?;
        if let Some(import) = import {
            return Ok(Some(format!(
                "{} ({})",
                file.name,
                Millis::new(import.created).day()
            )));
        }
    }
    Ok(None)
}
