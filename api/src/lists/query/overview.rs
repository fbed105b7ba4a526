//! The lists of a street at a glance, and what waits for people.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use crate::identity::party::query as register;
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::id::{Id, Party};
use crate::kernel::problem::Problem;
use crate::kernel::scope::Scope;
use crate::kernel::todo::Todo;
use crate::lists::domain::{EntryState, ImportState, Kind, RowState};
use crate::lists::entity::{entry, import, import_row};

/// Offers and needs of one area.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AreaCover {
    /// `A1` … `A6`.
    pub area: String,
    /// Offers on the list.
    pub offers: u64,
    /// Needs on the list.
    pub needs: u64,
}

/// Offers and needs of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyCover {
    /// The party.
    pub party: Id<Party>,
    /// Its name.
    pub name: String,
    /// Offers that stand.
    pub offers: u64,
    /// Needs that stand.
    pub needs: u64,
    /// Of both, those that wait to be verified.
    pub waiting: u64,
}

/// Counts by a column, kind and state.
async fn grouped(
    db: &impl ConnectionTrait,
    scope: Scope,
    cycle: i16,
    by: entry::Column,
) -> Result<Vec<(String, String, String, i64)>, DbErr> {
    entry::Entity::find()
        .select_only()
        .column(by)
        .column(entry::Column::Kind)
        .column(entry::Column::State)
        .column_as(entry::Column::Id.count(), "entries")
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::Cycle.eq(i32::from(cycle)))
        .group_by(by)
        .group_by(entry::Column::Kind)
        .group_by(entry::Column::State)
        .into_tuple()
        .all(db)
        .await
}

/// Listed offers and needs by area, the six areas in order, zeros included.
///
/// # Errors
/// What the database reports.
pub async fn area_cover(
    db: &impl ConnectionTrait,
    scope: Scope,
    cycle: i16,
) -> Result<Vec<AreaCover>, DbErr> {
    let mut areas: BTreeMap<String, AreaCover> = (1..=6)
        .map(|n| format!("A{n}"))
        .map(|area| {
            let cover = AreaCover {
                area: area.clone(),
                ..AreaCover::default()
            };
            (area, cover)
        })
        .collect();
    for (area, kind, state, count) in grouped(db, scope, cycle, entry::Column::Area).await? {
        if EntryState::from_code(&state) != Some(EntryState::Listed) {
            continue;
        }
        let cover = areas.entry(area.clone()).or_default();
        cover.area = area;
        let count = u64::try_from(count).unwrap_or(0);
        if kind == Kind::Need.id() {
            cover.needs += count;
        } else {
            cover.offers += count;
        }
    }
    Ok(areas.into_values().collect())
}

/// Every community and unit with what it sent, those who sent nothing first.
///
/// # Errors
/// What the database reports.
pub async fn overview(db: &impl ConnectionTrait, scope: Scope, cycle: i16) -> Result<Vec<PartyCover>, DbErr> {
    let parties = register::all(db, scope).await?;
    let rows: Vec<(uuid::Uuid, String, String, i64)> = entry::Entity::find()
        .select_only()
        .column(entry::Column::Party)
        .column(entry::Column::Kind)
        .column(entry::Column::State)
        .column_as(entry::Column::Id.count(), "entries")
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::Cycle.eq(i32::from(cycle)))
        .group_by(entry::Column::Party)
        .group_by(entry::Column::Kind)
        .group_by(entry::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let mut sums: BTreeMap<uuid::Uuid, (u64, u64, u64)> = BTreeMap::new();
    for (party, kind, state, count) in rows {
        let count = u64::try_from(count).unwrap_or(0);
        let sum = sums.entry(party).or_default();
        match EntryState::from_code(&state) {
            Some(EntryState::Withdrawn | EntryState::Closed | EntryState::Expired) | None => continue,
            Some(EntryState::Submitted) => sum.2 += count,
            Some(_) => {}
        }
        if kind == Kind::Need.id() {
            sum.1 += count;
        } else {
            sum.0 += count;
        }
    }
    let mut covers: Vec<PartyCover> = parties
        .into_iter()
        .filter(|party| matches!(party.kind.code(), "community" | "unit"))
        .map(|party| {
            let (offers, needs, waiting) = sums.get(&party.id.uuid()).copied().unwrap_or_default();
            PartyCover {
                party: party.id,
                name: party.name,
                offers,
                needs,
                waiting,
            }
        })
        .collect();
    covers.sort_by_key(|cover| (cover.offers + cover.needs > 0, cover.name.clone()));
    Ok(covers)
}

/// Offers and needs that wait to be verified.
///
/// # Errors
/// What the database reports.
pub async fn waiting(db: &impl ConnectionTrait, scope: Scope) -> Result<u64, DbErr> {
    entry::Entity::find()
        .filter(entry::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(entry::Column::State.eq(EntryState::Submitted.code()))
        .count(db)
        .await
}

/// What waits for this actor: questions about own lists, offers and needs to verify, returned ones to mend.
///
/// # Errors
/// What the database reports.
pub async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>, Problem> {
    let Who::Person { role, .. } = &actor.who else {
        return Ok(Vec::new());
    };
    if !matches!(
        role,
        Role::StreetCadre | Role::UnitLiaison | Role::CommunitySecretary
    ) {
        return Ok(Vec::new());
    }
    let mut todos = Vec::new();
    for (number, asked) in open_imports(db, actor.scope).await? {
        let todo = if asked > 0 {
            Todo::new("todo-import-questions", format!("/imports/{number}/questions"))
                .arg("count", asked.to_string())
                .alike("todo-import-questions-many", "/imports")
        } else {
            Todo::new("todo-import-open", format!("/imports/{number}"))
                .alike("todo-import-open-many", "/imports")
        };
        todos.push(todo.arg("number", number.to_string()));
    }
    if *role == Role::StreetCadre {
        let count = waiting(db, actor.scope).await?;
        if count > 0 {
            todos.push(Todo::new("todo-verify", "/lists").arg("count", count.to_string()));
        }
    }
    if let Some(own) = actor.scope.party {
        for (kind, words, href) in [
            (Kind::Offer, "todo-returned-offers", "/offers?state=returned"),
            (Kind::Need, "todo-returned-needs", "/needs?state=returned"),
        ] {
            let count = entry::Entity::find()
                .filter(entry::Column::Tenant.eq(actor.scope.tenant.uuid()))
                .filter(entry::Column::Party.eq(own.uuid()))
                .filter(entry::Column::Kind.eq(kind.id()))
                .filter(entry::Column::State.eq(EntryState::Returned.code()))
                .count(db)
                .await?;
            if count > 0 {
                todos.push(Todo::new(words, href).arg("count", count.to_string()));
            }
        }
    }
    Ok(todos)
}

/// Open imports with the number of rows that wait for an answer.
async fn open_imports(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(i32, u64)>, DbErr> {
    let mut find = import::Entity::find()
        .filter(import::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(import::Column::State.eq(ImportState::Open.code()));
    if let Some(own) = scope.party {
        find = find.filter(import::Column::Party.eq(own.uuid()));
    }
    let mut found = Vec::new();
    for open in find.all(db).await? {
        let asked = import_row::Entity::find()
            .filter(import_row::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(import_row::Column::Import.eq(open.id))
            .filter(import_row::Column::Outcome.eq(RowState::Asked.code()))
            .count(db)
            .await?;
        found.push((open.number, asked));
    }
    Ok(found)
}
