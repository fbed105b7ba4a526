//! Lists of instalments. The conditions for a state are those of [`Instalment::state`], told to the database; a
//! test holds the two against each other.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::uuids;
use crate::agreements::domain::instalment::{Account, Instalment, InstalmentState as State};
use crate::agreements::domain::owed;
use crate::kernel::cursor::After;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::ledger::domain::period::Period;
use crate::ledger::entity::{instalment, taker};
use crate::ledger::error::LedgerError;
use instalment::Column as C;

/// An instalment with whose it is and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalmentView {
    /// Its address, `2026-1-o1-1`: agreement, obligation, instalment.
    pub place: String,
    /// The agreement.
    pub agreement: Uuid,
    /// The agreement's address.
    pub agreement_key: String,
    /// The agreement's number.
    pub number: String,
    /// The agreement's title.
    pub title: String,
    /// The obligation.
    pub obligation: Uuid,
    /// Its place among the obligation's instalments.
    pub no: i32,
    /// What is given.
    pub what: String,
    /// `facilities`, …
    pub area: String,
    /// The measure's code.
    pub unit: String,
    /// Who gives.
    pub giver: (Uuid, String),
    /// Who receives.
    pub takers: Vec<(Uuid, String)>,
    /// What is owed.
    pub quantity: i32,
    /// Days and account.
    pub standing: Instalment,
    /// The state today.
    pub state: State,
}

/// Which instalments to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Given or received by this party.
    pub party: Option<Uuid>,
    /// Given by this party.
    pub giver: Option<Uuid>,
    /// Received by this party.
    pub taker: Option<Uuid>,
    /// In this area, `facilities`.
    pub area: Option<String>,
    /// In this state today.
    pub state: Option<State>,
    /// Due in this period.
    pub period: Option<Period>,
    /// Due on this day at the latest.
    pub by: Option<CivilDate>,
    /// Of this agreement.
    pub agreement: Option<Uuid>,
    /// Of this obligation.
    pub obligation: Option<Uuid>,
}

/// The orders of the list: the key in the address; `until` is the list's own.
pub const SORTS: [&str; 4] = ["until", "from", "giver", "area"];

fn column(sort: &str) -> (C, Order) {
    let (key, order) = match sort.strip_prefix('-') {
        Some(key) => (key, Order::Desc),
        None => (sort, Order::Asc),
    };
    let column = match key {
        "from" => C::FromDay,
        "giver" => C::GiverName,
        "area" => C::Area,
        _ => C::UntilDay,
    };
    (column, order)
}

/// A state as the database tells it.
fn in_state(state: State, today: CivilDate) -> Condition {
    let today = today.to_string();
    let open = || {
        Condition::all()
            .add(C::WaivedOn.is_null())
            .add(C::MetOn.is_null())
    };
    let going = || open().add(C::Status.ne(owed::CANCELLED));
    let quiet = || going().add(C::Disputed.eq(0)).add(C::Pending.eq(0));
    let untouched = || quiet().add(C::Confirmed.lte(0));
    let met = || {
        Condition::all()
            .add(C::WaivedOn.is_null())
            .add(C::MetOn.is_not_null())
    };
    let until = || Expr::col(C::UntilDay);
    match state {
        State::Waived => Condition::all().add(C::WaivedOn.is_not_null()),
        State::Confirmed => met().add(Expr::col(C::MetOn).lte(until())),
        State::MadeGood => met().add(Expr::col(C::MetOn).gt(until())),
        State::Cancelled => open().add(C::Status.eq(owed::CANCELLED)),
        State::Disputed => going().add(C::Disputed.gt(0)),
        State::Reported => going().add(C::Disputed.eq(0)).add(C::Pending.gt(0)),
        State::Short => quiet().add(C::Confirmed.gt(0)),
        State::Overdue => untouched().add(C::UntilDay.lt(today)),
        State::Open => untouched()
            .add(C::UntilDay.gte(today.clone()))
            .add(C::FromDay.lte(today)),
        State::Planned => untouched()
            .add(C::UntilDay.gte(today.clone()))
            .add(C::FromDay.gt(today)),
    }
}

fn received(party: Uuid) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(taker::Column::Obligation)
        .from(taker::Entity)
        .and_where(taker::Column::Party.eq(party))
        .to_owned()
}

