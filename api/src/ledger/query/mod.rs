//! Reading the ledger.

mod delivery;
mod list;
mod review;
mod todo;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::entity::{blob, delivery as rows, report};
use super::error::LedgerError;
use crate::agreements::domain::instalment::Entry;
use crate::kernel::date::CivilDate;
use crate::kernel::scope::Scope;
use crate::log::hash::Hash32;

pub use delivery::{DeliveryFilter, DeliveryView, deliveries, delivery, of_instalment};
pub(super) use delivery::{delivery_row, every_row};
pub use list::{Filter, InstalmentView, SORTS, at_place, count, every, list, next_due};
pub(super) use list::{find, standing};
pub(super) use review::every_review;
pub(super) use review::reviews_of;
pub use review::{Counts, Owed, ReviewView, counts, owed, reviews};
pub use todo::todos;

/// A photo or scan as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its kind.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A photo or scan of the tenant that was not erased.
///
/// # Errors
/// [`LedgerError::NotFound`], or what the database reports.
pub async fn evidence(db: &impl ConnectionTrait, scope: Scope, hash: Hash32) -> Result<Blob, LedgerError> {
    let row = blob::Entity::find_by_id((scope.tenant.uuid(), hash.bytes().to_vec()))
        .one(db)
        .await?
        .ok_or(LedgerError::NotFound)?;
    Ok(Blob {
        media: row.media,
        bytes: row.bytes.ok_or(LedgerError::NotFound)?,
    })
}

pub(super) async fn is_blob_known(
    db: &impl ConnectionTrait,
    scope: Scope,
    hash: Hash32,
) -> Result<bool, DbErr> {
    let row = blob::Entity::find_by_id((scope.tenant.uuid(), hash.bytes().to_vec()))
        .one(db)
        .await?;
    Ok(row.is_some_and(|row| row.bytes.is_some()))
}

/// What people typed into a report, and what it was closed with.
pub(super) async fn report_row(
    db: &impl ConnectionTrait,
    scope: Scope,
    period: &str,
) -> Result<Option<report::Model>, DbErr> {
    report::Entity::find_by_id((scope.tenant.uuid(), period.to_owned()))
        .one(db)
        .await
}

/// The periods of reports that are closed.
///
/// # Errors
/// What the database reports.
pub async fn closed_reports(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<(String, String)>, DbErr> {
    let rows = report::Entity::find()
        .filter(report::Column::Tenant.eq(scope.tenant.uuid()))
        .filter(report::Column::ClosedOn.is_not_null())
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.period, row.closed_on?)))
        .collect())
}

/// Deliveries as an account counts them.
pub(super) fn entries(all: &[rows::Model]) -> Result<Vec<Entry>, LedgerError> {
    all.iter().map(entry).collect()
}

fn entry(row: &rows::Model) -> Result<Entry, LedgerError> {
    let day = |text: &str| -> Result<CivilDate, LedgerError> {
        let broken = |_| LedgerError::Broken(format!("delivery {}: day", row.id));
        text.parse().map_err(broken)
    };
    let maybe = |text: &Option<String>| text.as_deref().map(day).transpose();
    Ok(Entry {
        quantity: row.quantity,
        confirmed: row.confirmed,
        on: day(&row.on_day)?,
        reported_on: day(&row.reported_on)?,
        confirmed_on: maybe(&row.confirmed_on)?,
        disputed_on: maybe(&row.disputed_on)?,
        withdrawn_on: maybe(&row.withdrawn_on)?,
    })
}

/// Ids in order, each once.
fn uuids(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
