//! Lists of agreements.

use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::agreements::domain::state::State;
use crate::agreements::entity::{agreement, agreement_party};
use crate::kernel::cursor::After;
use crate::kernel::date::CivilDate;
use crate::kernel::id::{Id, Party};
use crate::kernel::limit;
use crate::kernel::scope::Scope;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementRow {
    /// Its id.
    pub id: Uuid,
    /// Its address, `2026-12`.
    pub key: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: State,
    /// Names of its parties, with whether each is bound to the version on the table.
    pub parties: Vec<(String, bool)>,
    /// First day.
    pub term_from: String,
    /// Last day.
    pub term_until: String,
    /// Last day to sign what is on the table.
    pub sign_by: Option<CivilDate>,
    /// The version on the table.
    pub version: i32,
    /// Milliseconds of the last change.
    pub changed: i64,
}

/// Which agreements to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this party.
    pub party: Option<Id<Party>>,
    /// Only changed at or after this instant, milliseconds.
    pub changed_since: Option<i64>,
}

/// Agreements of the scope, the last changed first, at most `limit` after `after`; and where the next page begins.
///
/// # Errors
/// What the database reports.
pub async fn list(
    db: &impl ConnectionTrait,
    scope: Scope,
    filter: &Filter,
    after: Option<&After>,
    limit: u32,
) -> Result<(Vec<AgreementRow>, Option<After>), DbErr> {
    let mut find = matching(db, scope, filter).await?;
    if let Some(After { sort, id }) = after {
        let changed = sort.parse::<i64>().unwrap_or(i64::MAX);
        let later = Condition::any().add(agreement::Column::Changed.lt(changed)).add(
            Condition::all()
                .add(agreement::Column::Changed.eq(changed))
                .add(agreement::Column::Id.lt(*id)),
        );
        find = find.filter(later);
    }
    let limit = limit.clamp(1, limit::PAGE_ROWS_MAX);
    let rows = find
        .order_by_desc(agreement::Column::Changed)
        .order_by_desc(agreement::Column::Id)
        .limit(u64::from(limit) + 1)
        .all(db)
        .await?;
    let more = u32::try_from(rows.len()).is_ok_and(|n| n > limit);
    let page: Vec<agreement::Model> = rows
        .into_iter()
        .take(usize::try_from(limit).unwrap_or(1))
        .collect();
    let next = page.last().filter(|_| more).map(|row| After {
        sort: row.changed.to_string(),
        id: row.id,
    });
    Ok((in_lines(db, page).await?, next))
}

/// How many agreements meet the filter.
///
/// # Errors
/// What the database reports.
pub async fn count(db: &impl ConnectionTrait, scope: Scope, filter: &Filter) -> Result<u64, DbErr> {
    matching(db, scope, filter).await?.count(db).await
}

async fn matching(
    db: &impl ConnectionTrait,
    scope: Scope,
    filter: &Filter,
) -> Result<sea_orm::Select<agreement::Entity>, DbErr> {
    let mut find = agreement::Entity::find().filter(agreement::Column::Tenant.eq(scope.tenant.uuid()));
    for party in [scope.party, filter.party].into_iter().flatten() {
        let mine = agreement_party::Entity::find()
            .filter(agreement_party::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(agreement_party::Column::Party.eq(party.uuid()))
            .all(db)
            .await?;
        find = find.filter(agreement::Column::Id.is_in(mine.into_iter().map(|row| row.agreement)));
    }
    if let Some(state) = filter.state {
        find = find.filter(agreement::Column::State.eq(state.code()));
    }
    if let Some(since) = filter.changed_since {
        find = find.filter(agreement::Column::Changed.gte(since));
    }
    Ok(find)
}

async fn in_lines(
    db: &impl ConnectionTrait,
    rows: Vec<agreement::Model>,
) -> Result<Vec<AgreementRow>, DbErr> {
    let named = agreement_party::Entity::find()
        .filter(agreement_party::Column::Agreement.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(agreement_party::Column::Reference)
        .all(db)
        .await?;
    let line = |row: agreement::Model| {
        let table = row.pending_version.unwrap_or(row.current_version);
        let sign_by = match (row.state.as_str(), row.pending_sign_by.as_deref()) {
            ("open", _) => Some(row.sign_by.as_str()),
            (_, pending) => pending,
        };
        let of = named
            .iter()
            .filter(|party| party.agreement == row.id && party.left_on.is_none());
        let state = State::from_code(&row.state)?;
        Some(AgreementRow {
            id: row.id,
            key: format!("{}-{}", row.year, row.n),
            parties: of
                .map(|p| (p.name.clone(), p.accepted_version == Some(table)))
                .collect(),
            number: row.number,
            title: row.title,
            state,
            term_from: row.term_from,
            term_until: row.term_until,
            sign_by: sign_by.and_then(|day| day.parse().ok()),
            version: row.current_version,
            changed: row.changed,
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// Agreements whose version on the table the scope's party has not signed, the most urgent first.
///
/// # Errors
/// What the database reports.
pub async fn to_sign(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<AgreementRow>, DbErr> {
    let Some(party) = scope.party else {
        return Ok(Vec::new());
    };
    let mine = agreement_party::Entity::find()
        .filter(agreement_party::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(agreement_party::Column::Party.eq(party.uuid()))
        .all(db)
        .await?;
    let rows = agreement::Entity::find()
        .filter(agreement::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(
            agreement::Column::State
                .eq(State::Open.code())
                .or(agreement::Column::PendingVersion.is_not_null()),
        )
        .filter(agreement::Column::Id.is_in(mine.iter().map(|row| row.agreement)))
        .order_by_asc(agreement::Column::Id)
        .all(db)
        .await?;
    let waiting = rows
        .into_iter()
        .filter(|row| {
            let own = mine.iter().find(|party| party.agreement == row.id);
            let table = row.pending_version.unwrap_or(row.current_version);
            own.is_some_and(|party| party.left_on.is_none() && party.accepted_version != Some(table))
        })
        .collect();
    let mut lines = in_lines(db, waiting).await?;
    lines.sort_by_key(|line| line.sign_by);
    Ok(lines)
}