/// Instalments of the scope; a party's scope holds those of its agreements.
fn narrowed(scope: Scope, filter: &Filter, today: CivilDate) -> Select<instalment::Entity> {
    let mut find = instalment::Entity::find().filter(C::Tenant.eq(scope.tenant.uuid()));
    if let Some(own) = scope.party {
        // Two-way: every party of an agreement gives something in it.
        let mine = Query::select()
            .column(C::Agreement)
            .from(instalment::Entity)
            .and_where(C::Giver.eq(own.uuid()))
            .to_owned();
        find = find.filter(C::Agreement.in_subquery(mine));
    }
    if let Some(party) = filter.party {
        let either = Condition::any()
            .add(C::Giver.eq(party))
            .add(C::Obligation.in_subquery(received(party)));
        find = find.filter(either);
    }
    if let Some(giver) = filter.giver {
        find = find.filter(C::Giver.eq(giver));
    }
    if let Some(taker) = filter.taker {
        find = find.filter(C::Obligation.in_subquery(received(taker)));
    }
    if let Some(area) = &filter.area {
        find = find.filter(C::Area.eq(area.as_str()));
    }
    if let Some(state) = filter.state {
        find = find.filter(in_state(state, today));
    }
    if let Some(period) = filter.period {
        find = find
            .filter(C::UntilDay.gte(period.from().to_string()))
            .filter(C::UntilDay.lte(period.until().to_string()));
    }
    if let Some(day) = filter.by {
        find = find.filter(C::UntilDay.lte(day.to_string()));
    }
    if let Some(agreement) = filter.agreement {
        find = find.filter(C::Agreement.eq(agreement));
    }
    if let Some(obligation) = filter.obligation {
        find = find.filter(C::Obligation.eq(obligation));
    }
    find
}

/// Instalments of the scope in an order, at most `size` after `after`; and where the next page begins.
///
/// # Errors
/// What the database reports.
pub async fn list(
    db: &impl ConnectionTrait,
    (scope, today): (Scope, CivilDate),
    filter: &Filter,
    sort: &str,
    after: Option<&After>,
    size: usize,
) -> Result<(Vec<InstalmentView>, Option<After>), LedgerError> {
    let (by, order) = column(sort);
    let mut find = narrowed(scope, filter, today);
    if let Some(After { sort: seen, id }) = after {
        let (no, value) = seen.split_once('|').unwrap_or(("0", ""));
        let no: i32 = no.parse().unwrap_or(0);
        let beyond = match order {
            Order::Desc => by.lt(value),
            _ => by.gt(value),
        };
        let tie = Condition::any()
            .add(C::Obligation.gt(*id))
            .add(Condition::all().add(C::Obligation.eq(*id)).add(C::No.gt(no)));
        let later = Condition::any()
            .add(beyond)
            .add(Condition::all().add(by.eq(value)).add(tie));
        find = find.filter(later);
    }
    let limit = u64::try_from(size).unwrap_or(1).saturating_add(1);
    let mut rows = find
        .order_by(by, order)
        .order_by_asc(C::Obligation)
        .order_by_asc(C::No)
        .limit(limit)
        .all(db)
        .await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| After {
        sort: format!("{}|{}", row.no, value(row, by)),
        id: row.obligation,
    });
    Ok((views(db, scope, rows, today).await?, next))
}

fn value(row: &instalment::Model, by: C) -> &str {
    match by {
        C::FromDay => &row.from_day,
        C::GiverName => &row.giver_name,
        C::Area => &row.area,
        _ => &row.until_day,
    }
}

/// How many instalments meet the filter.
///
/// # Errors
/// What the database reports.
pub async fn count(
    db: &impl ConnectionTrait,
    (scope, today): (Scope, CivilDate),
    filter: &Filter,
) -> Result<u64, DbErr> {
    narrowed(scope, filter, today).count(db).await
}

/// All instalments that meet the filter, at most `most`, for files.
///
/// # Errors
/// What the database reports.
pub async fn every(
    db: &impl ConnectionTrait,
    (scope, today): (Scope, CivilDate),
    filter: &Filter,
    sort: &str,
    most: u64,
) -> Result<Vec<InstalmentView>, LedgerError> {
    let (by, order) = column(sort);
    let rows = narrowed(scope, filter, today)
        .order_by(by, order)
        .order_by_asc(C::Obligation)
        .order_by_asc(C::No)
        .limit(most)
        .all(db)
        .await?;
    views(db, scope, rows, today).await
}

/// The instalment of an obligation that a delivery is for if it names none: the first that is not met yet, else
/// the last that takes deliveries.
///
/// # Errors
/// [`LedgerError::NotFound`], or what the database reports.
pub async fn next_due(
    db: &impl ConnectionTrait,
    on: (Scope, CivilDate),
    obligation: Uuid,
) -> Result<InstalmentView, LedgerError> {
    let filter = Filter {
        obligation: Some(obligation),
        ..Filter::default()
    };
    let found = every(db, on, &filter, "until", crate::kernel::limit::EXPORT_ROWS).await?;
    let open = |one: &&InstalmentView| {
        let account = &one.standing.account;
        one.state.takes_deliveries() && account.delivered < one.quantity
    };
    let last = found.iter().rev().find(|one| one.state.takes_deliveries());
    let next = found.iter().find(open).or(last).or(found.first());
    next.cloned().ok_or(LedgerError::NotFound)
}

