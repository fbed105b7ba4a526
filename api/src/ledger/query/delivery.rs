//! Deliveries: of an instalment, one, and lists of them.

use sea_orm::sea_query::{Condition, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::kernel::clock::Millis;
use crate::kernel::cursor::After;
use crate::kernel::scope::Scope;
use crate::ledger::domain::delivery::DeliveryState;
use crate::ledger::entity::{delivery as rows, instalment};
use crate::ledger::error::LedgerError;
use crate::ledger::store;
use crate::log::hash::Hash32;
use rows::Column as C;

/// A delivery as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its id.
    pub id: Uuid,
    /// The agreement.
    pub agreement: Uuid,
    /// The obligation.
    pub obligation: Uuid,
    /// The instalment.
    pub due_no: i32,
    /// Its place on the instalment, from 1.
    pub seq: i32,
    /// What was reported.
    pub quantity: i32,
    /// The day it was done.
    pub on: String,
    /// How many it reached.
    pub beneficiaries: Option<i32>,
    /// Where, if elsewhere.
    pub place: String,
    /// The reporter's note.
    pub note: String,
    /// Hashes of photos and scans.
    pub evidence: Vec<Hash32>,
    /// Its name in the reporter's system.
    pub external_ref: Option<String>,
    /// Whose delivery it is.
    pub by_party: Uuid,
    /// Who reported it, as actors are told apart.
    pub reporter: String,
    /// Whether the street reported it for the giver.
    pub on_behalf: bool,
    /// Where it stands.
    pub state: DeliveryState,
    /// What was confirmed of it.
    pub confirmed: i32,
    /// What the other side, or the meeting, said.
    pub answer: String,
    /// The day it was reported.
    pub reported_on: String,
    /// The last day anything was done about it.
    pub moved_on: String,
    /// Revision, for changes.
    pub rev: i32,
    /// The last change.
    pub changed: Millis,
}

fn view(row: rows::Model) -> Result<DeliveryView, LedgerError> {
    let broken = |what: &str| LedgerError::Broken(format!("delivery {}: {what}", row.id));
    let hashes: Vec<String> = serde_json::from_str(&row.evidence).map_err(|_| broken("evidence"))?;
    let evidence: Option<Vec<Hash32>> = hashes.iter().map(|text| Hash32::parse(text)).collect();
    let days = [&row.withdrawn_on, &row.confirmed_on, &row.disputed_on];
    let moved_on = days.into_iter().flatten().next().unwrap_or(&row.reported_on);
    Ok(DeliveryView {
        evidence: evidence.ok_or_else(|| broken("evidence"))?,
        state: DeliveryState::from_code(&row.status).ok_or_else(|| broken("status"))?,
        moved_on: moved_on.clone(),
        id: row.id,
        agreement: row.agreement,
        obligation: row.obligation,
        due_no: row.due_no,
        seq: row.seq,
        quantity: row.quantity,
        on: row.on_day,
        beneficiaries: row.beneficiaries,
        place: row.place,
        note: row.note,
        external_ref: row.external_ref,
        by_party: row.by_party,
        reporter: row.reporter,
        on_behalf: row.on_behalf,
        confirmed: row.confirmed,
        answer: row.answer,
        reported_on: row.reported_on,
        rev: row.rev,
        changed: Millis::new(row.changed),
    })
}

/// Deliveries of the scope; a party's scope holds those under its agreements.
fn in_scope(scope: Scope) -> Select<rows::Entity> {
    let mut find = rows::Entity::find().filter(C::Tenant.eq(scope.tenant.uuid()));
    if let Some(own) = scope.party {
        let mine = Query::select()
            .column(instalment::Column::Agreement)
            .from(instalment::Entity)
            .and_where(instalment::Column::Giver.eq(own.uuid()))
            .to_owned();
        find = find.filter(C::Agreement.in_subquery(mine));
    }
    find
}

/// The row of a delivery the scope may see.
pub(in crate::ledger) async fn delivery_row(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Uuid,
) -> Result<rows::Model, LedgerError> {
    in_scope(scope)
        .filter(C::Id.eq(id))
        .one(db)
        .await?
        .ok_or(LedgerError::NotFound)
}

/// One delivery.
///
/// # Errors
/// [`LedgerError::NotFound`], or what the database reports.
pub async fn delivery(
    db: &impl ConnectionTrait,
    scope: Scope,
    id: Uuid,
) -> Result<DeliveryView, LedgerError> {
    view(delivery_row(db, scope, id).await?)
}

/// The deliveries on an instalment, in the order they were reported.
///
/// # Errors
/// What the database reports.
pub async fn of_instalment(
    db: &impl ConnectionTrait,
    scope: Scope,
    (obligation, no): (Uuid, i32),
) -> Result<Vec<DeliveryView>, LedgerError> {
    let rows = store::deliveries(db, scope, obligation, no).await?;
    rows.into_iter().map(view).collect()
}

/// Which deliveries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only under this agreement.
    pub agreement: Option<Uuid>,
    /// Only changed at or after this instant, milliseconds.
    pub changed_since: Option<i64>,
}

/// Deliveries, the last changed first, at most `size` after `after`; and where the next page begins.
///
/// # Errors
/// What the database reports.
pub async fn deliveries(
    db: &impl ConnectionTrait,
    scope: Scope,
    filter: &DeliveryFilter,
    after: Option<&After>,
    size: u32,
) -> Result<(Vec<DeliveryView>, Option<After>), LedgerError> {
    let mut find = in_scope(scope);
    if let Some(state) = filter.state {
        find = find.filter(C::Status.eq(state.code()));
    }
    if let Some(agreement) = filter.agreement {
        find = find.filter(C::Agreement.eq(agreement));
    }
    if let Some(since) = filter.changed_since {
        find = find.filter(C::Changed.gte(since));
    }
    if let Some(After { sort, id }) = after {
        let changed = sort.parse::<i64>().unwrap_or(i64::MAX);
        let later = Condition::any()
            .add(C::Changed.lt(changed))
            .add(Condition::all().add(C::Changed.eq(changed)).add(C::Id.lt(*id)));
        find = find.filter(later);
    }
    let size = usize::try_from(size).unwrap_or(1);
    let mut rows = find
        .order_by_desc(C::Changed)
        .order_by_desc(C::Id)
        .limit(u64::try_from(size).unwrap_or(1).saturating_add(1))
        .all(db)
        .await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| After {
        sort: row.changed.to_string(),
        id: row.id,
    });
    let views: Result<Vec<DeliveryView>, LedgerError> = rows.into_iter().map(view).collect();
    Ok((views?, next))
}

/// Every delivery of the tenant, for reports.
pub(in crate::ledger) async fn every_row(
    db: &impl ConnectionTrait,
    scope: Scope,
) -> Result<Vec<rows::Model>, DbErr> {
    rows::Entity::find()
        .filter(C::Tenant.eq(scope.tenant.uuid()))
        .order_by_asc(C::Obligation)
        .order_by_asc(C::DueNo)
        .order_by_asc(C::Seq)
        .all(db)
        .await
}
