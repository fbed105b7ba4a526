//! The only place that writes the lists' tables.

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel as _, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::domain::{Direction, EntryState, Kind, ServiceType};
use super::entity::{carry, entry, import, import_file, import_row, service_type};
use super::import::registers::Carry;
use crate::kernel::scope::Scope;

/// Rows of one `INSERT`; both databases bound the number of values.
const CHUNK: usize = 400;

/// The next number of a tenant's offers or needs.
pub(super) async fn next_number(db: &impl ConnectionTrait, scope: Scope, kind: Kind) -> Result<i32, DbErr> {
    let last: Option<Option<i32>> = entry::Entity::find()
        .select_only()
        .column_as(entry::Column::Number.max(), "last")
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::Kind.eq(kind.id()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// The next number of a tenant's imports.
pub(super) async fn next_import(db: &impl ConnectionTrait, scope: Scope) -> Result<i32, DbErr> {
    let last: Option<Option<i32>> = import::Entity::find()
        .select_only()
        .column_as(import::Column::Number.max(), "last")
        .filter(import::Column::Tenant.eq(scope.tenant.uuid()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// Adds offers and needs.
pub(super) async fn insert_entries(db: &impl ConnectionTrait, rows: Vec<entry::Model>) -> Result<(), DbErr> {
    let mut rest = rows.into_iter().map(entry::ActiveModel::from).peekable();
    while rest.peek().is_some() {
        let chunk: Vec<entry::ActiveModel> = rest.by_ref().take(CHUNK).collect();
        entry::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Writes an entry whose `rev` is still `row.rev`; false if somebody changed it.
pub(super) async fn save_entry(db: &impl ConnectionTrait, row: entry::Model) -> Result<bool, DbErr> {
    let known = row.rev;
    let next = entry::Model {
        rev: row.rev + 1,
        ..row.clone()
    };
    // Only what is set is written.
    let mut next = next.into_active_model().reset_all();
    // The key, the tenant and the number never change.
    next.id = sea_orm::ActiveValue::NotSet;
    next.tenant = sea_orm::ActiveValue::NotSet;
    next.number = sea_orm::ActiveValue::NotSet;
    let done = entry::Entity::update_many()
        .set(next)
        .filter(entry::Column::Id.eq(row.id))
        .filter(entry::Column::Tenant.eq(row.tenant))
        .filter(entry::Column::Rev.eq(known))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Moves every entry of a state (of one party, if named) to another; gives how many.
pub(super) async fn move_all(
    db: &impl ConnectionTrait,
    scope: Scope,
    kind: Kind,
    from: EntryState,
    to: EntryState,
    at: i64,
) -> Result<u64, DbErr> {
    let mut update = entry::Entity::update_many()
        .col_expr(entry::Column::State, Expr::value(to.code()))
        .col_expr(entry::Column::Changed, Expr::value(at))
        .col_expr(entry::Column::Rev, Expr::col(entry::Column::Rev).add(1))
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::Kind.eq(kind.id()))
        .filter(entry::Column::State.eq(from.code()));
    if let Some(party) = scope.party {
        update = update.filter(entry::Column::Party.eq(party.uuid()));
    }
    Ok(update.exec(db).await?.rows_affected)
}

/// Adds an import with its files and rows.
pub(super) async fn insert_import(
    db: &impl ConnectionTrait,
    row: import::Model,
    files: Vec<import_file::Model>,
    rows: Vec<import_row::Model>,
) -> Result<(), DbErr> {
    import::Entity::insert(import::ActiveModel::from(row))
        .exec_without_returning(db)
        .await?;
    if !files.is_empty() {
        let files = files.into_iter().map(import_file::ActiveModel::from);
        import_file::Entity::insert_many(files)
            .exec_without_returning(db)
            .await?;
    }
    insert_rows(db, rows).await
}

/// Adds rows of an import.
pub(super) async fn insert_rows(
    db: &impl ConnectionTrait,
    rows: Vec<import_row::Model>,
) -> Result<(), DbErr> {
    let mut rest = rows.into_iter().map(import_row::ActiveModel::from).peekable();
    while rest.peek().is_some() {
        let chunk: Vec<import_row::ActiveModel> = rest.by_ref().take(CHUNK).collect();
        import_row::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The place of an import's last row; −1 if it has none.
pub(super) async fn last_row(db: &impl ConnectionTrait, import: Uuid) -> Result<i32, DbErr> {
    let last: Option<Option<i32>> = import_row::Entity::find()
        .select_only()
        .column_as(import_row::Column::Seq.max(), "last")
        .filter(import_row::Column::Import.eq(import))
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(-1))
}

/// Writes an import row back.
pub(super) async fn save_row(db: &impl ConnectionTrait, row: import_row::Model) -> Result<(), DbErr> {
    import_row::Entity::update_many()
        .col_expr(import_row::Column::Outcome, Expr::value(row.outcome))
        .col_expr(import_row::Column::Kind, Expr::value(row.kind))
        .col_expr(import_row::Column::Input, Expr::value(row.input))
        .col_expr(import_row::Column::Judged, Expr::value(row.judged))
        .col_expr(import_row::Column::Answers, Expr::value(row.answers))
        .col_expr(import_row::Column::Entry, Expr::value(row.entry))
        .filter(import_row::Column::Tenant.eq(row.tenant))
        .filter(import_row::Column::Import.eq(row.import))
        .filter(import_row::Column::Seq.eq(row.seq))
        .exec(db)
        .await?;
    Ok(())
}

/// Moves an import on if its `rev` is still `rev`; false if somebody changed it.
pub(super) async fn move_import(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Uuid,
    rev: i32,
    state: &str,
    accepted: Option<i64>,
) -> Result<bool, DbErr> {
    let done = import::Entity::update_many()
        .col_expr(import::Column::State, Expr::value(state))
        .col_expr(import::Column::Accepted, Expr::value(accepted))
        .col_expr(import::Column::Rev, Expr::value(rev + 1))
        .filter(import::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::Rev.eq(rev))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Puts the tenant's service types in the place of the former ones.
pub(super) async fn replace_types<'a>(
    db: &impl ConnectionTrait,
    scope: Scope,
    types: impl Iterator<Item = &'a ServiceType>,
) -> Result<(), DbErr> {
    service_type::Entity::delete_many()
        .filter(service_type::Column::Tenant.eq(scope.tenant.uuid()))
        .exec(db)
        .await?;
    let rows: Vec<service_type::ActiveModel> = types.map(|found| type_row(scope, found)).collect();
    if !rows.is_empty() {
        service_type::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn type_row(scope: Scope, found: &ServiceType) -> service_type::ActiveModel {
    let bounded = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let (low, high) = found.typical.unwrap_or((1, 1));
    let [zh, ko, en] = found.names.clone();
    service_type::ActiveModel {
        tenant: Set(scope.tenant.uuid()),
        code: Set(found.code.clone()),
        zh: Set(zh),
        ko: Set(ko),
        en: Set(en),
        area: Set(found.area.clone()),
        direction: Set(match found.direction {
            Direction::FromUnit => "U→C",
            Direction::FromCommunity => "C→U",
            Direction::Both => "↔",
        }
        .to_owned()),
        measure: Set(found.measure.map_or("", |measure| measure.id()).to_owned()),
        measure_words: Set(found.measure_words.join(";")),
        typical_from: Set(bounded(low)),
        typical_to: Set(bounded(high)),
        notes: Set(found.notes.clone()),
        worth_micro: Set(i64::try_from(found.worth_micro).unwrap_or(i64::MAX)),
        cash_like: Set(found.cash_like),
        synonyms: Set(found.synonyms.join(";")),
    }
}

/// Keeps what a party carries into a cycle, in the place of what was known.
pub(super) async fn put_carry(
    db: &impl ConnectionTrait,
    scope: Scope,
    cycle: i16,
    party: Uuid,
    carried: Carry,
) -> Result<(), DbErr> {
    let row = carry::ActiveModel {
        tenant: Set(scope.tenant.uuid()),
        cycle: Set(i32::from(cycle)),
        party: Set(party),
        agreed_given: Set(carried.agreed_given),
        agreed_received: Set(carried.agreed_received),
        given: Set(carried.given),
        received: Set(carried.received),
    };
    let known = OnConflict::columns([carry::Column::Tenant, carry::Column::Cycle, carry::Column::Party])
        .update_columns([
            carry::Column::AgreedGiven,
            carry::Column::AgreedReceived,
            carry::Column::Given,
            carry::Column::Received,
        ])
        .to_owned();
    carry::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