/// The instalment at an address: `2026-1-o1-1`.
///
/// # Errors
/// [`LedgerError::NotFound`], or what the database reports.
pub async fn at_place(
    db: &impl ConnectionTrait,
    (scope, today): (Scope, CivilDate),
    place: &str,
) -> Result<InstalmentView, LedgerError> {
    let parts: Vec<&str> = place.split('-').collect();
    let [year, n, reference, no] = parts.as_slice() else {
        return Err(LedgerError::NotFound);
    };
    let number = |text: &str| text.parse::<i32>().map_err(|_| LedgerError::NotFound);
    let row = narrowed(scope, &Filter::default(), today)
        .filter(C::Year.eq(number(year)?))
        .filter(C::N.eq(number(n)?))
        .filter(C::Reference.eq(*reference))
        .filter(C::No.eq(number(no)?))
        .one(db)
        .await?;
    first(db, scope, row, today).await
}

async fn first(
    db: &impl ConnectionTrait,
    scope: Scope,
    row: Option<instalment::Model>,
    today: CivilDate,
) -> Result<InstalmentView, LedgerError> {
    let row = row.ok_or(LedgerError::NotFound)?;
    let mut views = views(db, scope, vec![row], today).await?;
    views.pop().ok_or(LedgerError::NotFound)
}

/// The rows a report counts.
pub(in crate::ledger) async fn find(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<(Vec<instalment::Model>, Vec<taker::Model>), DbErr> {
    let rows = instalment::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(C::Year)
        .order_by_asc(C::N)
        .order_by_asc(C::Reference)
        .order_by_asc(C::No)
        .all(db)
        .await?;
    let takers = taker::Entity::find()
        .filter(taker::Column::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(taker::Column::Reference)
        .all(db)
        .await?;
    Ok((rows, takers))
}

async fn views(
    db: &impl ConnectionTrait,
    scope: Scope,
    rows: Vec<instalment::Model>,
    today: CivilDate,
) -> Result<Vec<InstalmentView>, LedgerError> {
    let mut takers: HashMap<Uuid, Vec<(Uuid, String)>> = HashMap::new();
    let wanted = uuids(rows.iter().map(|row| row.obligation));
    for some in wanted.chunks(500) {
        let found = taker::Entity::find()
            .filter(taker::Column::Tenant.eq(scope.tenant.uuid()))
            .filter(taker::Column::Obligation.is_in(some.iter().copied()))
            .order_by_asc(taker::Column::Reference)
            .all(db)
            .await?;
        for row in found {
            takers
                .entry(row.obligation)
                .or_default()
                .push((row.party, row.name));
        }
    }
    rows.into_iter()
        .map(|row| {
            let takers = takers.get(&row.obligation).cloned().unwrap_or_default();
            view(row, takers, today)
        })
        .collect()
}

/// Days and account of a row.
pub(in crate::ledger) fn standing(row: &instalment::Model) -> Result<Instalment, LedgerError> {
    let day = |text: &str| -> Result<CivilDate, LedgerError> {
        let broken = |_| LedgerError::Broken(format!("instalment {}/{}: day", row.obligation, row.no));
        text.parse().map_err(broken)
    };
    Ok(Instalment {
        from: day(&row.from_day)?,
        until: day(&row.until_day)?,
        account: Account {
            delivered: row.delivered,
            confirmed: row.confirmed,
            pending: row.pending,
            disputed: row.disputed,
            met_on: row.met_on.as_deref().map(day).transpose()?,
            waived_on: row.waived_on.as_deref().map(day).transpose()?,
        },
        ended: row.status == owed::CANCELLED,
    })
}

fn view(
    row: instalment::Model,
    takers: Vec<(Uuid, String)>,
    today: CivilDate,
) -> Result<InstalmentView, LedgerError> {
    let standing = standing(&row)?;
    Ok(InstalmentView {
        place: format!("{}-{}-{}-{}", row.year, row.n, row.reference, row.no),
        agreement_key: format!("{}-{}", row.year, row.n),
        agreement: row.agreement,
        number: row.number,
        title: row.title,
        obligation: row.obligation,
        no: row.no,
        what: row.what,
        area: row.area,
        unit: row.unit,
        giver: (row.giver, row.giver_name),
        takers,
        quantity: row.quantity,
        state: standing.state(today),
        standing,
    })
}
