//! Events: one per log leaf, written in the transaction of the act. `idx` is the leaf's index, so the
//! order of events is the order of commits and has no gaps.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use uuid::Uuid;

use super::entity::outbox as table;
use super::id::{Id, Tenant};
use super::tx::Tx;

/// An event about `subject`.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The tenant whose log holds the leaf.
    pub tenant: Id<Tenant>,
    /// Index of the leaf.
    pub idx: i64,
    /// The leaf's kind, `agreement.accepted`.
    pub kind: &'a str,
    /// What it is about.
    pub subject: Uuid,
    /// Ids, numbers, states and hashes; never a person's data.
    pub data: &'a serde_json::Value,
}

/// Puts an event into the transaction.
///
/// # Errors
/// Whatever the database reports.
pub async fn put(tx: &Tx, event: &Event<'_>) -> Result<(), DbErr> {
    let row = table::ActiveModel {
        tenant: Set(event.tenant.uuid()),
        idx: Set(event.idx),
        kind: Set(event.kind.to_owned()),
        subject: Set(event.subject),
        data: Set(event.data.to_string()),
        at: Set(tx.now().get()),
        relayed: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}
